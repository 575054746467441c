"""Webhooks, the outbox of what they are to be told, and leases, by which one process of several does a job."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, text

from app.persistence.columns import GrowingId, UtcDateTime, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("course_id", String, nullable=False),
    Column("account_id", String, nullable=False),
    Column("url", String, nullable=False),
    Column("secret", String, nullable=False),  # not hashed: each message is signed with it
    Column("created_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
    # Of a program as long as it belongs to the course.
    ForeignKeyConstraint(["course_id", "account_id"], ["course_staff.course_id", "course_staff.account_id"], ondelete="CASCADE"),
    Index(None, "course_id", "account_id"),
)

# A row for each event and webhook, written in the event's own transaction. What is told is built from the attempt, or the sitting
# at the assignment, when it is sent: so nothing about a learner stands here a second time.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", GrowingId, primary_key=True, autoincrement=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("attempt_id", ForeignKey("attempts.id", ondelete="CASCADE"), index=True),
    Column("assignment_id", ForeignKey("assignments.id", ondelete="CASCADE"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("outcome", String),  # NULL while it waits
    Column("tried_at", UtcDateTime),
    Column("said", String),  # what the last try came to
    CheckConstraint("outcome IN ('delivered', 'given-up')", name="outcome"),
    Index(
        "ix_deliveries_waiting",
        "webhook_id",
        "learner_id",
        "id",
        sqlite_where=text("outcome IS NULL"),
        postgresql_where=text("outcome IS NULL"),
    ),
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
