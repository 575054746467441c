"""The counters counted anew from the attempts: of a learner whose attempts were changed, of all, or to compare.

One SELECT for each table says what its rows are. They go by learner and read the index of the reports rather than the long rows,
so that any history is walked through in steps that can tell of themselves.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Select, Table, case, func, select
from sqlalchemy.engine import Connection

from app.persistence import recording, tally
from app.persistence.database import Database
from app.persistence.days import UtcDay, UtcWeek
from app.persistence.tables import (
    accounts,
    attempts,
    day_counts,
    item_counts,
    item_mistake_counts,
    mistake_counts,
    mistake_weeks,
    mistakes,
    week_counts,
)

_AT_ONCE = 5  # learners to a step: those of a long history take the writer seconds

Tell = Callable[[str, int, int], object]
"""Hears how a long job goes: (phase, steps done, of how many)."""


@dataclass(frozen=True)
class Difference:
    """A counter's row that is not what the attempts say; None where it is missing on one side."""

    counter: str
    key: tuple[Any, ...]
    kept: tuple[Any, ...] | None
    counted: tuple[Any, ...] | None

    def __str__(self) -> str:
        return f"{self.counter} {self.key}: kept {self.kept}, counted {self.counted}"


def recount(connection: Connection, learner_ids: Sequence[str]) -> None:
    """Counts these learners' attempts anew. To be called in the transaction that has changed or deleted any of them."""
    recording.settle(connection)
    tally.settle(connection)  # what was counted before is in the rows already
    for table, counted in _COUNTED.items():
        connection.execute(table.delete().where(table.c.learner_id.in_(learner_ids)))
        connection.execute(table.insert().from_select(table.columns.keys(), _of(counted, learner_ids)))


def rebuild(connection: Connection) -> None:
    """Counts everybody's attempts anew, in one transaction: `rebuild_all` does a large history step by step."""
    for learner_ids in steps(connection):
        recount(connection, learner_ids)


def check(connection: Connection) -> list[Difference]:
    """What the counters have otherwise than the attempts; nothing, if all is well. Sums of scores may differ by rounding."""
    return [one for learner_ids in steps(connection) for one in _compare(connection, learner_ids)]


def rebuild_all(database: Database, tell: Tell) -> None:
    """Counts everybody's attempts anew, a transaction for each step, so that answers can be stored in between."""
    for learner_ids in _all_steps(database, "Counting attempts", tell):
        database.write_now(partial(recount, learner_ids=learner_ids))


def check_all(database: Database, tell: Tell) -> list[Difference]:
    """As `check`, with a reading of its own for each step: a learner's counters change in the transaction of their attempts."""
    found: list[Difference] = []
    for learner_ids in _all_steps(database, "Comparing counters with attempts", tell):
        with database.read() as connection:
            found += _compare(connection, learner_ids)
    return found


def _all_steps(database: Database, phase: str, tell: Tell) -> Iterator[list[str]]:
    with database.read() as connection:
        blocks = list(steps(connection))
    for done, learner_ids in enumerate(blocks):
        tell(phase, done, len(blocks))
        yield learner_ids


def _compare(connection: Connection, learner_ids: Sequence[str]) -> Iterator[Difference]:
    for table, counted in _COUNTED.items():
        kept = _rows(connection, table, select(table).where(table.c.learner_id.in_(learner_ids)))
        actual = _rows(connection, table, _of(counted, learner_ids))
        for key in sorted(kept.keys() | actual.keys()):
            pair = kept.get(key), actual.get(key)
            if not _alike(*pair):
                yield Difference(table.name, key, *pair)


def steps(connection: Connection) -> Iterator[list[str]]:
    """All accounts' ids, some at a time, in their order."""
    after = ""
    while True:
        ids = select(accounts.c.id).where(accounts.c.id > after).order_by(accounts.c.id).limit(_AT_ONCE)
        found = list(connection.execute(ids).scalars())
        if not found:
            return
        yield found
        after = found[-1]


def _rows(connection: Connection, table: Table, statement: Select[Any]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    key = len(table.primary_key)
    return {tuple(row[:key]): tuple(row[key:]) for row in connection.execute(statement)}


def _of(counted: Select[Any], learner_ids: Sequence[str]) -> Select[Any]:
    return counted.where(counted.selected_columns[0].in_(learner_ids))  # the learner leads every key


def _alike(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
    if one is None or other is None:
        return False
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )


_first = attempts.c.first_try
_item = (attempts.c.learner_id, attempts.c.skill, attempts.c.level, attempts.c.format)
_day: Any = UtcDay(attempts.c.submitted_at)
_week: Any = UtcWeek(attempts.c.submitted_at)
_mistake_week: Any = UtcWeek(mistakes.c.submitted_at)
_item_of_mistake = (mistakes.c.learner_id, mistakes.c.skill, attempts.c.level, attempts.c.format, mistakes.c.code)

# The columns of each in the order of its table.
_COUNTED: dict[Table, Select[Any]] = {
    item_counts: select(
        *_item,
        func.count(),
        func.count(case((_first, 1))),
        func.sum(case((_first, attempts.c.score), else_=0.0)),
        func.count(case((_first & attempts.c.correct, 1))),
        func.max(attempts.c.submitted_at),
        func.max(case((attempts.c.correct, attempts.c.submitted_at))),
    ).group_by(*_item),
    day_counts: select(
        attempts.c.learner_id, _day.label("day"), func.count(), func.count(case((_first & attempts.c.correct, 1)))
    ).group_by(attempts.c.learner_id, _day),
    week_counts: select(
        attempts.c.learner_id,
        _week.label("week"),
        attempts.c.skill,
        func.count(),
        func.min(attempts.c.submitted_at),
        func.max(attempts.c.submitted_at),
    ).group_by(attempts.c.learner_id, _week, attempts.c.skill),
    mistake_counts: select(
        mistakes.c.learner_id,
        mistakes.c.skill,
        mistakes.c.code,
        func.count(),
        func.min(mistakes.c.submitted_at),
        func.max(mistakes.c.submitted_at),
    ).group_by(mistakes.c.learner_id, mistakes.c.skill, mistakes.c.code),
    item_mistake_counts: select(*_item_of_mistake, func.count(mistakes.c.attempt_id.distinct()))
    .join_from(mistakes, attempts, attempts.c.id == mistakes.c.attempt_id)
    .where(mistakes.c.first_try)
    .group_by(*_item_of_mistake),
    mistake_weeks: select(
        mistakes.c.learner_id,
        _mistake_week.label("week"),
        mistakes.c.skill,
        mistakes.c.code,
        func.count(),
        func.min(mistakes.c.submitted_at),
        func.max(mistakes.c.submitted_at),
    ).group_by(mistakes.c.learner_id, _mistake_week, mistakes.c.skill, mistakes.c.code),
}
