"""The main job as its users do it: a learner with and without JavaScript, by keyboard and by paste, and an instructor."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.persistence.tables import attempts
from app.services import accounts
from tests.browser.conftest import Visits
from tests.servers import Server

SUBMIT = "form.answer button[type=submit]"
QUESTION = "/q/chain-n1-v1-lesson"
RIGHT = ["0.105", "−0.197", "0,090", "-0.197"]
H_FOR_DERIVATIVE = ["0.881", "-0.731", "1.905", "-0.269"]


def fill(page: Page, values: list[str], symbol: str = "dz") -> None:
    for k, value in enumerate(values):
        page.fill(f'[name="{symbol}.{k}"]', value)


def forgive(visits: Visits, provoked: str) -> None:
    """The browser's own note of what the test brought about is no fault of the page."""
    assert any(provoked in said for said in visits.said)
    visits.said[:] = [said for said in visits.said if provoked not in said]


def stored(site: Server) -> int:
    with site.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(attempts)).scalar_one())


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_first_visit_ends_in_a_right_answer(visits: Visits, script: bool) -> None:
    page = visits.open(script=script)
    page.goto("/")
    expect(page.locator("main form.answer")).to_be_visible()
    assert page.context.cookies() == []
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Not yet.")
    expect(page.locator(".verdict")).to_contain_text("h in place of σ′(z)")
    assert page.locator(".entry.wrong").count() == 4
    fill(page, RIGHT)
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Right, all of it.")
    assert page.locator(".entry.right").count() == 4
    expect(page.locator("#solution")).to_contain_text("The worked way")
    page.click("text=Next question")
    expect(page.locator("main form.answer")).to_be_visible()
    assert "/q/chain-n1-v2-" in page.url and not page.url.endswith("lesson")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_exercise_is_checked_as_one(visits: Visits, script: bool) -> None:
    page = visits.open(script=script, width=390)
    page.goto("/exercise")
    fill(page, ["0.881", "0.731", "0.953", "0.269"], "h")
    fill(page, ["0.881", "0.731", "0.953", "0.269"], "dsigma")
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    expect(page.locator(".verdict").nth(0)).to_contain_text("Right")
    expect(page.locator(".verdict").nth(1)).to_contain_text("h in place of σ′(z)")
    expect(page.locator(".verdict").nth(2)).to_contain_text("Followed through")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_feedback_comes_in_layers_each_with_its_cost(visits: Visits, script: bool) -> None:
    page = visits.open(script=script)
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    verdict = page.locator(".verdict")
    # First the marks and what is known, with the name of the mistake; what it is about is there to be opened, since it is free.
    expect(verdict.locator("h2")).to_have_text("✗ None of the 4 entries right yet")
    assert page.locator(".mark.wrong").all_inner_texts() == ["✗ not yet"] * 4
    hint = verdict.locator("details.hint")
    expect(verdict.locator("strong")).to_have_text("h in place of σ′(z)")
    assert hint.get_attribute("open") is None and not hint.locator("p").is_visible()
    expect(hint.locator("summary")).to_contain_text("free: your first try is already counted")
    hint.locator("summary").click()
    expect(hint.locator("p")).to_contain_text("the slope σ′(z) = h (1 − h)")
    # Then the steps and a fresh question, each with its cost.
    ways = page.locator(".onward li")
    expect(ways.filter(has_text="Show the worked steps")).to_contain_text("Free: your first try is already counted")
    expect(ways.filter(has_text="A fresh question of the same kind")).to_contain_text("Costs nothing, and is a new first try.")
    page.click("text=Show the worked steps")
    expect(page.locator("#solution h2")).to_have_text("The worked way")
    assert page.locator("text=Show the worked steps").count() == 0


def test_where_no_mistake_is_named_the_page_says_what_is_known(visits: Visits) -> None:
    page = visits.open()
    page.goto(QUESTION)
    expect(page.locator("#ask-cost")).to_contain_text("Costs the first try")
    fill(page, [*RIGHT[:2], "7", "8"])
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Partly right: 50 %.")
    expect(page.locator("#announce")).to_contain_text("Partly right: 50 %. ✗ 2 of 4 entries right")
    expect(page.locator(".verdict h2")).to_have_text("✗ 2 of 4 entries right")
    expect(page.locator(".verdict")).to_contain_text("The others fit no known mistake, so look for a slip there.")
    assert page.locator(".hint").count() == 0
    assert [mark.inner_text() for mark in page.locator(".mark").all()] == ["✓ right", "✓ right", "✗ not yet", "✗ not yet"]
    expect(page.locator('[name="dz.2"]')).to_be_focused()


