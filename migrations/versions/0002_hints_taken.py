"""Hints that tell part of an answer: whoever took one has no first try at that question any more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hints_taken",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f("fk_hints_taken_learner_id_accounts")),
        sa.PrimaryKeyConstraint("learner_id", "question_id", name=op.f("pk_hints_taken")),
    )


def downgrade() -> None:
    op.drop_table("hints_taken")
