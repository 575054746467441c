"""How busy a class has been, and who of it is stuck: read from the index of the reports, one SELECT each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, day_counts

_is_learner = accounts.c.role == "learner"


@dataclass(frozen=True)
class ClassDay:
    """One day in UTC: attempts, and how many learners made them."""

    day: date
    attempts: int
    learners: int


@dataclass(frozen=True)
class Stuck:
    """A learner whose latest attempts at a skill, so many in a row, were all wrong; last: when the latest was."""

    learner_id: str
    learner: str
    skill: str
    wrong: int
    last: datetime


def class_days(connection: Connection, reach: Reach, first: date, last: date) -> list[ClassDay]:
    """Each day from `first` to `last`, also those without an attempt. One SELECT."""
    day = day_counts.c.day
    statement = (
        select(day, func.sum(day_counts.c.attempts), func.count())
        .join_from(day_counts, accounts, accounts.c.id == day_counts.c.learner_id)
        .where(_is_learner, within(reach, day_counts.c.learner_id), day.between(first, last))
        .group_by(day)
    )
    busy = {row[0]: ClassDay(*row) for row in connection.execute(statement)}
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    return [busy.get(one) or ClassDay(one, 0, 0) for one in days]


def stuck_learners(connection: Connection, reach: Reach, since: datetime, fewest: int) -> list[Stuck]:
    """Who has had `fewest` or more attempts in a row wrong at a skill since then, and none right after them; longest first."""
    right = func.max(case((attempts.c.correct, attempts.c.submitted_at)))
    tried = (
        select(
            attempts.c.learner_id,
            accounts.c.name,
            attempts.c.skill,
            attempts.c.submitted_at,
            right.over(partition_by=(attempts.c.learner_id, attempts.c.skill)).label("right_at"),
        )
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, within(reach, attempts.c.learner_id), attempts.c.submitted_at >= since)
        .subquery("tried")
    )
    wrong = func.count().label("wrong")
    statement = (
        select(tried.c.learner_id, tried.c.name, tried.c.skill, wrong, func.max(tried.c.submitted_at))
        .where(or_(tried.c.right_at.is_(None), tried.c.submitted_at > tried.c.right_at))
        .group_by(tried.c.learner_id, tried.c.name, tried.c.skill)
        .having(wrong >= fewest)
    )
    found = [Stuck(*row) for row in connection.execute(statement)]
    return sorted(found, key=lambda one: (-one.wrong, one.learner.casefold(), one.learner_id, one.skill))
