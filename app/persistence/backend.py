"""What the writer and the readers ask of a database product, and which product a URL means."""

from contextlib import AbstractContextManager
from typing import Literal, Protocol

from sqlalchemy.engine import Connection, Engine

from app.persistence.sqlite import SqliteBackend

Dialect = Literal["sqlite", "postgresql"]


class Backend(Protocol):
    """One database, with its two engines and the answers in which the products differ."""

    @property
    def name(self) -> Dialect: ...
    @property
    def write_engine(self) -> Engine: ...
    @property
    def read_engine(self) -> Engine: ...
    def migration_engine(self) -> Engine:
        """An engine for changing the schema; the caller disposes of it."""

    def exclusive(self, *, patient: bool = False) -> AbstractContextManager[None]:
        """Held round each writing transaction, so that the writers of several processes take turns.

        Raises StorageDown when another holds it for too long; who is patient waits for that too.
        """

    def begin_write(self, connection: Connection) -> None:
        """Opens a transaction that no other writer's overlaps: what it reads stays true until its COMMIT."""

    def in_good_order(self, connection: Connection) -> bool:
        """Whether the transaction is still open and can still be committed."""

    def is_outage(self, error: BaseException, *, writing: bool) -> bool:
        """Whether the database is to blame, rather than the statement or its values.

        "Read-only" is an outage for the writer; for a reader it means that the program tries to write there.
        """

    def prove_writable(self, connection: Connection) -> None:
        """Makes the coming COMMIT write to disk while it changes no record."""

    def purge(self) -> bool:
        """Leaves nothing of what was deleted in any file of the database; between transactions, under `exclusive`. False
        when readers, or an error, stood in the way: to be tried again.
        """

    def check_references(self, connection: Connection) -> None:
        """Raises if a migration has left a foreign key pointing nowhere."""

    def close(self) -> None:
        """Closes the pooled connections."""


def backend_for(url: str) -> Backend:
    """The backend for a database URL; nothing is opened yet.

    Raises ValueError when the URL means no usable database, without repeating it: it may hold a password.
    """
    scheme = url.partition("://")[0].lower()
    if scheme in ("sqlite", "sqlite+pysqlite"):
        return SqliteBackend(url)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        from app.persistence.postgresql import PostgresqlBackend  # loads its driver, which SQLite does without

        return PostgresqlBackend(url)
    raise ValueError("the database URL must begin with sqlite:/// or postgresql://")
