"""Which mistakes were made when: counted by week, and the attempts behind a count. A fixed number of SELECTs for any class."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import gt, lt
from typing import Any

from sqlalchemy import CTE, Date, Integer, Table, and_, asc, column, desc, func, select, values
from sqlalchemy.engine import Connection

from app.persistence.columns import UtcDateTime
from app.persistence.days import monday_of, utc_day
from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, mistake_weeks, mistakes, week_counts

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
    weeks = _overlaps(starts, end)

    def learners(counter: Table, *by: str) -> Any:
        """Counted anew for each week, since a week of the course can hold parts of two of the counter's."""
        columns = (*(counter.c[name] for name in by), weeks.c.place)
        overlap = and_(weeks.c.monday == counter.c.week, counter.c.last_at >= weeks.c.start, counter.c.first_at < weeks.c.end)
        counted = (
            select(*columns, func.count(counter.c.learner_id.distinct()))
            .join_from(counter, accounts, accounts.c.id == counter.c.learner_id)
            .join(weeks, overlap)
            .where(_is_learner, within(reach, counter.c.learner_id))
            .group_by(*columns)
        )
        return connection.execute(counted if skill is None else counted.where(counter.c.skill == skill))

    return (
        [WeeklyMistake(*row) for row in learners(mistake_weeks, "skill", "code")],
        {(of_skill, week): count for of_skill, week, count in learners(week_counts, "skill")},
    )


def mistaken_attempts(
    connection: Connection,
    reach: Reach,
    skill: str,
    code: str,
    start: datetime,
    end: datetime,
    limit: int,
    beyond_id: int | None = None,
    oldest_first: bool = False,
) -> list[MistakenAttempt]:
    """The attempts from `start` to before `end` in which the mistake was made, newest or oldest first. beyond_id: only those that
    come after this one in that order. One SELECT.
    """
    made_first, beyond = (asc, gt) if oldest_first else (desc, lt)
    made_it = (
        select(mistake_weeks.c.learner_id)
        .join_from(mistake_weeks, accounts, accounts.c.id == mistake_weeks.c.learner_id)
        .where(
            _is_learner, within(reach, mistake_weeks.c.learner_id), mistake_weeks.c.skill == skill, mistake_weeks.c.code == code
        )
        .where(mistake_weeks.c.week.between(monday_of(utc_day(start)), monday_of(utc_day(end))))
    )
    found = (
        select(mistakes.c.attempt_id)
        .where(mistakes.c.learner_id.in_(made_it), mistakes.c.skill == skill, mistakes.c.code == code)
        .where(mistakes.c.submitted_at >= start, mistakes.c.submitted_at < end)
        .distinct()
        .order_by(made_first(mistakes.c.attempt_id))
        .limit(limit)
    )
    if beyond_id is not None:
        found = found.where(beyond(mistakes.c.attempt_id, beyond_id))
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
        .where(attempts.c.id.in_(found))
        .order_by(made_first(attempts.c.id))
    )
    return [MistakenAttempt(*row) for row in connection.execute(statement)]


def _overlaps(starts: Sequence[datetime], end: datetime) -> CTE:
    """Each of the weeks asked for beside each week from Monday in UTC of which it holds a part.

    At most one end of a week lies within the other, so what was first and last in the one tells whether any of it was in both.
    """
    rows = []
    for place, (start, its_end) in enumerate(pairwise([*starts, end])):
        monday = monday_of(utc_day(start))
        while datetime(monday.year, monday.month, monday.day, tzinfo=UTC) < its_end:
            rows.append((place, monday, start, its_end))
            monday += timedelta(days=7)
    columns = (column("place", Integer), column("monday", Date), column("start", UtcDateTime), column("end", UtcDateTime))
    return values(*columns).data(rows).cte("weeks")
