"""Courses as they are stored: who is in reach, recounted by hand, and two identities that become one."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from app.persistence import courses, identities
from app.persistence.attempts import record_solution_shown
from app.persistence.courses import Course, NumberTaken
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY, OPEN_COURSE, Reach, is_within
from app.persistence.recording import record_attempt
from app.persistence.tables import accounts, attempts, memberships, metadata, mistakes
from tests.persistence.samples import NOW, add_account, attempt

LEARNERS = ("in-a", "in-b", "in-both", "in-none")
ACCOUNTS = (*LEARNERS, "teacher-a", "teacher-b", "reader-a", "reader-none", "admin")
OPEN = {"in-none"}
A, B = {"in-a", "in-both"}, {"in-b", "in-both"}


@pytest.fixture
def people(database: Database) -> Database:
    def job(connection: Connection) -> None:
        for name in LEARNERS:
            add_account(connection, name)
        add_account(connection, "admin", "administrator")
        for name in ("teacher-a", "teacher-b"):
            add_account(connection, name, "instructor")
        for name in ("reader-a", "reader-none"):
            add_account(connection, name, "integration")
        for letter, members in (("a", A), ("b", B)):
            course = Course(f"course-{letter}", letter.upper(), letter * 8, True, "UTC", NOW)
            courses.create_course(connection, course, f"teacher-{letter}")
            for name in members:
                courses.enrol(connection, course.id, name, None, NOW)
        courses.add_staff(connection, "course-a", "reader-a", NOW)

    database.write_now(job)
    return database


@pytest.mark.parametrize(
    ("who", "scope", "whole", "in_a", "in_b", "in_none"),
    [
        ("in-a", "own", {"in-a"}, {"in-a"}, set(), set()),
        ("teacher-a", "their courses and the open one", A | OPEN | {"teacher-a"}, A, set(), OPEN),
        ("teacher-b", "their courses and the open one", B | OPEN | {"teacher-b"}, set(), B, OPEN),
        ("reader-a", "their course", A | {"reader-a"}, A, set(), set()),
        ("reader-none", "their course", OPEN | {"reader-none"}, set(), set(), OPEN),
        ("admin", "everybody", set(ACCOUNTS), A, B, OPEN),
    ],
)
def test_who_is_in_reach(
    people: Database, who: str, scope: Any, whole: set[str], in_a: set[str], in_b: set[str], in_none: set[str]
) -> None:
    narrowed = {None: whole, "course-a": in_a, "course-b": in_b, OPEN_COURSE: in_none}
    with people.read() as connection:
        for (course_id, expected), name in product(narrowed.items(), ACCOUNTS):
            found = is_within(connection, Reach(who, scope, course_id), name)
            assert found == (name in expected), (course_id, name)
        assert not is_within(connection, EVERYBODY, "nobody")


def test_a_student_number_belongs_to_one_learner_of_a_course(people: Database) -> None:
    def give(course_id: str, learner: str) -> None:
        people.write_now(lambda connection: courses.enrol(connection, course_id, learner, "4711", NOW))

    give("course-a", "in-a")
    give("course-b", "in-b")
    give("course-a", "in-a")
    with pytest.raises(NumberTaken):
        give("course-a", "in-both")
    with people.read() as connection:
        assert courses.numbers_of(connection, "course-a") == {"4711": "in-a"}


def test_every_reference_to_an_account_is_merged() -> None:
    """A new table that refers to accounts must say here what merging two identities does to it."""
    references = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column is accounts.c.id for key in column.foreign_keys)
    }
    assert references == set(identities.MERGED)


def test_two_identities_become_one(people: Database) -> None:
    """One question was first tried by both: the earlier first try stays one, whichever identity made it."""

    def job(connection: Connection) -> None:
        def store(learner: str, question: str, **more: Any) -> int:
            return record_attempt(connection, attempt(learner_id=learner, question_id=question, **more))[0].id

        store("in-b", "both", mistakes=(("dz", "relu"),))
        store("in-a", "both", mistakes=(("dz", "tanh"),))
        store("in-a", "mine")
        store("in-b", "theirs")
        store("in-b", "retried", idempotency_key="k", request_hash="1")
        store("in-a", "retried-too", idempotency_key="k", request_hash="2")
        for learner in ("in-a", "in-b"):
            record_solution_shown(connection, learner, "both", NOW)
        courses.enrol(connection, "course-b", "in-b", "4711", NOW)
        identities.merge(connection, kept="in-a", dropped="in-b")

    people.write_now(job)
    with people.read() as connection:
        owners = set(connection.execute(select(attempts.c.learner_id)).scalars())
        assert owners == {"in-a"}
        firsts = connection.execute(select(attempts.c.first_try).order_by(attempts.c.id)).scalars()
        assert list(firsts) == [True, False, True, True, True, True]
        assert dict(connection.execute(select(mistakes.c.code, mistakes.c.first_try)).all()) == {
            "relu": True,
            "tanh": False,
        }
        assert connection.execute(select(func.count()).where(accounts.c.id == "in-b")).scalar_one() == 0
        joined = select(memberships.c.course_id, memberships.c.student_number).where(memberships.c.learner_id == "in-a")
        assert set(connection.execute(joined)) == {("course-a", None), ("course-b", "4711")}


def test_merging_keeps_the_student_number_of_whichever_has_one(people: Database) -> None:
    def job(connection: Connection) -> None:
        courses.enrol(connection, "course-a", "in-both", "4711", NOW)
        identities.merge(connection, kept="in-a", dropped="in-both")

    people.write_now(job)
    with people.read() as connection:
        assert courses.numbers_of(connection, "course-a") == {"4711": "in-a"}
        assert {course.id for course in courses.courses_joined(connection, "in-a")} == {"course-a", "course-b"}
