"""The day of a moment in UTC, which the two databases spell in their own ways."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class UtcDay(FunctionElement[str]):
    """The day of a moment in UTC, as 2026-01-31."""

    type = String()
    inherit_cache = True


@compiles(UtcDay, "sqlite")
def _day_of_text(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)})"


@compiles(UtcDay, "postgresql")
def _day_of_moment(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **more)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
