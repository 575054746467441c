"""Tables of the desk by address: sorted either way, filtered, and each heading a link that says how the table stands."""

import re
from datetime import UTC, datetime

import pytest

from app.services import demo
from tests.api.site import Site
from tests.web.test_courses import make_course, sign_in

HEADS = re.compile(r'<th scope="col"(?: class="number")?(?: aria-sort="(\w+)")?><a class="sort" href="([^"]+)">(.*?)</a>')


@pytest.fixture
def desk(site: Site) -> Site:
    demo.fill(site.database, 8, 25, 1, datetime.now(UTC), lambda: None)
    sign_in(site)
    return site


def table(site: Site, address: str, parameter: str = "sort") -> tuple[dict[str, str], list[str], dict[str, str]]:
    """Of the page's table that is sorted by `parameter`: how each column stands, its rows, and where each heading leads."""
    page = site.client.get(address)
    assert page.status_code == 200, page.text
    found = re.search(rf'class="sort" href="[^"]*[?;]{parameter}=-?\w+"', page.text)
    assert found is not None
    start = found.start()
    begin = page.text.rindex("<table", 0, start)
    text = page.text[begin : page.text.index("</table>", begin)]
    heads = HEADS.findall(text)
    words = [re.sub(r"<span aria-hidden.*?</span>|<[^>]+>", "", word).strip() for _, _, word in heads]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.S)
    return (
        {word: state for word, (state, _, _) in zip(words, heads, strict=True) if state},
        rows,
        {word: href.replace("&amp;", "&") for word, (_, href, _) in zip(words, heads, strict=True)},
    )


def numbers(rows: list[str], column: int) -> list[float | None]:
    """Of a column of cells, after the one that names the row."""
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row)[column - 1] for row in rows]
    return [None if "–" in cell else float(cell.removesuffix(" %")) for cell in cells]


def test_each_heading_sorts_and_turns_the_table_round(desk: Site) -> None:
    states, rows, links = table(desk, "/dashboard?least=0")
    assert states == {"Learner": "ascending"} and len(rows) > 8
    for word, column in (("Attempts", 1), ("Score at first try", 2)):
        states, first, onward = table(desk, "/dashboard" + links[word])
        (direction,) = states.values()
        assert list(states) == [word] and "least=0" in onward[word]
        back, second, _ = table(desk, "/dashboard" + onward[word])
        assert back[word] != direction
        for seen, listed in ((direction, first), (back[word], second)):
            known = [one for one in numbers(listed, column) if one is not None]
            assert known == sorted(known, reverse=seen == "descending")
            assert None not in numbers(listed, column)[: len(known)], "what is unknown stands last"
        assert sorted(first) == sorted(second) == sorted(rows)


def test_two_tables_of_a_page_are_sorted_each_by_itself(desk: Site) -> None:
    _, _, links = table(desk, "/dashboard?sort=-attempts", "sort-skills")
    states, rows, _ = table(desk, "/dashboard" + links["Attempts"], "sort-skills")
    assert states == {"Attempts": "descending"} and "sort=-attempts" in links["Attempts"]
    assert numbers(rows, 1) == sorted(numbers(rows, 1), reverse=True)  # type: ignore[type-var]
    _, learners, _ = table(desk, "/dashboard?sort=-attempts")
    address = re.findall(r'href="(/dashboard/learners/\w+)"', learners[0])[0]
    states, rows, links = table(desk, address, "sort-mistakes")
    assert states == {"Times": "descending"} and numbers(rows, 2) == sorted(numbers(rows, 2), reverse=True)  # type: ignore[type-var]
    _, turned, _ = table(desk, address + links["Times"], "sort-mistakes")
    assert numbers(turned, 2) == sorted(numbers(rows, 2)) and sorted(turned) == sorted(rows)  # type: ignore[type-var]
    for asked in ("/dashboard?sort-skills=nothing", f"{address}?sort-mistakes=nothing"):
        assert desk.client.get(asked).status_code == 422


def test_items_keep_their_narrowing_when_they_are_sorted(desk: Site) -> None:
    _, rows, links = table(desk, "/dashboard/items?skill=activation")
    _, tries, onward = table(desk, "/dashboard/items" + links["First tries"])
    assert sorted(tries) == sorted(rows) and numbers(tries, 1) == sorted(numbers(rows, 1), reverse=True)  # type: ignore[type-var]
    assert "skill=activation" in onward["Facility"]


def test_who_gave_few_answers_is_filtered_and_said_to_be(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _, everybody, _ = table(desk, "/dashboard?least=0")
    _, some, _ = table(desk, "/dashboard?least=1")
    assert 0 < len(some) < len(everybody)  # the site's own accounts have answered nothing
    name = re.findall(r">(\w+)</a>", some[0])[0]
    _, found, _ = table(desk, f"/dashboard?least=0&q={name[1:].upper()}")
    assert 0 < len(found) < len(everybody) and name in found[0]
    # A short table is whole; a long open course leaves passers-by out, says so, and leads to all.
    assert len(table(desk, "/dashboard")[1]) == len(everybody)
    monkeypatch.setattr("app.web.desk._READ_AT_ONCE", 5)
    page = desk.client.get("/dashboard").text
    assert "those who gave at least 5 answers, so that passers-by do not hide those who practise" in page
    assert f"{len(some)} of {len(everybody)}" in page and "least=0" in page


def test_other_tables_can_be_sorted_too(desk: Site) -> None:
    address, link = make_course(desk, asks_student_number="true")
    for who, number in (("learner", "2"), ("other", "1")):
        code = link.removeprefix("/join/")
        desk.call("POST", "/join", who, json={"code": code, "name": who.title(), "student_number": number})
    for sort, first in (("name", "Learner"), ("-name", "Other"), ("number", "Other"), ("-number", "Learner")):
        _, rows, _ = table(desk, f"{address}?sort={sort}")
        assert first in rows[0] and len(rows) == 2
    desk.client.post("/dashboard/courses", data={"name": "Earlier"})
    assert "Nets" in table(desk, "/dashboard/courses?sort=-learners")[1][0]
    for address in ("/dashboard?sort=nothing", "/dashboard/courses?sort=x", "/dashboard/audit?action=x"):
        assert desk.client.get(address).status_code == 422
    trail = desk.client.get("/dashboard/audit?action=sign-in").text
    assert "signed in" in trail and "Nothing of this kind" in desk.client.get("/dashboard/audit?action=merge").text
