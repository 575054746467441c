"""The desk's pages about assignments, as a browser without JavaScript uses them, with times where people live."""

import re

from tests.api.site import Site
from tests.web.test_courses import make_course, sign_in

PLAN = {"title": "Week 1", "opens_at": "2026-03-28T09:00", "closes_at": "2026-03-30T09:00", "time_limit": "", "grace": "2"}
ITEMS = {"skill-0": "chain", "level-0": "2", "points-0": "3", "tries-0": "2", "skill-4": "delta", "format-4": "choice"}


def set_assignment(site: Site, **more: str) -> tuple[str, str]:
    sign_in(site)
    course, _ = make_course(site)
    made = site.client.post(f"{course}/assignments", data={**PLAN, **ITEMS, **more})
    assert made.status_code == 303, made.text
    return course, made.headers["location"]


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_times_are_typed_and_shown_where_the_course_is(site: Site) -> None:
    """In London the clock was put forward between opening and closing."""
    _, address = set_assignment(site)
    page = site.client.get(address).text
    assert "28 Mar 2026, 09:00 GMT to 30 Mar 2026, 09:00 BST" in page
    assert (value_of(page, "opens_at"), value_of(page, "closes_at")) == ("2026-03-28T09:00", "2026-03-30T09:00")
    assert "1: chain, level 2, 3 points, 2 tries; 2: delta, level 1, 1 point, 1 try." in " ".join(page.split())


def test_what_cannot_be_comes_back_with_what_was_typed(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site)
    before = site.rows()
    for change, complaint in [
        ({"closes_at": "2026-03-29T01:30"}, "There is no such time in Europe/London"),
        ({"closes_at": "2026-03-27T09:00"}, "It must close after it opens."),
        ({"title": " "}, "A title has at least one character."),
        ({"tries-0": "many"}, "whole number"),
        ({"skill-0": "", "skill-4": ""}, "has 1 to 30 questions"),
        ({"skill-0": "relu"}, "There is no such skill"),
        ({"time_limit": "0"}, "A time limit has 1 to"),
        ({"show_solution": "at-once"}, "would answer the next try"),
    ]:
        refused = site.client.post(f"{course}/assignments", data={**PLAN, **ITEMS, **change})
        assert refused.status_code == 422 and complaint in refused.text, (change, refused.text)
        assert value_of(refused.text, "opens_at") == PLAN["opens_at"]
    assert site.rows() == before


def test_an_assignment_is_changed_set_again_and_deleted(site: Site) -> None:
    course, address = set_assignment(site, fresh_questions="true")
    changed = site.client.post(address, data={**PLAN, "title": "Week 2", "time_limit": "45", "show_marks": "after-closing"})
    assert changed.headers["location"] == f"{address}?said=saved"
    again = site.client.get(f"{course}/assignments/new?like={address.rpartition('/')[2]}").text
    assert (value_of(again, "title"), value_of(again, "time_limit"), value_of(again, "tries-0")) == ("Week 2", "45", "2")
    assert 'value="true" checked' in again and '<option value="delta" selected>' in again
    assert site.client.post(f"{address}/delete").headers["location"] == course
    assert site.client.get(address).status_code == 404


def test_a_preview_stores_nothing(site: Site) -> None:
    _, address = set_assignment(site)
    before = site.rows()
    first = site.client.get(f"{address}/preview")
    assert first.status_code == 200 and "Nothing can be handed in here" in first.text
    assert site.client.get(f"{address}/preview").text == first.text
    assert site.rows() == before
