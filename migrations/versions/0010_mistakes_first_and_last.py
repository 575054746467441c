"""When a learner made a mistake first and last, beside how often: so that no page goes through its weeks for that."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_anew({"first_at": "min(first_at)", "last_at": "max(last_at)"})


def downgrade() -> None:
    _make_anew({})


def _make_anew(moments: dict[str, str]) -> None:
    """The table with these columns, counted from the weeks, which have all of it."""
    op.drop_table("mistake_counts")
    op.create_table(
        "mistake_counts",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in moments),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["accounts.id"], name=op.f("fk_mistake_counts_learner_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "skill", "code", name=op.f("pk_mistake_counts")),
        sqlite_with_rowid=False,
    )
    counted = ", ".join(["learner_id, skill, code, sum(times)", *moments.values()])
    op.execute(f"INSERT INTO mistake_counts SELECT {counted} FROM mistake_weeks GROUP BY learner_id, skill, code")
