"""Checking one's own σ′ over HTTP: free where it tells nothing, a hint where it does, and never a solution."""

import pytest

from app.persistence.database import StorageBusy
from tests.api.site import Site
from tests.persistence.samples import look
from tests.web.test_lesson import COST, answer, first_tries, strict

CHAIN = "chain-n1-v1-0000000001"
ACTIVATION = "activation-n1-v1-0000000001"
CHECK = {"entry": "0", "slope": "0.105", "epsilon": "0.1"}


def test_where_it_tells_the_answer_it_is_a_hint_and_says_so_before(site: Site) -> None:
    before = site.rows()
    page = site.client.get(f"/q/{CHAIN}/check")
    assert COST in page.text and "set-cookie" not in page.headers
    assert site.rows() == before

    checked = site.client.post(f"/q/{CHAIN}/check", data=CHECK)
    assert checked.status_code == 200 and strict(checked.text)
    assert "your number is the slope of the curve" in checked.text
    assert "You have taken this hint" in checked.text
    assert "Taken: answers to this question no longer count" in site.client.get(f"/q/{CHAIN}").text
    after = site.rows()
    assert after["hints_taken"] - before["hints_taken"] == 1
    assert after["solutions_shown"] == before["solutions_shown"]
    assert after["accounts"] - before["accounts"] == 1

    attempt = site.client.get(answer(site, CHAIN, right=False))
    assert first_tries(site) == [False]
    assert 'id="solution"' not in attempt.text
    assert 'id="walk"' not in site.client.get(f"/q/{CHAIN}/walk").text
    site.client.post(f"/q/{CHAIN}/check", data=CHECK)
    assert site.rows()["hints_taken"] == after["hints_taken"]
    assert look(site.url, "SELECT question_id FROM hints_taken") == [(CHAIN,)]


def test_a_hint_is_one_learners_and_one_questions(site: Site) -> None:
    site.client.post(f"/q/{CHAIN}/check", data=CHECK)
    answer(site, "chain-n1-v1-0000000002", right=False)
    site.client.cookies.clear()
    answer(site, CHAIN, right=False)
    assert first_tries(site) == [True, True]


@pytest.mark.parametrize("question_id", [ACTIVATION, "chain-n1-v1-lesson", "comprehension-n1-v1-lesson"])
def test_where_it_tells_nothing_it_is_free(site: Site, question_id: str) -> None:
    before = site.rows()
    page = site.client.get(f"/q/{question_id}/check")
    assert COST not in page.text and "costs nothing" in page.text
    checked = site.client.post(f"/q/{question_id}/check", data=CHECK)
    assert checked.status_code == 200 and "data-outcome" in checked.text
    assert "set-cookie" not in checked.headers
    assert site.rows() == before


def test_where_h_is_asked_the_check_does_not_show_it(site: Site) -> None:
    """The quotient is shown, the two heights that it comes from are not: with a small ε either would be the answer."""
    shown = site.client.post(f"/q/{ACTIVATION}/check", data=CHECK | {"epsilon": "0.001"}).text
    assert "(2 · 0.001)" not in shown
    assert "(2 · 0.001)" in site.client.post(f"/q/{CHAIN}/check", data=CHECK | {"epsilon": "0.001"}).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slope", ""),
        ("slope", "x"),
        ("slope", "nan"),
        ("slope", "1e999"),
        ("slope", "5000"),
        ("entry", "4"),
        ("entry", "-1"),
        ("entry", "٣"),
        ("epsilon", "0.2"),
        ("epsilon", ""),
    ],
)
def test_what_cannot_be_read_is_no_hint(site: Site, field: str, value: str) -> None:
    before = site.rows()
    refused = site.client.post(f"/q/{CHAIN}/check", data=CHECK | {field: value})
    assert refused.status_code == 422
    assert f'id="check-{field}-note"' in refused.text and "data-outcome" not in refused.text
    assert "set-cookie" not in refused.headers
    assert site.rows() == before


def test_nothing_is_shown_that_was_not_noted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> None:
        raise StorageBusy("too many are waiting")

    monkeypatch.setattr(site.database, "write", busy)
    refused = site.client.post(f"/q/{CHAIN}/check", data=CHECK)
    assert refused.status_code == 503
    assert "data-outcome" not in refused.text
    assert site.client.post(f"/q/{CHAIN}/walk").status_code == 503


def test_a_question_without_z_leads_to_the_check_in_the_lesson(site: Site) -> None:
    for address in ("/q/delta-n1-v1-0000000001/check", "/q/delta-c1-v1-lesson/check"):
        assert site.client.get(address).headers["location"] == "/lesson#check"
        assert site.client.post(address, data=CHECK).headers["location"] == "/lesson#check"


@pytest.mark.parametrize(
    ("slope", "epsilon", "words"),
    [
        ("0.105", "0.001", "your number is the slope of the curve"),
        ("0,105", "1e-05", "your number is the slope of the curve"),
        ("0.881", "0.001", "Your number is h = σ(z) itself"),
        ("0.9", "0.001", "steeper than σ ever is"),
        ("−0.105", "0.001", "Your line falls"),
        ("0.09", "0.001", "flatter than the curve here"),
        ("0.12", "0.001", "steeper than the curve here"),
        ("0.105", "1", "The curve bends"),
        ("0.9", "1", "The curve bends"),
    ],
)
def test_the_check_in_the_lesson_says_how_well_they_agree(site: Site, slope: str, epsilon: str, words: str) -> None:
    before = site.rows()
    shown = site.client.get("/lesson", params={"z": "2", "slope": slope, "epsilon": epsilon})
    assert shown.status_code == 200 and words in shown.text and strict(shown.text)
    assert site.rows() == before


def test_with_a_tiny_epsilon_rounding_takes_over(site: Site) -> None:
    shown = [site.client.get("/lesson", params={"z": z, "slope": "0.1", "epsilon": "1e-15"}).text for z in ("1", "2", "3", "0.7")]
    assert any("mostly rounding" in text for text in shown)


@pytest.mark.parametrize(
    "query", [{"z": "x"}, {"z": "9", "slope": "1", "epsilon": "1"}, {"slope": "1"}, {"z": "1", "epsilon": "2"}]
)
def test_the_check_in_the_lesson_names_the_field(site: Site, query: dict[str, str]) -> None:
    refused = site.client.get("/lesson", params=query)
    assert refused.status_code == 422 and 'role="alert"' in refused.text and "data-outcome" not in refused.text
