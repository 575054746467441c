"""Mistakes by week: counted as people, cut at the course's own Mondays, each count the attempts behind it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.persistence import courses
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.recording import record_attempt
from app.persistence.tables import memberships
from app.security.principals import Principal
from app.services.mistakes import MOST_LISTED, mistake_attempts, mistakes_report
from app.services.reach import OPEN_COURSE
from app.services.refusals import NotAllowed, NotFound
from tests.databases import database, database_url
from tests.persistence.samples import add_account, add_learners, attempt

__all__ = ["database", "database_url"]

GRACE = Principal("grace", "instructor", "Grace", "session")
RIVAL = Principal("rival", "instructor", "Rival", "session")
MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # the Wednesday
CODE = "h-for-derivative"


@pytest.fixture
def school(database: Database) -> Database:
    """Ada, Ben and Cleo in the course, which is in Auckland (UTC+13); Dan in none."""
    add_learners(database, "ada", "ben", "cleo", "dan")

    def job(connection: Any) -> None:
        for name in ("grace", "rival"):
            add_account(connection, name, "instructor")
        courses.create_course(connection, Course("nets", "Nets", "ABCD1234", False, "Pacific/Auckland", NOON), "grace")
        rows = [{"course_id": "nets", "learner_id": name, "joined_at": NOON} for name in ("ada", "ben", "cleo")]
        connection.execute(memberships.insert(), rows)

    database.write_now(job)
    return database


_numbers = iter(range(10**9))


def answer(database: Database, learner: str, at: datetime, code: str | None, skill: str = "chain") -> None:
    new = attempt(
        learner_id=learner,
        question_id=f"{skill}-{next(_numbers)}",
        skill=skill,
        submitted_at=at,
        mistakes=(("h", code), ("dz", code)) if code else (),
    )
    database.write_now(lambda connection: record_attempt(connection, new))


def cells(report: Any) -> dict[tuple[str, str], list[tuple[int, int]]]:
    return {(row.skill, row.code): [(week.made, week.answered) for week in row.weeks] for row in report.rows}


def test_people_are_counted_by_the_weeks_of_the_course(school: Database) -> None:
    answer(school, "ada", NOON, CODE)
    answer(school, "ada", NOON, CODE)  # twice the same person
    answer(school, "ben", NOON, None)
    answer(school, "cleo", NOON - timedelta(days=7), "sign-flipped")
    midnight = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)  # Monday, 00:00 in Auckland
    answer(school, "ben", midnight - timedelta(microseconds=1), CODE)
    answer(school, "cleo", midnight, CODE)
    answer(school, "dan", NOON, CODE)
    report = mistakes_report(school, GRACE, NOON, "nets", 3)
    assert report.mondays == (MONDAY - timedelta(days=14), MONDAY - timedelta(days=7), MONDAY)
    assert cells(report) == {("chain", CODE): [(0, 0), (1, 2), (2, 3)], ("chain", "sign-flipped"): [(0, 0), (1, 2), (0, 3)]}
    assert [row.code for row in report.rows] == [CODE, "sign-flipped"]
    assert cells(mistakes_report(school, GRACE, NOON, OPEN_COURSE, 1)) == {("chain", CODE): [(1, 1)]}
    assert mistakes_report(school, GRACE, NOON, "nets", 3, skill="delta").rows == []
    earlier = mistakes_report(school, GRACE, NOON, "nets", 1, until=MONDAY - timedelta(days=1))
    assert earlier.mondays == (MONDAY - timedelta(days=7),) and cells(earlier)["chain", CODE] == [(1, 2)]


def test_behind_a_count_stand_its_attempts(school: Database) -> None:
    for k in range(MOST_LISTED + 3):
        answer(school, "ada", NOON + timedelta(seconds=k), CODE)
    answer(school, "ben", NOON, "sign-flipped")
    answer(school, "ben", NOON, CODE, skill="derivative")
    answer(school, "dan", NOON, CODE)
    newest = mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY)
    assert len(newest.attempts) == MOST_LISTED and {one.learner for one in newest.attempts} == {"Ada"}
    older = mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY + timedelta(days=3), newest.more)
    assert len(older.attempts) == 3 and older.more is None and older.monday == MONDAY
    ids = [one.id for one in (*newest.attempts, *older.attempts)]
    assert ids == sorted(set(ids), reverse=True)
    oldest = mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY, None, True)
    later = mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY, oldest.more, True)
    assert [one.id for one in (*oldest.attempts, *later.attempts)] == ids[::-1] and later.more is None
    assert mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY + timedelta(days=7)).attempts == []


def test_who_sees_whom(school: Database) -> None:
    for call in (
        lambda who: mistakes_report(school, who, NOON, "nets", 1),
        lambda who: mistake_attempts(school, who, "nets", "chain", CODE, MONDAY),
    ):
        with pytest.raises(NotFound):
            call(RIVAL)
        with pytest.raises(NotAllowed):
            call(Principal("ada", "learner", "Ada", "session"))
    with pytest.raises(NotFound):
        mistakes_report(school, GRACE, NOON, "nets", 1, skill="no-skill")


def test_the_number_of_selects_is_fixed(school: Database) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(school._backend.read_engine, "before_cursor_execute", count)
    for size in (0, 40):
        for k in range(size):
            answer(school, "ada", NOON - timedelta(days=k), CODE)
        statements.clear()
        mistakes_report(school, GRACE, NOON, "nets", 8)
        assert len(statements) == 5  # the course is looked up twice, and whether it is hers
        statements.clear()
        mistake_attempts(school, GRACE, "nets", "chain", CODE, MONDAY)
        assert len(statements) == 4
