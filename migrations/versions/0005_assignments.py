"""Assignments with their items, extensions, and the sittings and tries of learners."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENTS = "('at-once', 'after-last-try', 'after-closing')"


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        _moment("opens_at"),
        _moment("closes_at"),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column("grace", sa.Integer(), nullable=False),
        *(sa.Column(f"show_{what}", sa.String(), nullable=False) for what in ("marks", "hints", "solution")),
        sa.Column("fresh_questions", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_assignments_opens_before_it_closes")),
        *(
            sa.CheckConstraint(f"show_{what} IN {MOMENTS}", name=op.f(f"ck_assignments_show_{what}"))
            for what in ("marks", "hints", "solution")
        ),
        _belongs("assignments", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_course_id"), "assignments", ["course_id"])
    op.create_table(
        "assignment_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _belongs("assignment_items", "assignment_id", "assignments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_items")),
        sa.UniqueConstraint("assignment_id", "position", name=op.f("uq_assignment_items_assignment_id_position")),
    )
    op.create_table(
        "extensions",
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("learner_id", sa.String(), nullable=False),
        _moment("closes_at", nullable=True),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        _moment("granted_at"),
        _belongs("extensions", "assignment_id", "assignments"),
        _belongs("extensions", "learner_id", "accounts"),
        sa.PrimaryKeyConstraint("assignment_id", "learner_id", name=op.f("pk_extensions")),
    )
    op.create_table(
        "sittings",
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("learner_id", sa.String(), nullable=False),
        _moment("begun_at"),
        _moment("ends_at"),
        _moment("sealed_until"),
        _moment("finished_at", nullable=True),
        sa.Column("finished_by", sa.String(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint("finished_by IN ('learner', 'clock')", name=op.f("ck_sittings_finished_by")),
        _belongs("sittings", "assignment_id", "assignments"),
        _belongs("sittings", "learner_id", "accounts"),
        sa.PrimaryKeyConstraint("assignment_id", "learner_id", name=op.f("pk_sittings")),
    )
    op.create_index(op.f("ix_sittings_learner_id"), "sittings", ["learner_id"])
    op.create_index(op.f("ix_sittings_published_ends_at"), "sittings", ["published", "ends_at"])
    op.create_table(
        "tries",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        _moment("draft_at", nullable=True),
        _moment("submitted_at", nullable=True),
        sa.Column("by_clock", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_tries_attempt_id_attempts"), ondelete="SET NULL"),
        _belongs("tries", "item_id", "assignment_items"),
        _belongs("tries", "learner_id", "accounts"),
        sa.PrimaryKeyConstraint("item_id", "learner_id", "number", name=op.f("pk_tries")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_tries_attempt_id")),
    )
    op.create_index(op.f("ix_tries_learner_id"), "tries", ["learner_id"])


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _belongs(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("tries", "sittings", "extensions", "assignment_items", "assignments"):
        op.drop_table(table)
