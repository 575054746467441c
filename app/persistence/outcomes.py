"""What erased learners' attempts add to the counts: who made them is gone, how they came out still counts. One SELECT each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.engine import Connection

from app.persistence.reach import OPEN_COURSE, Reach
from app.persistence.tables import course_staff, outcome_courses, outcome_mistakes, outcomes


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Of one item: attempts, how many were first tries, the sum of those scores, and how many of those were right."""

    skill: str
    level: int
    format: str
    attempts: int
    first_tries: int
    first_try_sum: float
    right_at_first: int


@dataclass(frozen=True, slots=True)
class OutcomeMistakes:
    """Of one item and misconception: parts that showed it, and first tries that did."""

    skill: str
    level: int
    format: str
    code: str
    times: int
    first_tries: int


_ITEM: Sequence[Any] = (outcomes.c.skill, outcomes.c.level, outcomes.c.format)


def outcome_counts(connection: Connection, reach: Reach) -> list[OutcomeCount]:
    first = case((outcomes.c.first_try, 1))
    statement: Select[Any] = (
        select(
            *_ITEM,
            func.count(),
            func.count(first),
            func.coalesce(func.sum(case((outcomes.c.first_try, outcomes.c.score))), 0.0),
            func.count(case((and_(outcomes.c.first_try, outcomes.c.correct), 1))),
        )
        .where(_within(reach))
        .group_by(*_ITEM)
    )
    return [OutcomeCount(*row) for row in connection.execute(statement)]


def outcome_mistakes_made(connection: Connection, reach: Reach) -> list[OutcomeMistakes]:
    at_first = func.count(case((outcomes.c.first_try, outcomes.c.id)).distinct())
    statement: Select[Any] = (
        select(*_ITEM, outcome_mistakes.c.code, func.count(), at_first)
        .join_from(outcome_mistakes, outcomes, outcomes.c.id == outcome_mistakes.c.outcome_id)
        .where(_within(reach))
        .group_by(*_ITEM, outcome_mistakes.c.code)
    )
    return [OutcomeMistakes(*row) for row in connection.execute(statement)]


def outcome_days(connection: Connection, reach: Reach, first: date, last: date) -> dict[date, int]:
    """Attempts by day in UTC, from `first` to `last`; days without any are left out."""
    statement = select(outcomes.c.day, func.count()).where(_within(reach), outcomes.c.day.between(first, last))
    return {row[0]: row[1] for row in connection.execute(statement.group_by(outcomes.c.day))}


def _within(reach: Reach) -> ColumnElement[bool]:
    """As reach.within, for outcomes, which have courses instead of a learner."""
    if reach.scope == "own":
        return false()
    counted_in = outcome_courses.c.outcome_id == outcomes.c.id
    is_open = ~exists().where(counted_in)
    teaching = course_staff.c.account_id == reach.account_id
    everything = reach.scope == "everybody"
    reads_open = true() if reach.scope != "their course" else ~exists().where(teaching)
    if reach.course_id == OPEN_COURSE:
        return and_(is_open, reads_open)
    if reach.course_id is not None:
        in_it = exists().where(counted_in, outcome_courses.c.course_id == reach.course_id)
        theirs = true() if everything else exists().where(teaching, course_staff.c.course_id == reach.course_id)
        return and_(in_it, theirs)
    if everything:
        return true()
    in_theirs = exists().where(counted_in, course_staff.c.course_id == outcome_courses.c.course_id, teaching)
    return or_(in_theirs, and_(is_open, reads_open))
