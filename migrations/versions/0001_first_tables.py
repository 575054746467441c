"""The first tables: accounts and their credentials, attempts and what is counted about them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Types are spelled out here rather than taken from the program: a migration stays as it was when the
# program changes.
MOMENT = sa.DateTime(timezone=True)
GROWING_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('learner', 'instructor', 'administrator', 'integration')", name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "credentials",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('session', 'token', 'sign-in-link')", name=op.f("ck_credentials_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_credentials_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_account_id"), "credentials", ["account_id"])
    op.create_index(op.f("ix_credentials_expires_at"), "credentials", ["expires_at"])
    op.create_table(
        "attempts",
        sa.Column("id", GROWING_ID, autoincrement=True, nullable=False),
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=True),
        sa.Column("answer_sent", sa.JSON(), nullable=False),
        sa.Column("answer_read", sa.JSON(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("tolerance", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("first_try", sa.Boolean(), nullable=False),
        sa.Column("program_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f("fk_attempts_learner_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempts_learner_id_id"), "attempts", ["learner_id", "id"])
    op.create_index(op.f("ix_attempts_learner_id_question_id"), "attempts", ["learner_id", "question_id"])
    op.create_index(
        "ix_attempts_report",
        "attempts",
        ["learner_id", "skill", "first_try", "score", "correct", "submitted_at"],
    )
    op.create_index(
        "uq_attempts_first_try",
        "attempts",
        ["learner_id", "question_id"],
        unique=True,
        sqlite_where=sa.text("first_try"),
        postgresql_where=sa.text("first_try"),
    )
    op.create_table(
        "mistakes",
        sa.Column("attempt_id", GROWING_ID, nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("first_try", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_mistakes_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f("fk_mistakes_learner_id_accounts")),
        sa.PrimaryKeyConstraint("attempt_id", "symbol", name=op.f("pk_mistakes")),
    )
    op.create_table(
        "solutions_shown",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f("fk_solutions_shown_learner_id_accounts")),
        sa.PrimaryKeyConstraint("learner_id", "question_id", name=op.f("pk_solutions_shown")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("attempt_id", GROWING_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempts.id"],
            name=op.f("fk_idempotency_keys_attempt_id_attempts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f("fk_idempotency_keys_learner_id_accounts")),
        sa.PrimaryKeyConstraint("learner_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "throttle",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_window"), "throttle", ["window"])


def downgrade() -> None:
    for table in (
        "throttle",
        "idempotency_keys",
        "solutions_shown",
        "mistakes",
        "attempts",
        "credentials",
        "accounts",
    ):
        op.drop_table(table)
