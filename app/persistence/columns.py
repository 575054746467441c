"""What all tables are made of: the names of their constraints, and the types of their columns."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy.types import TypeDecorator

# Names for every constraint, so that a migration can find and change it on both databases.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def spell_moment(moment: datetime, dialect: str) -> Any:
    """A moment as the driver takes it for a column of this type, where SQLAlchemy is not asked.

    Raises ValueError for one without a time zone.
    """
    sent = _sent(moment, dialect)
    return sent.isoformat(" ", "microseconds") if dialect == "sqlite" else sent


def _sent(moment: datetime, dialect: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone means nothing on another machine")
    moment = moment.astimezone(UTC)
    # SQLite keeps text: without an offset it sorts as time does.
    return moment.replace(tzinfo=None) if dialect == "sqlite" else moment


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: timezone-aware going in, in UTC coming out, to the microsecond on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _sent(value, dialect.name)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Plain JSON on PostgreSQL too: JSONB would reorder keys and turn -0.0 into 0, and an answer is kept as it
# was sent.
Json = JSON(none_as_null=True)
GrowingId = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself there
