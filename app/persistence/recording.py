"""How attempts are stored: gathered while the jobs of a transaction run, and written together before its COMMIT.

One by one, each would take a dozen calls of the driver, and at each the writer lets go of Python's lock and has to win it back
from the event loop. Together they take as many for all. Nobody can tell the difference: before anything else is asked on their
connection, the attempts that are waiting are written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Table, event
from sqlalchemy.engine import Connection, Engine

from app.persistence import outbox, tally
from app.persistence.attempts import SENT, AttemptRow, IdempotencyConflict, NewAttempt, row_of, stored_attempt
from app.persistence.columns import spell_moment
from app.persistence.json_text import to_json
from app.persistence.prepared import Row, execute, filled_up, mark_of
from app.persistence.tables import FIRST, FURTHER, attempts, hints_taken, idempotency_keys, mistakes, solutions_shown

_AT_ONCE = 64  # places in the longest of the statements that ask for several attempts: SQLite reads one in a millisecond

_LAST_ID = (
    "SELECT max(coalesce((SELECT max(id) FROM attempts), 0), "
    "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'attempts'), 0))"
)
_NEXT_IDS = "SELECT nextval(pg_get_serial_sequence('attempts', 'id')) FROM generate_series(1, %s)"


@dataclass(slots=True, eq=False)
class Recorded:
    """An attempt that is stored with its transaction. values: as the driver takes them, in the order of SENT; at: its moment."""

    new: NewAttempt
    values: Row
    at: Any
    row: AttemptRow | None = None
    first: "Recorded | None" = None  # of this transaction too, with the same idempotency key
    conflicts: bool = False
    created: bool = False

    def outcome(self) -> tuple[AttemptRow, bool]:
        """The row, and whether it was made now: for a repeated idempotency key it is the first one. To be asked when the
        transaction is over. Raises IdempotencyConflict when the key came with another request before.
        """
        if self.conflicts:
            raise IdempotencyConflict("this idempotency key belongs to another request")
        if self.first is not None:
            return self.first.outcome()[0], False
        if self.row is None:
            raise RuntimeError("the attempt has not been written")
        return self.row, self.created


@dataclass(slots=True)
class _Gathered:
    waiting: list[Recorded] = field(default_factory=list)
    error: BaseException | None = None


# By connection, because a transaction of the writer has one of its own: what a rolled back one had gathered goes with it.
_gathered: WeakKeyDictionary[Connection, _Gathered] = WeakKeyDictionary()


def gather(connection: Connection, new: NewAttempt) -> Recorded:
    """Has the attempt stored by this transaction.

    It is a first try when the learner has no earlier attempt at the question, has not had its solution shown and has taken no
    hint that tells part of it. Raises ValueError for values that no database keeps; what the database itself refuses fails the
    transaction.
    """
    recorded = _spelled(new, connection.dialect)
    _gathered.setdefault(connection, _Gathered()).waiting.append(recorded)
    return recorded


def record_attempt(connection: Connection, new: NewAttempt) -> tuple[AttemptRow, bool]:
    """Stores the attempt at once, for whoever needs the row inside the transaction; as Recorded.outcome tells of it."""
    recorded = gather(connection, new)
    settle(connection)
    return recorded.outcome()


def settle(connection: Connection) -> None:
    """Writes the attempts that are waiting. When that has failed, the transaction fails, even if a job has caught the error:
    those whose attempts they were would be told of success.
    """
    gathered = _gathered.get(connection)
    if gathered is None:
        return
    if gathered.error is not None:
        raise gathered.error
    waiting, gathered.waiting = gathered.waiting, []
    if waiting:
        try:
            _write(connection, waiting)
        except BaseException as error:
            gathered.error = error
            raise


def settle_before_all_else(engine: Engine) -> None:
    """On the connections of this engine, no statement runs before the attempts that are waiting are written."""
    event.listen(engine, "before_cursor_execute", lambda connection, *_: settle(connection))


def _spelled(new: NewAttempt, dialect: Dialect) -> Recorded:
    at = spell_moment(new.submitted_at, dialect.name)
    values = (
        new.learner_id,
        new.question_id,
        new.skill,
        new.level,
        new.format,
        at,
        new.prompt,
        to_json(new.given),
        None if new.options is None else to_json(new.options),
        to_json(new.answer_sent),
        to_json(new.answer_read),
        to_json(new.key),
        to_json(new.tolerance),
        to_json(new.parts),
        new.score,
        new.correct,
        new.program_version,
    )
    return Recorded(new, values, at)


def _write(connection: Connection, waiting: list[Recorded]) -> None:
    """All writing of one transaction goes on alone, so what is looked up here stays true until it is committed."""
    made = _without_repeats(connection, waiting)
    if not made:
        return
    told = _told(connection, {(one.new.learner_id, one.new.question_id) for one in made})
    rows: list[Row] = []
    seen: list[Row] = []
    used: list[Row] = []
    for attempt_id, one in zip(_new_ids(connection, len(made)), made, strict=True):
        new = one.new
        asked = (new.learner_id, new.question_id)
        first_try = asked not in told
        shown = told.setdefault(asked, False)  # and so the next attempt at it is no first try
        rows.append((attempt_id, first_try, *one.values))
        for symbol, code in new.mistakes:
            seen.append((attempt_id, symbol, code, new.learner_id, new.skill, first_try, one.at))
        if new.idempotency_key is not None:
            used.append((new.learner_id, new.idempotency_key, new.request_hash, attempt_id))
        one.row, one.created = row_of(new, attempt_id, first_try, shown), True
        tally.count(connection, new, one.at, first_try)
        outbox.note_attempt(connection, attempt_id)
    _insert(connection, attempts, ("id", "first_try", *SENT), rows)
    _insert(connection, mistakes, ("attempt_id", "symbol", "code", "learner_id", "skill", "first_try", "submitted_at"), seen)
    _insert(connection, idempotency_keys, ("learner_id", "key", "request_hash", "attempt_id"), used)


def _without_repeats(connection: Connection, waiting: list[Recorded]) -> list[Recorded]:
    """Those that are to be written; the others come with a key that was used before, in the database or among these."""
    keyed = {(one.new.learner_id, one.new.idempotency_key) for one in waiting if one.new.idempotency_key is not None}
    if not keyed:
        return waiting
    kept = {row[:2]: row[2:] for row in _ask(connection, _keys_used, keyed)}
    first: dict[Row, Recorded] = {}
    made: list[Recorded] = []
    for one in waiting:
        key = (one.new.learner_id, one.new.idempotency_key)
        if key in kept:
            request_hash, attempt_id = kept[key]
            one.conflicts = request_hash != one.new.request_hash
            one.row = None if one.conflicts else stored_attempt(connection, attempt_id)
        elif key in first:
            one.first = first[key]
            one.conflicts = one.first.new.request_hash != one.new.request_hash
        else:
            made.append(one)
            if one.new.idempotency_key is not None:
                first[key] = one
    return made


def _told(connection: Connection, asked: set[Row]) -> dict[Row, bool]:
    """(learner, question) -> whether the solution was shown, where an attempt would be no first try."""
    return {row[:2]: bool(row[2]) for row in _ask(connection, _no_first_try, asked)}


def _ask(connection: Connection, statement: Callable[[int, str], str], asked: set[Row]) -> Iterator[Row]:
    """What a statement about several pairs finds."""
    pairs = sorted(asked)
    for begin in range(0, len(pairs), _AT_ONCE):
        some = filled_up(pairs[begin : begin + _AT_ONCE])
        values = [value for pair in some for value in pair]
        yield from execute(connection, statement(len(some), mark_of(connection.dialect)), values).fetchall()


@cache
def _no_first_try(places: int, mark: str) -> str:
    def exists(table: Table, *more: str) -> str:
        own = " AND ".join(["t.learner_id = asked.learner_id", "t.question_id = asked.question_id", *more])
        return f"EXISTS (SELECT 1 FROM {table.name} AS t WHERE {own})"

    answered = " OR ".join(exists(attempts, which) for which in (FIRST, FURTHER))
    return (
        f"WITH asked (learner_id, question_id) AS (VALUES {_pairs(places, mark)}) "
        f"SELECT learner_id, question_id, {exists(solutions_shown)} FROM asked "
        f"WHERE {answered} OR {exists(solutions_shown)} OR {exists(hints_taken)}"
    )


@cache
def _keys_used(places: int, mark: str) -> str:
    return (
        f'WITH asked (learner_id, "key") AS (VALUES {_pairs(places, mark)}) '
        'SELECT u.learner_id, u."key", u.request_hash, u.attempt_id '
        'FROM asked JOIN idempotency_keys AS u ON u.learner_id = asked.learner_id AND u."key" = asked."key"'
    )


def _pairs(places: int, mark: str) -> str:
    return ", ".join([f"({mark}, {mark})"] * places)


def _new_ids(connection: Connection, count: int) -> Iterable[int]:
    """Ids that no attempt has ever had, as the database would give them out."""
    if connection.dialect.name == "sqlite":
        (last,) = execute(connection, _LAST_ID, ()).fetchone()
        return range(last + 1, last + 1 + count)
    return sorted(attempt_id for (attempt_id,) in execute(connection, _NEXT_IDS, (count,)).fetchall())


def _insert(connection: Connection, table: Table, names: tuple[str, ...], rows: list[Row]) -> None:
    if rows:
        execute(connection, _insertion(table, names, mark_of(connection.dialect)), rows, many=True)


@cache
def _insertion(table: Table, names: tuple[str, ...], mark: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join([mark] * len(names))})"
