"""The tables, as this version of the program knows them. `migrations/` leads every older database here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
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


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: timezone-aware going in, in UTC coming out, to the microsecond on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone means nothing on another machine")
        moment = value.astimezone(UTC)
        # SQLite keeps text: without an offset it sorts as time does.
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Plain JSON on PostgreSQL too: JSONB would reorder keys and turn -0.0 into 0, and an answer is kept as it
# was sent.
_json = JSON(none_as_null=True)
_growing_id = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself there

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("name", String, nullable=False),
    Column("email", String, unique=True),
    Column("password_hash", String),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("role IN ('learner', 'instructor', 'administrator', 'integration')", name="role"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("hash", String, primary_key=True),
    # Nobody's: the link that makes the first instructor, before there is one.
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("kind", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, index=True),
    Column("last_used_at", UtcDateTime),
    CheckConstraint("kind IN ('session', 'token', 'sign-in-link')", name="kind"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", _growing_id, primary_key=True, autoincrement=True),
    Column("learner_id", ForeignKey("accounts.id"), nullable=False),
    Column("question_id", String, nullable=False),
    Column("skill", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("format", String, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("given", _json, nullable=False),
    Column("options", _json),
    Column("answer_sent", _json, nullable=False),
    Column("answer_read", _json, nullable=False),
    Column("key", _json, nullable=False),
    Column("tolerance", _json, nullable=False),
    Column("parts", _json, nullable=False),
    Column("score", Float, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("first_try", Boolean, nullable=False),
    Column("program_version", String, nullable=False),
    Index(None, "learner_id", "id"),
    Index(None, "learner_id", "question_id"),
    Index(
        "uq_attempts_first_try",
        "learner_id",
        "question_id",
        unique=True,
        sqlite_where=text("first_try"),
        postgresql_where=text("first_try"),
    ),
    # All that the reports read, so that they need not leaf through the long rows with prompts and answers; by time, so that
    # a skill's newest first tries are its end.
    Index("ix_attempts_report", "learner_id", "skill", "first_try", "submitted_at", "level", "format", "score", "correct"),
    sqlite_autoincrement=True,  # an id is never used twice: cursors rely on it
)

mistakes = Table(
    "mistakes",
    metadata,
    Column("attempt_id", ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("learner_id", ForeignKey("accounts.id"), nullable=False),
    Column("skill", String, nullable=False),
    Column("first_try", Boolean, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Index(None, "learner_id", "submitted_at", "code"),
)

solutions_shown = Table(
    "solutions_shown",
    metadata,
    Column("learner_id", ForeignKey("accounts.id"), primary_key=True),
    Column("question_id", String, primary_key=True),
    Column("shown_at", UtcDateTime, nullable=False),
)

# Beside solutions_shown, because a hint opens no solution: it only ends what counts as a first try.
hints_taken = Table(
    "hints_taken",
    metadata,
    Column("learner_id", ForeignKey("accounts.id"), primary_key=True),
    Column("question_id", String, primary_key=True),
    Column("taken_at", UtcDateTime, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("learner_id", ForeignKey("accounts.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("request_hash", String, nullable=False),
    Column("attempt_id", ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False),
)

throttle = Table(
    "throttle",
    metadata,
    Column("bucket", String, primary_key=True),
    # The second, since 1970, at which the window ends: so one DELETE finds all that are over, however long
    # they were.
    Column("window", BigInteger, primary_key=True, index=True),
    Column("count", Integer, nullable=False),
)
