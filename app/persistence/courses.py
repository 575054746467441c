"""Courses: their names and codes, who teaches them, and who learns in them.

The functions take a connection; the writing ones belong into a job for `Database.write`, in which what they look up stays true.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.engine import Connection

from app.persistence.accounts import Role
from app.persistence.errors import Refused
from app.persistence.tables import (
    accounts,
    assignments,
    attempts,
    course_staff,
    courses,
    credentials,
    invitations,
    memberships,
    sittings,
)


class NumberTaken(Refused):
    """Another learner of the course has this student number."""


@dataclass(frozen=True)
class Course:
    """time_zone: an IANA name, in which its times are shown and typed. join_code: upper-case letters and digits, no hyphen.

    archived_at: since when it has been put away; None while it is taught.
    """

    id: str
    name: str
    join_code: str
    asks_student_number: bool
    time_zone: str
    created_at: datetime
    archived_at: datetime | None = None


@dataclass(frozen=True)
class CourseSummary:
    course: Course
    learners: int


@dataclass(frozen=True)
class StaffMember:
    account_id: str
    name: str
    email: str | None
    role: Role


@dataclass(frozen=True)
class Member:
    """A learner in a course. attempts: all of theirs. claimed: False for one from a list, whom nobody has become yet."""

    learner_id: str
    name: str
    student_number: str | None
    joined_at: datetime
    attempts: int
    last_seen: datetime | None
    claimed: bool


_COURSE: tuple[Any, ...] = tuple(courses.c[name] for name in Course.__dataclass_fields__)


def create_course(connection: Connection, course: Course, staff_id: str) -> None:
    """Stores a course with its first instructor."""
    connection.execute(courses.insert(), vars(course))
    add_staff(connection, course.id, staff_id, course.created_at)


def change_course(connection: Connection, course_id: str, **changes: Any) -> None:
    """Changes columns of a course."""
    connection.execute(courses.update().where(courses.c.id == course_id).values(**changes))


def find_course(connection: Connection, course_id: str) -> Course | None:
    return _one(connection, select(*_COURSE).where(courses.c.id == course_id))


def find_by_code(connection: Connection, join_code: str) -> Course | None:
    """The course that learners join by this code, unless it has been put away."""
    return _one(connection, select(*_COURSE).where(courses.c.join_code == join_code, courses.c.archived_at.is_(None)))


def delete_course(connection: Connection, course_id: str) -> None:
    """With its staff and assignments; for a course in which nobody learns."""
    connection.execute(courses.delete().where(courses.c.id == course_id))


def is_used(connection: Connection, course_id: str) -> bool:
    """Whether a learner is in it, or ever began one of its assignments."""
    begun = select(sittings.c.learner_id).join_from(sittings, assignments, assignments.c.id == sittings.c.assignment_id)
    joined = exists().where(memberships.c.course_id == course_id)
    return bool(connection.execute(select(or_(joined, begun.where(assignments.c.course_id == course_id).exists()))).scalar_one())


def courses_taught(connection: Connection, staff_id: str | None) -> list[CourseSummary]:
    """The courses that this account teaches or reads, all for None, by name, with how many learners each has. One SELECT."""
    count = select(func.count()).where(memberships.c.course_id == courses.c.id).scalar_subquery()
    statement = select(*_COURSE, count.label("learners"))
    if staff_id is not None:
        taught = select(course_staff.c.course_id).where(course_staff.c.account_id == staff_id)
        statement = statement.where(courses.c.id.in_(taught))
    found = [CourseSummary(Course(*row[:-1]), row[-1]) for row in connection.execute(statement)]
    return sorted(found, key=lambda one: (one.course.name.casefold(), one.course.id))


def courses_joined(connection: Connection, learner_id: str) -> list[Course]:
    """The courses in which this learner is, by name. One SELECT."""
    joined = select(memberships.c.course_id).where(memberships.c.learner_id == learner_id)
    found = [Course(*row) for row in connection.execute(select(*_COURSE).where(courses.c.id.in_(joined)))]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def teaches(connection: Connection, course_id: str, account_id: str) -> bool:
    found = exists().where(course_staff.c.course_id == course_id, course_staff.c.account_id == account_id)
    return bool(connection.execute(select(found)).scalar_one())


def is_member(connection: Connection, course_id: str, learner_id: str) -> bool:
    found = exists().where(memberships.c.course_id == course_id, memberships.c.learner_id == learner_id)
    return bool(connection.execute(select(found)).scalar_one())


def add_staff(connection: Connection, course_id: str, account_id: str, now: datetime) -> bool:
    """False when the account teaches the course already."""
    if teaches(connection, course_id, account_id):
        return False
    connection.execute(course_staff.insert(), {"course_id": course_id, "account_id": account_id, "added_at": now})
    return True


def remove_staff(connection: Connection, course_id: str, account_id: str) -> bool:
    gone = course_staff.delete().where(course_staff.c.course_id == course_id, course_staff.c.account_id == account_id)
    return connection.execute(gone).rowcount == 1


def staff_of(connection: Connection, course_id: str) -> list[StaffMember]:
    """Who teaches or reads the course, the longest first. One SELECT."""
    statement = (
        select(accounts.c.id, accounts.c.name, accounts.c.email, accounts.c.role)
        .join_from(course_staff, accounts, accounts.c.id == course_staff.c.account_id)
        .where(course_staff.c.course_id == course_id)
        .order_by(course_staff.c.added_at, accounts.c.id)
    )
    return [StaffMember(*row) for row in connection.execute(statement)]


def roster(connection: Connection, course_id: str) -> list[Member]:
    """The course's learners by name. One SELECT."""
    members = select(memberships.c.learner_id).where(memberships.c.course_id == course_id)
    tried = (
        select(attempts.c.learner_id, func.count().label("attempts"), func.max(attempts.c.submitted_at).label("last_seen"))
        .where(attempts.c.learner_id.in_(members))
        .group_by(attempts.c.learner_id)
        .subquery("tried")
    )
    known = exists().where(credentials.c.account_id == accounts.c.id)
    statement = (
        select(
            accounts.c.id,
            accounts.c.name,
            memberships.c.student_number,
            memberships.c.joined_at,
            func.coalesce(tried.c.attempts, 0),
            tried.c.last_seen,
            known.label("claimed"),
        )
        .select_from(
            memberships.join(accounts, accounts.c.id == memberships.c.learner_id).outerjoin(
                tried, tried.c.learner_id == accounts.c.id
            )
        )
        .where(memberships.c.course_id == course_id)
    )
    found = [_member(*row) for row in connection.execute(statement)]
    return sorted(found, key=lambda member: (member.name.casefold(), member.learner_id))


