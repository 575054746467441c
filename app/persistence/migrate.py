"""Brings a database's schema up to this version of the program, from a clone or from an installed wheel.

All pending migrations run in one transaction, under the same locks as the writer: two programs that start
at once do not collide, and a migration that dies half-way leaves nothing behind and simply runs again.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.persistence.backend import Backend, backend_for
from app.persistence.errors import StorageDown
from app.persistence.integrity import START_SECONDS, refuse_damaged
from app.persistence.sqlite import SqliteBackend
from app.resources import folder

if TYPE_CHECKING:  # Alembic is loaded where something is migrated: a server that has nothing to migrate starts sooner without it
    from alembic.config import Config


def upgrade(url: str, revision: str = "head") -> None:
    """Runs the migrations that the database still lacks; the database file is made when it is missing.

    Raises ValueError for an unusable URL, StorageDown when the database is out of reach or damaged, and
    alembic.util.CommandError when a newer version of the program has migrated it.
    """
    refuse_damaged(url, seconds=None if revision_of(url) != newest_revision() else START_SECONDS)
    from alembic import command

    with migrating(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Takes migrations back down to `revision`, or all of them ("base"), with the data they hold."""
    from alembic import command

    with migrating(url) as config:
        command.downgrade(config, revision)


def current_is_head(url: str) -> bool:
    """Whether the database has exactly the schema that this version needs. Creates and changes nothing.

    Raises as `upgrade` does.
    """
    return revision_of(url) == newest_revision()


def is_current(connection: Connection) -> bool:
    """The same on a connection that is open, for whoever asks again and again."""
    return _revision_on(connection) == newest_revision()


def revision_of(url: str) -> str | None:
    """The last migration that the database has seen; None when there is no database, or none that was migrated.

    Raises as `upgrade` does.
    """
    backend = backend_for(url)
    if isinstance(backend, SqliteBackend) and not backend.path.exists():
        return None
    refuse_damaged(url)
    try:
        with _outages_named(backend), backend.read_engine.connect() as connection:
            return _revision_on(connection)
    finally:
        backend.close()


def url_without_password(url: str) -> str:
    """The URL as it may be shown."""
    return backend_for(url).read_engine.url.difference_update_query(["password"]).render_as_string(hide_password=True)


def _revision_on(connection: Connection) -> str | None:
    """Where Alembic notes it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return cast("str | None", connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


@functools.cache
def newest_revision() -> str:
    """The last migration that this version of the program has."""
    return max(known_revisions())


def known_revisions() -> frozenset[str]:
    """All migrations that this version of the program has, by the numbers that their files begin with."""
    return frozenset(file.name.partition("_")[0] for file in (folder("migrations") / "versions").glob("[0-9]*_*.py"))


@contextmanager
def migrating(url: str) -> "Iterator[Config]":
    """Alembic's configuration, bound to one transaction that is committed when the `with` block ends well."""
    backend: Backend = backend_for(url)
    engine = backend.migration_engine()
    try:
        with _outages_named(backend), backend.exclusive(patient=True), engine.connect() as connection:
            backend.begin_write(connection)
            yield alembic_config(connection)
            backend.check_references(connection)
            connection.commit()
    finally:
        engine.dispose()
        backend.close()


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration, built here because a wheel has no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _outages_named(backend: Backend) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if backend.is_outage(error, writing=True):
            raise StorageDown(f"the database is out of reach: {error.orig}") from error
        raise
