"""Attempts on their way out, block by block, so that any number of them takes little memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts


@dataclass(frozen=True, slots=True)
class ExportedAttempt:
    """An attempt with its learner's name as it is now."""

    id: int
    learner_id: str
    learner: str
    question_id: str
    skill: str
    level: int
    format: str
    submitted_at: datetime
    score: float
    correct: bool
    first_try: bool
    answer_sent: Any
    parts: Any
    program_version: str


def newest_attempt(connection: Connection) -> int:
    """The highest id that is visible; 0 without any. One SELECT."""
    return connection.execute(select(func.max(attempts.c.id))).scalar_one() or 0


def exported_attempts(connection: Connection, reach: Reach, after_id: int, up_to: int, limit: int) -> list[ExportedAttempt]:
    """At most `limit` attempts of learners in reach with ids above `after_id`, up to `up_to`, oldest first. One SELECT."""
    names = ExportedAttempt.__dataclass_fields__
    columns = (accounts.c.name if name == "learner" else attempts.c[name] for name in names)
    statement = (
        select(*columns)
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(accounts.c.role == "learner", within(reach, attempts.c.learner_id))
        .where(attempts.c.id > after_id, attempts.c.id <= up_to)
        .order_by(attempts.c.id)
        .limit(limit)
    )
    return [ExportedAttempt(*row) for row in connection.execute(statement)]
