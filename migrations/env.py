"""What Alembic runs for every command. The program hands over an open transaction: see
app/persistence/migrate.py.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy.engine import Connection

from app.persistence.tables import UtcDateTime, metadata

connection: Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("migrations are run by `sigmoid-quiz migrate`, which opens the database the right way")


def _spell(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """How a drafted migration writes a type of ours: by what the database sees, so that it outlives the
    type.
    """
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_spell,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by rebuilding it
)
with context.begin_transaction():  # joins the transaction handed over
    context.run_migrations()
