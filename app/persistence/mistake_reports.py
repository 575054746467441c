"""Which mistakes were made when: counted by week, and the attempts behind a count. A fixed number of SELECTs for any class."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, mistakes

_is_learner = accounts.c.role == "learner"


@dataclass(frozen=True, slots=True)
class WeeklyMistake:
    """week: its place among the weeks asked for. learners: how many made the mistake in it."""

    skill: str
    code: str
    week: int
    learners: int


@dataclass(frozen=True, slots=True)
class MistakenAttempt:
    """An attempt in which a mistake was made; learner: their name."""

    id: int
    learner_id: str
    learner: str
    question_id: str
    level: int
    submitted_at: datetime
    score: float
    first_try: bool


def weekly_mistakes(
    connection: Connection, reach: Reach, starts: Sequence[datetime], end: datetime, skill: str | None = None
) -> tuple[list[WeeklyMistake], dict[tuple[str, int], int]]:
    """Learners by skill, misconception and week; and learners who answered, by skill and week. Two SELECTs.

    Args:
        starts: when each week begins, in order; each lasts until the next, the last one until `end`.
    """
    made, answered = _week(mistakes.c.submitted_at, starts), _week(attempts.c.submitted_at, starts)
    counted = (
        select(mistakes.c.skill, mistakes.c.code, made, func.count(mistakes.c.learner_id.distinct()))
        .join_from(mistakes, accounts, accounts.c.id == mistakes.c.learner_id)
        .where(_is_learner, within(reach, mistakes.c.learner_id))
        .where(mistakes.c.submitted_at >= starts[0], mistakes.c.submitted_at < end)
        .group_by(mistakes.c.skill, mistakes.c.code, made)
    )
    busy = (
        select(attempts.c.skill, answered, func.count(attempts.c.learner_id.distinct()))
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, within(reach, attempts.c.learner_id))
        .where(attempts.c.submitted_at >= starts[0], attempts.c.submitted_at < end)
        .group_by(attempts.c.skill, answered)
    )
    if skill is not None:
        counted, busy = counted.where(mistakes.c.skill == skill), busy.where(attempts.c.skill == skill)
    return (
        [WeeklyMistake(*row) for row in connection.execute(counted)],
        {(of_skill, week): learners for of_skill, week, learners in connection.execute(busy)},
    )


def mistaken_attempts(
    connection: Connection,
    reach: Reach,
    skill: str,
    code: str,
    start: datetime,
    end: datetime,
    limit: int,
    before_id: int | None = None,
) -> list[MistakenAttempt]:
    """The attempts from `start` to before `end` in which the mistake was made, newest first. One SELECT."""
    made = exists().where(and_(mistakes.c.attempt_id == attempts.c.id, mistakes.c.code == code))
    statement = (
        select(
            attempts.c.id,
            attempts.c.learner_id,
            accounts.c.name,
            attempts.c.question_id,
            attempts.c.level,
            attempts.c.submitted_at,
            attempts.c.score,
            attempts.c.first_try,
        )
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, within(reach, attempts.c.learner_id), attempts.c.skill == skill, made)
        .where(attempts.c.submitted_at >= start, attempts.c.submitted_at < end)
        .order_by(attempts.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        statement = statement.where(attempts.c.id < before_id)
    return [MistakenAttempt(*row) for row in connection.execute(statement)]


def _week(moment: ColumnElement[datetime], starts: Sequence[datetime]) -> ColumnElement[Any]:
    """The place of the week in which the moment lies; both databases count days in their own ways, but compare alike."""
    newest_first = [(moment >= start, place) for place, start in reversed(list(enumerate(starts)))]
    return case(*newest_first).label("week")
