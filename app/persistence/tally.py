"""Attempts are counted in the transaction that stores them, so that the counters are never ahead of the rows nor behind.

What the attempts of one transaction add is gathered in memory and written before its COMMIT, by one statement for each table,
however many attempts share the transaction. Whoever changes or deletes attempts has them counted anew by `counters.recount`.
"""

from datetime import date
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection, Dialect

from app.persistence.attempts import NewAttempt
from app.persistence.counter_tables import (
    ADD,
    OLDEST,
    day_counts,
    item_counts,
    item_mistake_counts,
    mistake_counts,
    mistake_weeks,
    week_counts,
)
from app.persistence.days import monday_of, utc_day
from app.persistence.prepared import Row, execute, mark_of

# By connection, because a transaction of the writer has one of its own: what a rolled back one had gathered goes with it.
_gathered: WeakKeyDictionary[Connection, list[tuple[NewAttempt, Any, bool]]] = WeakKeyDictionary()


def count(connection: Connection, attempt: NewAttempt, at: Any, first_try: bool) -> None:
    """Has the attempt counted when this transaction is settled. at: its moment as the driver takes it."""
    _gathered.setdefault(connection, []).append((attempt, at, first_try))


def settle(connection: Connection) -> None:
    """Writes what `count` has gathered in this transaction; the writer does so before each COMMIT."""
    gathered = _gathered.pop(connection, None)
    if gathered is None:
        return
    for table, rows in _rows(gathered, connection.dialect).items():
        if rows:
            # Ordered by their keys, so that no two transactions can wait for each other. And past SQLAlchemy, which would take
            # longer to look at the values than the database to store them.
            rows.sort(key=_key(table))
            execute(connection, _upsert(table, mark_of(connection.dialect)), rows, many=True)


def _rows(gathered: list[tuple[NewAttempt, Any, bool]], dialect: Dialect) -> dict[Table, list[Row]]:
    """What the attempts add to each table: rows with values in the order of its columns, and as the driver takes them."""
    items: list[Row] = []
    days: list[Row] = []
    weeks: list[Row] = []
    made: list[Row] = []
    made_in_items: list[Row] = []
    made_in_weeks: list[Row] = []
    for attempt, at, first_try in gathered:
        learner, skill, level, form = attempt.learner_id, attempt.skill, attempt.level, attempt.format
        day, week = _spell_days(utc_day(attempt.submitted_at), dialect.name)
        right_at_first = int(first_try and attempt.correct)
        score = attempt.score if first_try else 0.0
        right_at = at if attempt.correct else None
        items.append((learner, skill, level, form, 1, int(first_try), score, right_at_first, at, right_at))
        days.append((learner, day, 1, right_at_first))
        weeks.append((learner, week, skill, 1, at, at))
        for _symbol, code in attempt.mistakes:
            made.append((learner, skill, code, 1, at, at))
            made_in_weeks.append((learner, week, skill, code, 1, at, at))
        if first_try and attempt.mistakes:
            made_in_items += [(learner, skill, level, form, code, 1) for code in {code for _symbol, code in attempt.mistakes}]
    return {
        item_counts: items,
        day_counts: days,
        week_counts: weeks,
        mistake_counts: made,
        item_mistake_counts: made_in_items,
        mistake_weeks: made_in_weeks,
    }


@lru_cache(maxsize=64)
def _spell_days(day: date, dialect: str) -> tuple[Any, Any]:
    """The day, and the Monday of its week, as the driver takes them."""
    week = monday_of(day)
    return (day.isoformat(), week.isoformat()) if dialect == "sqlite" else (day, week)


@cache
def _key(table: Table) -> Any:
    size = len(table.primary_key)
    return lambda row: row[:size]


@cache
def _upsert(table: Table, mark: str) -> str:
    """Adds a row, or brings the one with its key up to date, in words that both databases understand."""
    key = ", ".join(column.name for column in table.primary_key)
    changed = ", ".join(_change(column) for column in table.columns if not column.primary_key)
    return (
        f"INSERT INTO {table.name} ({', '.join(table.columns.keys())}) VALUES ({', '.join(mark for _ in table.columns)}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {changed}"
    )


def _change(column: Column[Any]) -> str:
    name, known, sent = column.name, f"{column.table.name}.{column.name}", f"excluded.{column.name}"
    if column.info["rule"] == ADD:
        return f"{name} = {known} + {sent}"
    passes = f"{sent} < {known}" if column.info["rule"] == OLDEST else f"{sent} > {known}"
    return f"{name} = CASE WHEN {known} IS NULL OR {passes} THEN {sent} ELSE {known} END"
