"""Assignments, learners' sittings at them, and every try: sealed, it stands here alone, later among the attempts too."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from app.persistence.columns import Json, UtcDateTime, metadata

_MOMENTS = "('at-once', 'after-last-try', 'after-closing')"

assignments = Table(
    "assignments",
    metadata,
    Column("id", String, primary_key=True),
    Column("course_id", ForeignKey("courses.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("time_limit", Integer),  # minutes
    Column("grace", Integer, nullable=False),  # minutes
    Column("show_marks", String, nullable=False),
    Column("show_hints", String, nullable=False),
    Column("show_solution", String, nullable=False),
    Column("fresh_questions", Boolean, nullable=False),
    Column("secret", String, nullable=False),  # not hashed: every learner's questions are worked out from it
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("closes_at > opens_at", name="opens_before_it_closes"),
    CheckConstraint(f"show_marks IN {_MOMENTS}", name="show_marks"),
    CheckConstraint(f"show_hints IN {_MOMENTS}", name="show_hints"),
    CheckConstraint(f"show_solution IN {_MOMENTS}", name="show_solution"),
)

assignment_items = Table(
    "assignment_items",
    metadata,
    Column("id", String, primary_key=True),
    Column("assignment_id", ForeignKey("assignments.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("skill", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("format", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("assignment_id", "position"),
)

extensions = Table(
    "extensions",
    metadata,
    Column("assignment_id", ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("closes_at", UtcDateTime),
    Column("extra_minutes", Integer, nullable=False),
    Column("granted_at", UtcDateTime, nullable=False),
)

sittings = Table(
    "sittings",
    metadata,
    Column("assignment_id", ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("begun_at", UtcDateTime, nullable=False),
    # Worked out from the assignment, the extension and the beginning whenever one of them changes: the clock looks here.
    Column("ends_at", UtcDateTime, nullable=False),
    Column("sealed_until", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("finished_by", String),
    Column("published", Boolean, nullable=False),
    CheckConstraint("finished_by IN ('learner', 'clock')", name="finished_by"),
    Index(None, "published", "ends_at"),
)

# A row from the moment in which the question is served; what is typed stands in it until it is handed in.
tries = Table(
    "tries",
    metadata,
    Column("item_id", ForeignKey("assignment_items.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("number", Integer, primary_key=True),
    Column("question_id", String, nullable=False),
    Column("draft", Json),
    Column("draft_at", UtcDateTime),
    Column("submitted_at", UtcDateTime),
    Column("by_clock", Boolean, nullable=False),
    Column("score", Float),
    Column("record", Json),  # all of the attempt that it will be
    Column("attempt_id", ForeignKey("attempts.id", ondelete="SET NULL"), unique=True),
)
