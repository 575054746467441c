"""Whose records somebody may read, as one SQL condition that every report, listing and lookup adds to its statement.

Whoever is in no course is in the open course.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, exists, or_, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from app.persistence.tables import accounts, course_staff, memberships

OPEN_COURSE = "open"  # longer than nothing, shorter than any course's id
Scope = Literal["own", "their course", "their courses and the open one", "everybody"]


@dataclass(frozen=True)
class Reach:
    """Whose reach, how far it goes, and, if it is narrowed, to which course: an id or OPEN_COURSE."""

    account_id: str
    scope: Scope
    course_id: str | None = None


EVERYBODY = Reach("", "everybody")


def within(reach: Reach, learner_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the account in this column is one whose records may be read. Oneself always is, unless narrowed to a course."""
    if reach.course_id is None:
        return or_(learner_id == reach.account_id, _whole(reach, learner_id)) if reach.scope != "everybody" else true()
    return and_(_whole(reach, learner_id), _in_course(reach.course_id, learner_id))


def is_within(connection: Connection, reach: Reach, learner_id: str) -> bool:
    """Whether there is such an account, and its records may be read."""
    statement = select(exists().where(accounts.c.id == learner_id, within(reach, accounts.c.id)))
    return bool(connection.execute(statement).scalar_one())


def _whole(reach: Reach, learner_id: ColumnElement[str]) -> ColumnElement[bool]:
    if reach.scope == "everybody":
        return true()
    if reach.scope == "own":
        return learner_id == reach.account_id
    teaching = course_staff.c.account_id == reach.account_id
    taught = (
        select(memberships.c.learner_id)
        .join_from(memberships, course_staff, course_staff.c.course_id == memberships.c.course_id)
        .where(teaching)
    )
    if reach.scope == "their course":
        # A program that was given no course reads the open one, like whoever is in none.
        return or_(learner_id.in_(taught), and_(~exists().where(teaching), _in_course(OPEN_COURSE, learner_id)))
    return or_(learner_id.in_(taught), _in_course(OPEN_COURSE, learner_id))


def _in_course(course_id: str, learner_id: ColumnElement[str]) -> ColumnElement[bool]:
    if course_id != OPEN_COURSE:
        return learner_id.in_(select(memberships.c.learner_id).where(memberships.c.course_id == course_id))
    members = select(memberships.c.learner_id)
    return learner_id.in_(select(accounts.c.id).where(accounts.c.role == "learner", accounts.c.id.not_in(members)))
