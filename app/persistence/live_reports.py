"""What has just been answered: the newest attempts in reach. One SELECT, whose cost does not grow with the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts

_LOOK_BACK = 5000  # ids, of all classes; one that answered nothing among so many is not in a lecture now


@dataclass(frozen=True, slots=True)
class FreshAttempt:
    """learner: their name."""

    id: int
    learner_id: str
    learner: str
    skill: str
    level: int
    submitted_at: datetime
    score: float
    correct: bool
    parts: Any


def fresh_attempts(connection: Connection, reach: Reach, newest: int, since: datetime, limit: int) -> list[FreshAttempt]:
    """At most `limit` attempts of learners in reach up to the id `newest` and not before `since`, newest first."""
    names = FreshAttempt.__dataclass_fields__
    statement = (
        select(*(accounts.c.name if name == "learner" else attempts.c[name] for name in names))
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(accounts.c.role == "learner", within(reach, attempts.c.learner_id), attempts.c.submitted_at >= since)
        .where(attempts.c.id <= newest, attempts.c.id > newest - _LOOK_BACK)
        .order_by(attempts.c.id.desc())
        .limit(limit)
    )
    return [FreshAttempt(*row) for row in connection.execute(statement)]
