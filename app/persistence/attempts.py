"""Attempts: graded answers as they are kept, and the few facts that decide what one counts for.

An attempt row carries everything needed to read it without the program that made it; `recording` stores it. The functions take
a connection: the writing ones belong into a job for `Database.write`, whose transaction no other write overlaps, so what they
look up stays true until they are committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.engine import Connection

from app.persistence.errors import Refused
from app.persistence.prepared import Prepared
from app.persistence.reach import Reach, within
from app.persistence.tables import FIRST, FURTHER, attempts, hints_taken, mistakes, solutions_shown


class IdempotencyConflict(Refused):
    """The idempotency key has been used by this learner for another request."""


@dataclass(frozen=True, kw_only=True)
class NewAttempt:
    """An attempt about to be stored.

    The JSON fields take plain dicts, lists, strings, numbers, booleans and None; no NaN, no infinities.
    `submitted_at` is timezone-aware. `mistakes` holds (symbol, misconception code) of each diagnosed part.
    """

    learner_id: str
    question_id: str
    skill: str
    level: int
    format: str
    submitted_at: datetime
    prompt: str
    given: Any
    options: Any
    answer_sent: Any
    answer_read: Any
    key: Any
    tolerance: Any
    parts: Any
    score: float
    correct: bool
    program_version: str
    mistakes: tuple[tuple[str, str], ...] = ()
    idempotency_key: str | None = None
    request_hash: str | None = None

    def __post_init__(self) -> None:
        if (self.idempotency_key is None) != (self.request_hash is None):
            raise ValueError("an idempotency key and the hash of its request come together")


@dataclass(frozen=True, kw_only=True)
class AttemptRow:
    """A stored attempt. `solution_shown`: whether its learner has been shown the solution by now."""

    id: int
    learner_id: str
    question_id: str
    skill: str
    level: int
    format: str
    submitted_at: datetime
    prompt: str
    given: Any
    options: Any
    answer_sent: Any
    answer_read: Any
    key: Any
    tolerance: Any
    parts: Any
    score: float
    correct: bool
    first_try: bool
    program_version: str
    solution_shown: bool


_COLUMNS = tuple(field.name for field in fields(AttemptRow) if field.name in attempts.c)
SENT = tuple(name for name in _COLUMNS if name not in ("id", "first_try"))
"""The columns of an attempt that come from outside the database."""

_shown = exists().where(
    solutions_shown.c.learner_id == bindparam("this_learner"),
    solutions_shown.c.question_id == bindparam("this_question"),
)
_hinted = exists().where(
    hints_taken.c.learner_id == bindparam("this_learner"),
    hints_taken.c.question_id == bindparam("this_question"),
)
_answered = or_(
    *(
        exists().where(
            attempts.c.learner_id == bindparam("this_learner"),
            attempts.c.question_id == bindparam("this_question"),
            attempts.c.correct,
            literal_column(which),
        )
        for which in (FIRST, FURTHER)
    )
)
_SELECT: Select[Any] = select(
    *(attempts.c[name] for name in _COLUMNS),
    exists()
    .where(
        solutions_shown.c.learner_id == attempts.c.learner_id,
        solutions_shown.c.question_id == attempts.c.question_id,
    )
    .correlate(attempts)
    .label("solution_shown"),
)
_FIND = _SELECT.where(attempts.c.id == bindparam("this_attempt"))
_SOLUTION_IS_SHOWN = select(_shown)
_HINT_IS_TAKEN = select(_hinted)
WHAT_WAS_TOLD = Prepared(select(_shown, _hinted))
"""(this_learner, this_question) -> whether the solution was shown, and whether a hint was taken that tells part of the answer."""
_SOLUTION_IS_OPEN = select(or_(_shown, _answered))


def row_of(new: NewAttempt, attempt_id: int, first_try: bool, solution_shown: bool) -> AttemptRow:
    """The row that a new attempt becomes."""
    sent = {name: getattr(new, name) for name in SENT}
    sent["submitted_at"] = new.submitted_at.astimezone(UTC)
    return AttemptRow(id=attempt_id, first_try=first_try, solution_shown=solution_shown, **sent)


def record_solution_shown(connection: Connection, learner_id: str, question_id: str, now: datetime) -> None:
    """Notes that the learner has had the solution shown; the first time counts."""
    if not solution_is_shown(connection, learner_id, question_id):
        row = {"learner_id": learner_id, "question_id": question_id, "shown_at": now}
        connection.execute(solutions_shown.insert(), row)


def solution_is_shown(connection: Connection, learner_id: str, question_id: str) -> bool:
    """Whether the learner has had the question's solution shown."""
    keys = {"this_learner": learner_id, "this_question": question_id}
    return bool(connection.execute(_SOLUTION_IS_SHOWN, keys).scalar_one())