def test_a_question_reads_well_aloud(visits: Visits) -> None:
    page = visits.open()
    page.goto("/exercise")
    for name in ("z = [2, 1, 3, −1]", "dh = [1, −1, 2, −1]"):
        expect(page.get_by_role("math", name=name, exact=True)).to_be_visible()
    part = page.get_by_role("group", name="Your answer: the derivative σ′(z)", exact=True)
    expect(part.get_by_role("textbox", name="σ′(z), entry 2 of 4", exact=True)).to_be_visible()
    for landmark in ("banner", "main", "contentinfo", "complementary"):
        assert page.get_by_role(landmark).count() == 1, landmark  # type: ignore[arg-type]
    assert [heading.inner_text() for heading in page.get_by_role("heading").all()] == [
        "The lesson’s exercise",
        "The z on the curve",
        "The way, without the numbers",
    ]
    page.goto("/q/weight-gradient-n3-v1-0000000001")
    expect(page.get_by_role("textbox", name="dW, row 3 column 4", exact=True)).to_be_visible()


def test_parts_left_empty_are_named_once_and_not_marked(visits: Visits) -> None:
    page = visits.open(width=390)
    page.goto("/exercise")
    page.fill('[name="h.0"]', "-0.5")
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Not yet.")
    assert page.locator(".verdict").count() == 1 and page.locator(".entry.wrong").count() == 1
    expect(page.locator(".parts + .quiet")).to_contain_text("An empty part scores 0 for itself.")
    assert page.input_value('[name="h.0"]') == "−0.5"  # with the minus sign of the numbers beside it


def test_under_a_finger_the_verdict_is_in_view_and_no_keyboard_over_it(visits: Visits) -> None:
    page = visits.open(width=390, touch=True)
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Not yet.")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(".verdict")).to_be_in_viewport()


def test_the_way_back_from_feedback_finds_what_was_typed_and_the_boxes_have_not_moved(visits: Visits) -> None:
    page = visits.open()
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    before = page.locator(".array").bounding_box()
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Not yet.")
    after = page.locator(".array").bounding_box()
    assert before and after and (before["x"], before["width"]) == (after["x"], after["width"])
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Work out")
    assert [page.input_value(f'[name="dz.{k}"]') for k in range(4)] == H_FOR_DERIVATIVE


def test_an_unreadable_answer_stores_nothing_and_keeps_what_was_typed(visits: Visits, site: Server) -> None:
    before = stored(site)
    page = visits.open(script=False)
    page.goto(QUESTION)
    fill(page, ["0.1", "1_000", "", "x"])
    page.click(SUBMIT)
    assert page.input_value('[name="dz.3"]') == "x"
    assert page.locator("[aria-invalid=true]").count() == 2
    assert stored(site) == before
    forgive(visits, "422")


def test_a_question_is_answered_by_keyboard_alone(visits: Visits) -> None:
    page = visits.open()
    page.goto(QUESTION)
    page.focus('[name="dz.0"]')
    for value in RIGHT:
        page.keyboard.type(value)
        page.keyboard.press("Enter")  # to the next box; in the last one it submits
    expect(page.locator("h1")).to_have_text("Right, all of it.")
    expect(page.locator("[data-next]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Work out the gradient dz = dh ⊗ σ′(z), entry by entry.")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_double_click_is_one_attempt(visits: Visits, site: Server, script: bool) -> None:
    before = stored(site)
    page = visits.open(script=script)
    page.goto(QUESTION)
    fill(page, RIGHT)
    page.dblclick(SUBMIT)
    expect(page.locator("h1")).to_have_text("Right, all of it.")
    assert stored(site) == before + 1


def test_what_was_typed_survives_a_reload_and_a_lost_connection(visits: Visits) -> None:
    page = visits.open()
    page.goto(QUESTION)
    fill(page, RIGHT)
    page.reload()
    assert page.input_value('[name="dz.1"]') == "−0.197"
    page.context.set_offline(True)
    page.click(SUBMIT)
    expect(page.locator("#connection")).to_contain_text("No connection")
    assert page.input_value('[name="dz.1"]') == "−0.197"
    page.context.set_offline(False)
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Right, all of it.")
    forgive(visits, "ERR_INTERNET_DISCONNECTED")
    forgive(visits, "Failed to fetch")


def test_the_first_instructor_signs_in_by_the_link_and_reaches_an_attempt(visits: Visits, site: Server) -> None:
    learner = visits.open()
    learner.goto(QUESTION)
    fill(learner, H_FOR_DERIVATIVE)
    learner.click(SUBMIT)
    expect(learner.locator("h1")).to_have_text("Not yet.")
    with ThreadPoolExecutor(1) as thread:  # this one has Playwright's event loop running
        secret = thread.submit(asyncio.run, accounts.first_sign_in_link(site.database, datetime.now(UTC))).result()
    page = visits.open()
    page.goto(f"/sign-in/{secret}")
    page.click("main button")
    expect(page.get_by_role("heading", name="Set a password")).to_be_visible()
    page.get_by_role("link", name="Later: to the dashboard").click()
    expect(page.locator("h1")).to_have_text("Open course")
    expect(page.locator("main")).to_contain_text("h in place of σ′(z)")
    page.locator("section[aria-labelledby=learners] tbody a").first.click()
    page.locator(".attempts a").first.click()
    expect(page.locator(".verdict").first).to_be_visible()
    assert page.locator("form.answer").count() == 0
