"""How busy a class has been, and who of it is stuck: one SELECT each, which goes by counters."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.engine import Connection

from app.persistence.days import utc_day
from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, day_counts, item_counts

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
    last, right = func.max(item_counts.c.last_at), func.max(item_counts.c.right_at)
    # Of few learners of a class, so that the others' items are not gone through.
    here = exists().where(day_counts.c.learner_id == accounts.c.id, day_counts.c.day >= utc_day(since))
    learners = select(accounts.c.id).where(_is_learner, within(reach, accounts.c.id), here)
    lately = (
        select(item_counts.c.learner_id, item_counts.c.skill, last.label("last"), right.label("right_at"))
        .where(item_counts.c.learner_id.in_(learners))
        .group_by(item_counts.c.learner_id, item_counts.c.skill)
        .having(and_(last >= since, or_(right.is_(None), right < last)))
        .subquery("lately")
    )
    # A walk to the end of the index, as long as the run of wrong ones is; it looks at first tries apart from the others.
    wrong = (
        select(func.count())
        .where(attempts.c.learner_id == lately.c.learner_id, attempts.c.skill == lately.c.skill)
        .where(attempts.c.first_try.in_([True, False]), attempts.c.submitted_at >= since)
        .where(or_(lately.c.right_at.is_(None), attempts.c.submitted_at > lately.c.right_at))
        .scalar_subquery()
    )
    statement = (
        select(lately.c.learner_id, accounts.c.name, lately.c.skill, wrong, lately.c.last)
        .join_from(lately, accounts, accounts.c.id == lately.c.learner_id)
        .where(wrong >= fewest)
    )
    found = [Stuck(*row) for row in connection.execute(statement)]
    return sorted(found, key=lambda one: (-one.wrong, one.learner.casefold(), one.learner_id, one.skill))
