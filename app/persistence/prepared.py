"""Statements of the hot path: put together once, then run by the driver alone.

SQLAlchemy takes some ten times as long over a short statement as SQLite does. That is well spent nearly everywhere; not on the
few statements that stand between every request and its answer.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import ReturnsRows

Row = tuple[Any, ...]
T = TypeVar("T")
_Convert = Callable[[Any], Any] | None


def execute(connection: Connection, text: str, values: Sequence[Any] | Mapping[str, Any], *, many: bool = False) -> Any:
    """The driver's cursor after running the statement; many: with each of several rows of values.

    Raises SQLAlchemy's DBAPIError, as it would itself.
    """
    dialect, driver = connection.dialect, cast(Any, connection.connection.dbapi_connection)
    cursor = driver.cursor()
    try:
        if many:
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, driver, cursor)
        raise DBAPIError.instance(
            text, None, error, dialect.loaded_dbapi.Error, dialect=dialect, connection_invalidated=lost
        ) from error
    return cursor


def mark_of(dialect: Dialect) -> str:
    """What stands for a value in a statement."""
    return "?" if dialect.paramstyle == "qmark" else "%s"


def filled_up(values: Sequence[T]) -> list[T]:
    """The values, at least one, and the last again until they are 1, 2, 4, 8 …: statements are made for these counts alone."""
    count = 1 << (len(values) - 1).bit_length()
    return [*values, *[values[-1]] * (count - len(values))]


class Prepared:
    """One SELECT with named values."""

    def __init__(self, statement: ReturnsRows) -> None:
        self._statement = statement
        self._for = lru_cache(maxsize=4)(self._compile)

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Every row, its values as SQLAlchemy would read them. Raises SQLAlchemy's DBAPIError, as it would itself."""
        text, order, by_place, reading = self._for(connection.dialect)
        given = [values[name] if convert is None else convert(values[name]) for name, convert in order]
        cursor = execute(connection, text, given if by_place else dict(zip((name for name, _ in order), given, strict=True)))
        return [
            tuple(value if read is None or value is None else read(value) for value, read in zip(found, reading, strict=True))
            for found in cursor.fetchall()
        ]

    def _compile(self, dialect: Dialect) -> tuple[str, list[tuple[str, _Convert]], bool, list[_Convert]]:
        compiled: Any = self._statement.compile(dialect=dialect)
        order = [(name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in _names_in(compiled)]
        columns: Any = self._statement.exported_columns
        reading = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        return compiled.string, order, bool(compiled.positional), reading


def _names_in(compiled: Any) -> list[str]:
    return list(compiled.positiontup if compiled.positional else compiled.binds)
