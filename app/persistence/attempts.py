"""Attempts: graded answers as they are kept, and the few facts that decide what one counts for.

An attempt row carries everything needed to read it without the program that made it. The functions take a
connection: the writing ones belong into a job for `Database.write`, whose transaction no other write
overlaps, so what they look up stays true until they are committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import RowMapping, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.engine import Connection

from app.persistence import outbox, tally
from app.persistence.errors import Refused
from app.persistence.prepared import Prepared, Row
from app.persistence.reach import Reach, within
from app.persistence.tables import attempts, hints_taken, idempotency_keys, mistakes, solutions_shown


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


# Built once: on the hot path, putting a statement together would cost as much as running it.
_COLUMNS = tuple(field.name for field in fields(AttemptRow) if field.name in attempts.c)
_SENT = tuple(name for name in _COLUMNS if name not in ("id", "first_try"))

_earlier = attempts.alias("earlier")
_tried = exists().where(_earlier.c.learner_id == bindparam("this_learner"), _earlier.c.question_id == bindparam("this_question"))
_shown = exists().where(
    solutions_shown.c.learner_id == bindparam("this_learner"),
    solutions_shown.c.question_id == bindparam("this_question"),
)
_hinted = exists().where(
    hints_taken.c.learner_id == bindparam("this_learner"),
    hints_taken.c.question_id == bindparam("this_question"),
)
_answered = exists().where(
    attempts.c.learner_id == bindparam("this_learner"),
    attempts.c.question_id == bindparam("this_question"),
    attempts.c.correct,
)
_INSERT = Prepared(
    attempts.insert()
    .values(first_try=and_(~_tried, ~_shown, ~_hinted))
    .returning(attempts.c.id, attempts.c.first_try, _shown.label("solution_shown")),
    *_SENT,
)
_INSERT_MISTAKE = Prepared(mistakes.insert(), *mistakes.c.keys())
_INSERT_KEY = Prepared(idempotency_keys.insert(), *idempotency_keys.c.keys())
_FIND_KEY = Prepared(
    select(idempotency_keys.c.request_hash, idempotency_keys.c.attempt_id).where(
        idempotency_keys.c.learner_id == bindparam("this_learner"),
        idempotency_keys.c.key == bindparam("this_key"),
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


def record_attempt(connection: Connection, new: NewAttempt) -> tuple[AttemptRow, bool]:
    """Stores an attempt and returns it with True; for a repeated idempotency key, the first one with False.

    It is a first try when the learner has no earlier attempt at the question, has not had its solution shown
    and has taken no hint that tells part of it. Raises IdempotencyConflict when the key came with another request before.
    """
    if new.idempotency_key is not None:
        earlier = _FIND_KEY.first(connection, {"this_learner": new.learner_id, "this_key": new.idempotency_key})
        if earlier is not None:
            request_hash, attempt_id = earlier
            if request_hash != new.request_hash:
                raise IdempotencyConflict("this idempotency key belongs to another request")
            # A foreign key holds that there is one.
            return _row(connection.execute(_FIND, {"this_attempt": attempt_id}).mappings().one()), False

    sent = {name: getattr(new, name) for name in _SENT}
    made = _INSERT.first(connection, {**sent, "this_learner": new.learner_id, "this_question": new.question_id})
    attempt_id, first_try, shown = cast(Row, made)
    for symbol, code in new.mistakes:
        mistake = {
            "attempt_id": attempt_id,
            "symbol": symbol,
            "code": code,
            "learner_id": new.learner_id,
            "skill": new.skill,
            "first_try": first_try,
            "submitted_at": new.submitted_at,
        }
        _INSERT_MISTAKE.run(connection, mistake)
    if new.idempotency_key is not None:
        used = {
            "learner_id": new.learner_id,
            "key": new.idempotency_key,
            "request_hash": new.request_hash,
            "attempt_id": attempt_id,
        }
        _INSERT_KEY.run(connection, used)
    tally.count(connection, new, first_try)
    outbox.note_attempt(connection, attempt_id)
    sent["submitted_at"] = new.submitted_at.astimezone(UTC)
    return AttemptRow(id=attempt_id, first_try=first_try, solution_shown=shown, **sent), True


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
