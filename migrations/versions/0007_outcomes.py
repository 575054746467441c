"""What stays of an erased learner's attempts; and a day on which a course was put away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("first_try", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "outcome_mistakes",
        sa.Column("outcome_id", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        _belongs("outcome_mistakes", "outcome_id", "outcomes"),
        sa.PrimaryKeyConstraint("outcome_id", "symbol", name=op.f("pk_outcome_mistakes")),
    )
    op.create_table(
        "outcome_courses",
        sa.Column("outcome_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        _belongs("outcome_courses", "outcome_id", "outcomes"),
        _belongs("outcome_courses", "course_id", "courses"),
        sa.PrimaryKeyConstraint("outcome_id", "course_id", name=op.f("pk_outcome_courses")),
    )
    op.create_index(op.f("ix_outcome_courses_course_id"), "outcome_courses", ["course_id"])
    op.add_column("courses", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("courses", "archived_at")
    op.drop_table("outcome_courses")
    op.drop_table("outcome_mistakes")
    op.drop_table("outcomes")


def _belongs(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
