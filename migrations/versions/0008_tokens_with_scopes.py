"""Tokens have a name, a scope and an id of their own, so that they can be listed and revoked one by one."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCOPES = "('learner', 'instructor', 'administrator', 'integration')"


def upgrade() -> None:
    op.add_column("credentials", sa.Column("id", sa.String(), nullable=True))
    op.add_column("credentials", sa.Column("name", sa.String(), nullable=True))
    # In words of its own: with a constraint among them, SQLite adds a column only so, unless the table is made anew.
    check = f"CONSTRAINT ck_credentials_scope CHECK (scope IN {SCOPES})"
    op.execute(f"ALTER TABLE credentials ADD COLUMN scope VARCHAR {check}")
    op.add_column("credentials", sa.Column("may_submit", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_credentials_id"), "credentials", ["id"], unique=True)
    connection = op.get_bind()
    tokens = sa.text(
        "SELECT hash, accounts.name, accounts.role FROM credentials "
        "JOIN accounts ON accounts.id = account_id WHERE kind = 'token'"
    )
    change = sa.text("UPDATE credentials SET id = :id, name = :name, scope = :scope WHERE hash = :hash")
    for hash, name, role in connection.execute(tokens).all():
        connection.execute(change, {"id": secrets.token_hex(10), "name": name, "scope": role, "hash": hash})


def downgrade() -> None:
    op.drop_index(op.f("ix_credentials_id"), "credentials")
    for column in ("may_submit", "scope", "name", "id"):
        op.drop_column("credentials", column)
