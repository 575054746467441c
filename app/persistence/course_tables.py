"""Courses, who teaches and who learns in them, and the audit trail."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from app.persistence.columns import GrowingId, UtcDateTime, metadata

courses = Table(
    "courses",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("join_code", String, nullable=False, unique=True),
    Column("asks_student_number", Boolean, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
)

# Instructors, and integrations, which read one course's records.
course_staff = Table(
    "course_staff",
    metadata,
    Column("course_id", ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("added_at", UtcDateTime, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("course_id", ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("student_number", String),
    Column("joined_at", UtcDateTime, nullable=False),
    UniqueConstraint("course_id", "student_number"),
)

# One-time links by which another instructor comes to teach a course too.
invitations = Table(
    "invitations",
    metadata,
    Column("hash", String, primary_key=True),
    Column("course_id", ForeignKey("courses.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Names as they were and no foreign keys: what happened stays written down when those who did it are gone.
audit = Table(
    "audit",
    metadata,
    Column("id", GrowingId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String, nullable=False),
    Column("actor_id", String, index=True),
    Column("course_id", String, index=True),
    Column("subject_id", String),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
