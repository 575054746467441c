"""The tables, as this version of the program knows them. `migrations/` leads every older database here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from app.persistence.assignment_tables import assignment_items as assignment_items
from app.persistence.assignment_tables import assignments as assignments
from app.persistence.assignment_tables import extensions as extensions
from app.persistence.assignment_tables import sittings as sittings
from app.persistence.assignment_tables import tries as tries
from app.persistence.columns import GrowingId, Json
from app.persistence.columns import UtcDateTime as UtcDateTime
from app.persistence.columns import metadata as metadata
from app.persistence.counter_tables import COUNTERS as COUNTERS
from app.persistence.counter_tables import day_counts as day_counts
from app.persistence.counter_tables import item_counts as item_counts
from app.persistence.counter_tables import item_mistake_counts as item_mistake_counts
from app.persistence.counter_tables import mistake_counts as mistake_counts
from app.persistence.counter_tables import mistake_weeks as mistake_weeks
from app.persistence.counter_tables import week_counts as week_counts
from app.persistence.course_tables import audit as audit
from app.persistence.course_tables import course_staff as course_staff
from app.persistence.course_tables import courses as courses
from app.persistence.course_tables import invitations as invitations
from app.persistence.course_tables import memberships as memberships
from app.persistence.outcome_tables import outcome_courses as outcome_courses
from app.persistence.outcome_tables import outcome_mistakes as outcome_mistakes
from app.persistence.outcome_tables import outcomes as outcomes
from app.persistence.webhook_tables import deliveries as deliveries
from app.persistence.webhook_tables import leases as leases
from app.persistence.webhook_tables import webhooks as webhooks

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
    # Of tokens alone: what it is called by, what it is for, and the role it acts in.
    Column("id", String, index=True, unique=True),
    Column("name", String),
    Column("scope", String),
    Column("may_submit", Boolean, nullable=False, server_default=false()),
    CheckConstraint("scope IN ('learner', 'instructor', 'administrator', 'integration')", name="scope"),
    CheckConstraint("kind IN ('session', 'token', 'sign-in-link')", name="kind"),
)

# Which of two indexes an attempt stands in. Queries must say it in these words: SQLAlchemy's own would compare with 1 on SQLite,
# and then neither index serves.
FIRST, FURTHER = "first_try", "NOT first_try"

attempts = Table(
    "attempts",
    metadata,
    Column("id", GrowingId, primary_key=True, autoincrement=True),
    Column("learner_id", ForeignKey("accounts.id"), nullable=False),
    Column("question_id", String, nullable=False),
    Column("skill", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("format", String, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("given", Json, nullable=False),
    Column("options", Json),
    Column("answer_sent", Json, nullable=False),
    Column("answer_read", Json, nullable=False),
    Column("key", Json, nullable=False),
    Column("tolerance", Json, nullable=False),
    Column("parts", Json, nullable=False),
    Column("score", Float, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("first_try", Boolean, nullable=False),
    Column("program_version", String, nullable=False),
    Index(None, "learner_id", "id"),
    # An attempt stands in one of these two: one index more, which it would be in as well, costs the writer some 15 µs for each.
    Index(
        "uq_attempts_first_try",
        "learner_id",
        "question_id",
        unique=True,
        sqlite_where=text(FIRST),
        postgresql_where=text(FIRST),
    ),
    Index(
        "ix_attempts_further_try",
        "learner_id",
        "question_id",
        sqlite_where=text(FURTHER),
        postgresql_where=text(FURTHER),
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
