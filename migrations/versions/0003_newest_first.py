"""A learner's newest first tries and mistakes are found at the end of an index, however long the history is."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REPORT = "ix_attempts_report"


def upgrade() -> None:
    op.drop_index(REPORT, "attempts")
    columns = ["learner_id", "skill", "first_try", "submitted_at", "level", "format", "score", "correct"]
    op.create_index(REPORT, "attempts", columns)
    name = op.f("ix_mistakes_learner_id_submitted_at_code")
    op.create_index(name, "mistakes", ["learner_id", "submitted_at", "code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_mistakes_learner_id_submitted_at_code"), "mistakes")
    op.drop_index(REPORT, "attempts")
    op.create_index(REPORT, "attempts", ["learner_id", "skill", "first_try", "score", "correct", "submitted_at"])
