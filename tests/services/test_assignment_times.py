"""Times as people type them where they live: two hours that are one, an hour that is none, and what is shown of them."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from app.persistence.assignments import Assignment, Extension, Moment
from app.services.assignment_times import is_shown, local_input, read_local, show_local, window
from app.services.refusals import Unusable

LONDON = "Europe/London"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("typed", "zone", "closing", "moment"),
    [
        ("2026-01-15T14:30", LONDON, False, utc(2026, 1, 15, 14, 30)),
        ("2026-07-15 14:30", LONDON, False, utc(2026, 7, 15, 13, 30)),
        ("2026-07-15T14:30", "Asia/Kathmandu", False, utc(2026, 7, 15, 8, 45)),
        ("2026-10-25T01:30", LONDON, False, utc(2026, 10, 25, 0, 30)),  # comes twice: opens in the first
        ("2026-10-25T01:30", LONDON, True, utc(2026, 10, 25, 1, 30)),  # and closes in the second
        ("2026-03-29T02:00", LONDON, True, utc(2026, 3, 29, 1, 0)),
    ],
)
def test_typed_times(typed: str, zone: str, closing: bool, moment: datetime) -> None:
    assert read_local(typed, zone, "opens_at", closing=closing) == moment


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-02-30T10:00", "2026-03-29T01:30"])
def test_a_time_that_does_not_exist_is_refused(typed: str) -> None:
    for closing in (False, True):
        with pytest.raises(Unusable) as refused:
            read_local(typed, LONDON, "closes_at", closing=closing)
        assert refused.value.pointer == "/closes_at"


def test_shown_times_name_their_zone() -> None:
    assert show_local(utc(2026, 7, 15, 13, 30), LONDON) == "15 Jul 2026, 14:30 BST"
    assert show_local(utc(2026, 10, 25, 1, 30), LONDON) == "25 Oct 2026, 01:30 GMT"
    assert show_local(utc(2026, 7, 15, 8, 45), "Asia/Kathmandu") == "15 Jul 2026, 14:30 UTC+05:45"


def test_every_hour_of_a_year_comes_back_as_it_was_shown() -> None:
    for hour in range(0, 366 * 24, 7):
        moment = utc(2026, 1, 1) + timedelta(hours=hour)
        back = read_local(local_input(moment, LONDON), LONDON, "opens_at", closing=False)
        assert moment - back in (timedelta(0), timedelta(hours=1))


def assignment(**more: object) -> Assignment:
    values: dict[str, object] = {
        "id": "a",
        "course_id": "c",
        "title": "t",
        "opens_at": utc(2026, 1, 1),
        "closes_at": utc(2026, 1, 2),
        "time_limit": None,
        "grace": 0,
        "show_marks": "at-once",
        "show_hints": "at-once",
        "show_solution": "at-once",
        "fresh_questions": False,
        "secret": "s",
        "created_at": utc(2026, 1, 1),
    }
    return Assignment(**{**values, **more})  # type: ignore[arg-type]


def test_windows() -> None:
    begun = utc(2026, 1, 1, 10)
    plain = window(assignment(grace=5), None, begun)
    assert (plain.due_at, plain.ends_at, plain.sealed_until) == (utc(2026, 1, 2), utc(2026, 1, 2, 0, 5), utc(2026, 1, 2, 0, 5))
    limited = window(assignment(time_limit=30), Extension(None, 10), begun)
    assert (limited.due_at, limited.sealed_until) == (utc(2026, 1, 1, 10, 40), utc(2026, 1, 2))
    late = window(assignment(time_limit=30), None, utc(2026, 1, 1, 23, 50))
    assert late.due_at == utc(2026, 1, 2)
    longer = window(assignment(time_limit=30), Extension(utc(2026, 1, 3), 0), utc(2026, 1, 1, 23, 50))
    assert (longer.due_at, longer.sealed_until) == (utc(2026, 1, 2, 0, 20), utc(2026, 1, 3))
    assert window(assignment(), Extension(utc(2026, 1, 1, 1), 0), begun).closes_at == utc(2026, 1, 2)  # takes nothing away


def test_moments() -> None:
    table = {
        (moment, done, unsealed): is_shown(moment, done=done, unsealed=unsealed)
        for moment in get_args(Moment)
        for done in (False, True)
        for unsealed in (False, True)
    }
    assert {key for key, shown in table.items() if not shown} == {
        ("after-last-try", False, False),
        ("after-closing", False, False),
        ("after-closing", True, False),
    }