def solution_is_open(connection: Connection, learner_id: str, question_id: str) -> bool:
    """Whether the solution tells the learner nothing new: it was shown, or an answer of theirs was wholly right."""
    keys = {"this_learner": learner_id, "this_question": question_id}
    return bool(connection.execute(_SOLUTION_IS_OPEN, keys).scalar_one())


def record_hint_taken(connection: Connection, learner_id: str, question_id: str, now: datetime) -> None:
    """Notes that the learner has taken a hint that tells part of the answer; the first time counts."""
    if not hint_is_taken(connection, learner_id, question_id):
        row = {"learner_id": learner_id, "question_id": question_id, "taken_at": now}
        connection.execute(hints_taken.insert(), row)


def hint_is_taken(connection: Connection, learner_id: str, question_id: str) -> bool:
    """Whether the learner has taken a hint at the question."""
    keys = {"this_learner": learner_id, "this_question": question_id}
    return bool(connection.execute(_HINT_IS_TAKEN, keys).scalar_one())


def find_attempt(connection: Connection, attempt_id: int, reach: Reach) -> AttemptRow | None:
    """The attempt, or None where there is none in reach. Any integer may be asked for."""
    statement = _FIND.where(within(reach, attempts.c.learner_id))
    found = connection.execute(statement, {"this_attempt": _comparable(attempt_id)}).mappings().one_or_none()
    return None if found is None else _row(found)


def stored_attempt(connection: Connection, attempt_id: int) -> AttemptRow:
    """The attempt, which must be there, whoever asks."""
    return _row(connection.execute(_FIND, {"this_attempt": attempt_id}).mappings().one())


def list_attempts(
    connection: Connection,
    *,
    reach: Reach,
    after_id: int,
    limit: int,
    learner_id: str | None = None,
    skill: str | None = None,
) -> list[AttemptRow]:
    """At most `limit` attempts in reach with ids above `after_id`, oldest first; of one learner, one skill if given.

    Ids become visible in their order, so whoever continues after the last id seen misses nothing.
    """
    statement = _SELECT.where(attempts.c.id > _comparable(after_id), within(reach, attempts.c.learner_id))
    statement = statement.order_by(attempts.c.id).limit(limit)
    if learner_id is not None:
        statement = statement.where(attempts.c.learner_id == learner_id)
    if skill is not None:
        statement = statement.where(attempts.c.skill == skill)
    return _rows(connection.execute(statement).mappings())


def latest_attempts(
    connection: Connection,
    learner_id: str,
    limit: int,
    before_id: int | None = None,
    *,
    skill: str | None = None,
    code: str | None = None,
    oldest_first: bool = False,
) -> list[AttemptRow]:
    """At most `limit` attempts of the learner, newest first; only ids below `before_id` if given. Oldest first, those above it.

    skill, code: only of this skill, and only those in which this misconception was seen.
    """
    order = attempts.c.id.asc() if oldest_first else attempts.c.id.desc()
    statement = _SELECT.where(attempts.c.learner_id == learner_id).order_by(order).limit(limit)
    if before_id is not None:
        edge = _comparable(before_id)
        statement = statement.where(attempts.c.id > edge if oldest_first else attempts.c.id < edge)
    if skill is not None:
        statement = statement.where(attempts.c.skill == skill)
    if code is not None:
        statement = statement.where(exists().where(mistakes.c.attempt_id == attempts.c.id, mistakes.c.code == code))
    return _rows(connection.execute(statement).mappings())


def count_attempts(connection: Connection, learner_id: str) -> int:
    """How many attempts of the learner are kept."""
    return connection.execute(select(func.count()).where(attempts.c.learner_id == learner_id)).scalar_one()


def _comparable(attempt_id: int) -> int:
    """The id, or where it is larger than either database can compare, one that is never reached either."""
    return max(0, min(attempt_id, 2**63 - 1))


def _rows(found: Iterable[RowMapping]) -> list[AttemptRow]:
    return [_row(row) for row in found]


def _row(found: RowMapping) -> AttemptRow:
    return AttemptRow(**{**found, "solution_shown": bool(found["solution_shown"])})
