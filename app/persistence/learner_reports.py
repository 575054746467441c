"""What the records say of one learner, at a cost that is bounded however long the history is.

Totals and days are counters. First tries and mistakes are read from the newest backwards by their index, at most so many, and no
long row is touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, select, tuple_, union_all
from sqlalchemy.engine import Connection

from app.persistence.days import monday_of
from app.persistence.reports import SKILL_SUMS, SkillScore, mean
from app.persistence.tables import attempts, day_counts, item_counts, mistake_counts, mistake_weeks, mistakes


@dataclass(frozen=True)
class FirstTry:
    """How one first try went. format: numeric or choice."""

    skill: str
    level: int
    format: str
    correct: bool
    submitted_at: datetime


@dataclass(frozen=True)
class DayCount:
    """One day in UTC on which a learner answered: first tries that were right, and all attempts."""

    day: date
    right_at_first: int
    attempts: int


@dataclass(frozen=True)
class MadeMistake:
    """One named mistake in one part of an attempt."""

    code: str
    submitted_at: datetime


@dataclass(frozen=True)
class MistakeTotal:
    """One mistake in one skill: parts that showed it, and when first and last."""

    skill: str
    code: str
    times: int
    first_at: datetime
    last_at: datetime


_mine = attempts.c.learner_id == bindparam("this_learner")
_TOTALS = (
    select(item_counts.c.skill, *SKILL_SUMS)
    .where(item_counts.c.learner_id == bindparam("this_learner"))
    .group_by(item_counts.c.skill)
)
_LATEST_MISTAKES = (
    select(mistakes.c.code, mistakes.c.submitted_at)
    .where(mistakes.c.learner_id == bindparam("this_learner"))
    .order_by(mistakes.c.submitted_at.desc())
    .limit(bindparam("most"))
)


_DAYS = select(day_counts.c.day, day_counts.c.right_at_first, day_counts.c.attempts).where(
    day_counts.c.learner_id == bindparam("this_learner"), day_counts.c.day.between(bindparam("first"), bindparam("last"))
)


def learner_totals(connection: Connection, learner_id: str) -> dict[str, SkillScore]:
    """Attempts, first tries and their mean score, by the skills tried. One SELECT."""
    rows = connection.execute(_TOTALS, {"this_learner": learner_id})
    return {
        row.skill: SkillScore(row.attempts, row.first_tries, mean(row.first_try_sum, row.first_tries), row.right_at_first)
        for row in rows
    }


def latest_first_tries(connection: Connection, learner_id: str, skills: Sequence[str], most: int) -> dict[str, list[FirstTry]]:
    """The newest `most` first tries of each skill, oldest first; a skill without any is left out. One SELECT."""
    found: dict[str, list[FirstTry]] = {}
    for row in connection.execute(_newest(tuple(skills)), {"this_learner": learner_id, "most": most}):
        found.setdefault(row.skill, []).append(FirstTry(*row))
    return {skill: sorted(tries, key=lambda one: one.submitted_at) for skill, tries in found.items()}


@lru_cache(maxsize=8)
def _newest(skills: tuple[str, ...]) -> CompoundSelect[Any]:
    """One short walk through the index for each skill; a window over all of them would read the whole history."""
    columns = (attempts.c.skill, attempts.c.level, attempts.c.format, attempts.c.correct, attempts.c.submitted_at)

    def of(skill: str) -> Select[Any]:
        newest = (
            select(*columns)
            .where(_mine, attempts.c.skill == skill, attempts.c.first_try)
            .order_by(attempts.c.submitted_at.desc())
            .limit(bindparam("most"))
        )
        return select(newest.subquery())

    return union_all(*(of(skill) for skill in skills))


def latest_mistakes(connection: Connection, learner_id: str, most: int) -> list[MadeMistake]:
    """The newest `most` named mistakes, newest first. One SELECT."""
    return [MadeMistake(*row) for row in connection.execute(_LATEST_MISTAKES, {"this_learner": learner_id, "most": most})]


def mistake_totals(connection: Connection, learner_id: str) -> list[MistakeTotal]:
    """Every named mistake of the learner's by skill. One SELECT."""
    made = mistake_counts.c
    statement = select(made.skill, made.code, made.times, made.first_at, made.last_at).where(made.learner_id == learner_id)
    return [MistakeTotal(*row) for row in connection.execute(statement)]


def mistakes_by_week(
    connection: Connection, learner_id: str, since: date, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[date, int]]]:
    """(skill, code) -> the Monday in UTC and how often, from the week of `since` on. One SELECT.

    wanted: the only ones that are told.
    """
    made = mistake_weeks.c
    mine = (made.learner_id == learner_id, made.week >= monday_of(since), tuple_(made.skill, made.code).in_(wanted))
    statement = select(made.skill, made.code, made.week, made.times).where(*mine).order_by(made.week)
    found: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for skill, code, week, times in connection.execute(statement):
        found.setdefault((skill, code), []).append((week, times))
    return found


def learner_days(connection: Connection, learner_id: str, first: date, last: date) -> list[DayCount]:
    """Each day from `first` to `last`, also those without an attempt. One SELECT."""
    found = connection.execute(_DAYS, {"this_learner": learner_id, "first": first, "last": last})
    busy = {row.day: DayCount(*row) for row in found}
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    return [busy.get(day) or DayCount(day, 0, 0) for day in days]
