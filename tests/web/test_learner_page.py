"""One learner on the desk: everything they tried in order, mastery, and their mistakes with their weeks."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.persistence.recording import record_attempt
from app.services.one_learner import MOST_BY_WEEK, MOST_LISTED
from tests.api.site import Site
from tests.persistence.samples import attempt
from tests.web.test_courses import make_course, sign_in

WEEK = timedelta(days=7)
NOW = datetime.now(UTC)
LINK = re.compile(r'href="/attempts/(\d+)"')


@pytest.fixture
def page(site: Site) -> str:
    """The address of a learner in a course, who tried 70 questions, three of them with a mistake."""
    sign_in(site)
    course, join = make_course(site)
    site.call("POST", "/join", "learner", json={"code": join.removeprefix("/join/"), "name": "Ada <Byron>"})
    made = {5: ("chain", "h-for-derivative"), 20: ("chain", "h-for-derivative"), 40: ("derivative", "h-for-derivative")}
    for k in range(70):
        skill, code = made.get(k, ("delta" if k % 2 else "chain", None))
        new = attempt(
            learner_id=site.ids["learner"],
            question_id=f"{skill}-n1-v1-{k:010}",
            skill=skill,
            score=0.5 if code else 1.0,
            correct=code is None,
            submitted_at=NOW - 5 * WEEK + k * timedelta(hours=9),
            parts=[],
            mistakes=(("dz", code),) if code else (),
        )
        site.database.write_now(lambda connection, new=new: record_attempt(connection, new))  # type: ignore[misc]
    return f"/dashboard/learners/{site.ids['learner']}?course={course.rpartition('/')[2]}"


def listed(site: Site, address: str) -> list[int]:
    answer = site.client.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200, address
    return [int(one) for one in LINK.findall(answer.text)]


def test_everything_is_listed_in_order_and_page_by_page(site: Site, page: str) -> None:
    for order, word in (("newest", "Earlier ones"), ("oldest", "Later ones")):
        first = site.client.get(f"{page}&order={order}").text
        onward = re.search(rf'href="(\?[^"#]*beyond=\d+)#attempts">{word}<', first)
        assert onward is not None and "course=" in onward[1]
        ids = [int(one) for one in LINK.findall(first)]
        assert len(ids) == MOST_LISTED
        ids += listed(site, page.partition("?")[0] + onward[1])
        assert len(set(ids)) == 70
        assert all((a > b) == (order == "newest") for a, b in pairwise(ids))


def test_mistakes_are_told_by_skill_and_lead_to_their_attempts(site: Site, page: str) -> None:
    text = site.client.get(page).text
    table = text[text.index('aria-label="Mistakes"') :]
    rows = re.findall(r'<a href="(\?[^"]+)#attempts">[^<]*(?:<[^<]*)*?</a></th><td>.*?</td><td class="number">(\d+)</td>', table)
    counts = {tuple(re.findall(r"(?:skill|mistake)=([\w-]+)", href)): int(times) for href, times in rows}
    assert counts == {("chain", "h-for-derivative"): 2, ("derivative", "h-for-derivative"): 1}
    for href, times in rows:
        assert len(listed(site, page.partition("?")[0] + href)) == int(times)
    assert len(listed(site, f"{page}&skill=derivative")) == 1 and len(listed(site, f"{page}&mistake=h-for-derivative")) == 3
    picture = text[text.index('id="pattern-told"') :]
    told = picture[: picture.index("</desc>")]
    assert told.count(" in the week from ") == 3 == picture[: picture.index("</svg>")].count("<circle")


def test_the_way_back_is_to_where_one_came_from(site: Site, page: str) -> None:
    course = page.partition("course=")[2]
    text = site.client.get(page).text
    assert f'<a href="/dashboard?course={course}">Nets &amp; more</a>' in text and "Ada &lt;Byron&gt;" in text
    assert page.partition("?")[0] + f"?course={course}" in site.client.get(f"/dashboard?course={course}&least=0").text
    assert '<a href="/dashboard">Dashboard</a>' in site.client.get(page.partition("?")[0]).text
    assert site.client.get(page.replace(course, "nothing")).status_code == 404
    assert site.client.get(f"{page}&skill=nothing").status_code == 404
    assert site.client.get(f"{page}&order=upwards").status_code == 422


def test_mastery_is_pictured_with_its_numbers_beside(site: Site, page: str) -> None:
    text = site.client.get(f"{page}&sort=-mastery").text
    picture = text[text.index('id="mastery-told"') :]
    told = picture[: picture.index("</desc>")]
    assert len(re.findall(r": \d+\s%", told)) == 3
    table = text[text.index('aria-label="By skill"') :]
    shares = [
        int(one) for one in re.findall(r'(\d+)\s%(?: <span aria-hidden="true">✓</span><span class="visually-hidden">)', table)
    ]
    assert shares and shares == sorted(shares, reverse=True) and 'aria-sort="descending"' in table


def test_the_mistakes_made_most_are_pictured_by_week_and_old_ones_stay_in_the_table(site: Site) -> None:
    sign_in(site)

    def make(code: str, times: int, at: datetime) -> None:
        for k in range(times):
            new = attempt(
                learner_id=site.ids["learner"],
                question_id=f"chain-n1-v1-{code}-{k}",
                submitted_at=at,
                parts=[],
                mistakes=(("dz", code),),
            )
            site.database.write_now(lambda connection, new=new: record_attempt(connection, new))  # type: ignore[misc]

    def pictured_and_listed(query: str = "") -> tuple[int, list[int]]:
        text = site.client.get(f"/dashboard/learners/{site.ids['learner']}{query}").text
        table = text[text.index('aria-label="Mistakes"') : text.index('id="attempts"')]
        return text.count('class="bar" cx='), [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', table)]

    make("made-long-ago", 12, NOW - 20 * WEEK)
    assert pictured_and_listed() == (0, [12])
    for k in range(9):
        make(f"made-{k}", k + 1, NOW - timedelta(hours=1))
    drawn, times = pictured_and_listed()
    assert times == [12, *range(9, 0, -1)]
    assert drawn == MOST_BY_WEEK - 1  # of the eight made most, one was not made lately
    for k in range(15):
        make(f"made-once-{k}", 1, NOW - timedelta(hours=1))
    in_turn = [1] * 16 + [*range(2, 10), 12]
    assert pictured_and_listed() == (drawn, in_turn[:4:-1])
    assert pictured_and_listed("?sort-mistakes=times")[1] == in_turn[:20]
    first = site.client.get(f"/dashboard/learners/{site.ids['learner']}?sort-mistakes=-times").text
    told = re.search(r'The first 20 of 25 mistakes in this order; <a href="([^"]+)">show all</a>', first)
    assert told is not None
    assert pictured_and_listed(told[1].replace("&amp;", "&"))[1] == in_turn[::-1]
    assert "show all" not in site.client.get(f"/dashboard/learners/{site.ids['learner']}?every-mistake=yes").text
