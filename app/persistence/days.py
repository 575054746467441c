"""The day and the week of a moment in UTC, which the two databases spell in their own ways."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class UtcDay(FunctionElement[date]):
    """The day of a moment in UTC."""

    type = Date()
    inherit_cache = True


class UtcWeek(FunctionElement[date]):
    """The Monday of the week in UTC that holds a moment."""

    type = Date()
    inherit_cache = True


def utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@compiles(UtcDay, "sqlite")
def _day_of_text(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)})"


@compiles(UtcDay, "postgresql")
def _day_of_moment(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AT TIME ZONE 'UTC' AS date)"


@compiles(UtcWeek, "sqlite")
def _week_of_text(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    # "weekday 1" goes on to the next Monday, and stays on one. The day first: reckoning with a moment, SQLite rounds it to
    # milliseconds, and the last microsecond of a Sunday would be Monday.
    return f"date(date({compiler.process(element.clauses, **more)}), '-6 days', 'weekday 1')"


@compiles(UtcWeek, "postgresql")
def _week_of_moment(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST(date_trunc('week', {compiler.process(element.clauses, **more)} AT TIME ZONE 'UTC') AS date)"
