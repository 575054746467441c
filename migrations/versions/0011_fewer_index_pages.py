"""An index of further tries alone: first tries have one already, and each of them stood in both."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BOTH = ["learner_id", "question_id"]
INDEX = "ix_attempts_further_try"


def upgrade() -> None:
    op.create_index(INDEX, "attempts", BOTH, sqlite_where=sa.text("NOT first_try"), postgresql_where=sa.text("NOT first_try"))
    op.drop_index(op.f("ix_attempts_learner_id_question_id"), "attempts")


def downgrade() -> None:
    op.create_index(op.f("ix_attempts_learner_id_question_id"), "attempts", BOTH)
    op.drop_index(INDEX, "attempts")