def _member(
    learner_id: str, name: str, number: str | None, joined: datetime, tried: int, seen: datetime | None, known: bool
) -> Member:
    return Member(learner_id, name, number, joined, tried, seen, claimed=bool(known) or tried > 0)


def numbers_of(connection: Connection, course_id: str) -> dict[str, str]:
    """Student number -> learner of the course. One SELECT."""
    statement = select(memberships.c.student_number, memberships.c.learner_id).where(
        memberships.c.course_id == course_id, memberships.c.student_number.is_not(None)
    )
    return {row.student_number: row.learner_id for row in connection.execute(statement)}


def number_of(connection: Connection, course_id: str, learner_id: str) -> str | None:
    """The student number of a learner in the course, if there is one."""
    statement = select(memberships.c.student_number).where(
        memberships.c.course_id == course_id, memberships.c.learner_id == learner_id
    )
    return connection.execute(statement).scalar_one_or_none()


def number_holder(connection: Connection, course_id: str, student_number: str) -> str | None:
    """The learner of the course with this student number."""
    statement = select(memberships.c.learner_id).where(
        memberships.c.course_id == course_id, memberships.c.student_number == student_number
    )
    return connection.execute(statement).scalar_one_or_none()


def is_claimed(connection: Connection, learner_id: str) -> bool:
    """Whether anybody is this learner: it has a session or a token, or has answered something."""
    known = exists().where(credentials.c.account_id == learner_id)
    tried = exists().where(attempts.c.learner_id == learner_id)
    return bool(connection.execute(select(known | tried)).scalar_one())


def enrol(connection: Connection, course_id: str, learner_id: str, student_number: str | None, now: datetime) -> None:
    """Makes the learner a member; one who is keeps what is known. Raises NumberTaken before writing anything."""
    if student_number is not None and number_holder(connection, course_id, student_number) not in (None, learner_id):
        raise NumberTaken("another learner of this course has this student number")
    if not is_member(connection, course_id, learner_id):
        row = {"course_id": course_id, "learner_id": learner_id, "student_number": student_number, "joined_at": now}
        connection.execute(memberships.insert(), row)
    elif student_number is not None:
        set_number(connection, course_id, learner_id, student_number)


def set_number(connection: Connection, course_id: str, learner_id: str, student_number: str | None) -> None:
    """Changes or removes a member's student number, which nobody else in the course may have."""
    mine = (memberships.c.course_id == course_id, memberships.c.learner_id == learner_id)
    connection.execute(memberships.update().where(*mine).values(student_number=student_number))


def leave(connection: Connection, course_id: str, learner_id: str) -> bool:
    gone = memberships.delete().where(memberships.c.course_id == course_id, memberships.c.learner_id == learner_id)
    return connection.execute(gone).rowcount == 1


def courses_of_learners(connection: Connection, learner_ids: list[str]) -> set[str]:
    """The courses in which any of these learners is."""
    statement = select(memberships.c.course_id).where(memberships.c.learner_id.in_(learner_ids))
    return set(connection.execute(statement).scalars())


def store_invitation(connection: Connection, *, hash: str, course_id: str, now: datetime, expires_at: datetime) -> None:
    """Keeps the hash of a one-time link to teach a course, and forgets those that have expired."""
    connection.execute(invitations.delete().where(invitations.c.expires_at <= now))
    connection.execute(invitations.insert(), {"hash": hash, "course_id": course_id, "created_at": now, "expires_at": expires_at})


def find_invitation(connection: Connection, hash: str, now: datetime) -> Course | None:
    """The course of a link that still works."""
    statement = select(*_COURSE).join_from(courses, invitations, invitations.c.course_id == courses.c.id)
    return _one(connection, statement.where(invitations.c.hash == hash, invitations.c.expires_at > now))


def use_invitation(connection: Connection, hash: str) -> None:
    connection.execute(invitations.delete().where(invitations.c.hash == hash))


def _one(connection: Connection, statement: Select[Any]) -> Course | None:
    found = connection.execute(statement).one_or_none()
    return None if found is None else Course(*found)
