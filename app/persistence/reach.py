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
    """Whether the account in this column is one whose records may be read.

    Without a course oneself always is. Narrowed to a course that is not theirs, nobody is.
    """
    if reach.scope == "everybody":
        return true() if reach.course_id is None else _in_course(reach.course_id, learner_id)
    if reach.scope == "own":
        mine = learner_id == reach.account_id
        return mine if reach.course_id is None else and_(mine, _in_course(reach.course_id, learner_id))
    teaching = course_staff.c.account_id == reach.account_id
    # A program that was given no course reads the open one, like whoever is in none.
    reads_open = true() if reach.scope == "their courses and the open one" else ~exists().where(teaching)
    if reach.course_id == OPEN_COURSE:
        return and_(_in_course(OPEN_COURSE, learner_id), reads_open)
    if reach.course_id is not None:
        theirs = exists().where(teaching, course_staff.c.course_id == reach.course_id)
        return and_(_in_course(reach.course_id, learner_id), theirs)
    taught = (
        select(memberships.c.learner_id)
        .join_from(memberships, course_staff, course_staff.c.course_id == memberships.c.course_id)
        .where(teaching)
    )
    # One list, so that the database makes it once and looks each row up in it once.
    listed = or_(accounts.c.id == reach.account_id, accounts.c.id.in_(taught), and_(_is_open(), reads_open))
    return learner_id.in_(select(accounts.c.id).where(listed))


def is_within(connection: Connection, reach: Reach, learner_id: str) -> bool:
    """Whether there is such an account, and its records may be read."""
    statement = select(exists().where(accounts.c.id == learner_id, within(reach, accounts.c.id)))
    return bool(connection.execute(statement).scalar_one())


def _in_course(course_id: str, learner_id: ColumnElement[str]) -> ColumnElement[bool]:
    if course_id == OPEN_COURSE:
        return learner_id.in_(select(accounts.c.id).where(_is_open()))
    return learner_id.in_(select(memberships.c.learner_id).where(memberships.c.course_id == course_id))


def _is_open() -> ColumnElement[bool]:
    return and_(accounts.c.role == "learner", accounts.c.id.not_in(select(memberships.c.learner_id)))
