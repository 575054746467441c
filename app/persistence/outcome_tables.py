"""What stays of an erased learner's attempts: how each came out and on which day, of nobody, so that counts remain true."""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table

from app.persistence.columns import metadata

# The ids are random: rows counted one after the other would still tell which of them were one person's.
outcomes = Table(
    "outcomes",
    metadata,
    Column("id", String, primary_key=True),
    Column("skill", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("format", String, nullable=False),
    Column("day", Date, nullable=False),  # in UTC
    Column("score", Float, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("first_try", Boolean, nullable=False),
)

outcome_mistakes = Table(
    "outcome_mistakes",
    metadata,
    Column("outcome_id", ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String, primary_key=True),
    Column("code", String, nullable=False),
)

# The courses in which it counts; in none, it counts in the open one.
outcome_courses = Table(
    "outcome_courses",
    metadata,
    Column("outcome_id", ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True),
    Column("course_id", ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "course_id"),
)
