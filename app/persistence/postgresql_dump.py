"""Backups of PostgreSQL by its own programs, pg_dump, pg_restore and psql, which know its every version better than we could.

The password goes to them by the environment, never by the command line, where every user of the machine could read it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from app.persistence.errors import NotDone, StorageDown
from app.persistence.postgresql import psycopg_url
from app.persistence.tables import metadata

_PORTABLE = ("--no-owner", "--no-privileges")  # a restored database belongs to whoever restores it


def dump(url: str, to: Path) -> tuple[int, int]:
    """Writes a dump in pg_dump's custom format; returns how many accounts and attempts are in it.

    Raises NotDone when pg_dump is missing or fails, StorageDown when the server is out of reach.
    """
    pg_dump = _program("pg_dump", f"pg_dump --format=custom --no-owner --file {to.name.removesuffix('.part')} …")
    with _connected(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # pg_dump reads the same snapshot, so the numbers are those of the dump.
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        counts = _counts(connection)
        _run(url, [pg_dump, "--format=custom", *_PORTABLE, f"--snapshot={snapshot}", f"--file={to}", f"--dbname={_plain(url)}"])
    return counts


def revision_in(source: Path) -> str:
    """The schema that a dump has, once all of it has been read. Raises NotDone when it is damaged or no dump of the quiz."""
    pg_restore = _program("pg_restore", "pg_restore --no-owner --dbname … FILE")
    # Half a dump would play half the tables, and psql, which only sees that its input ends, would commit them.
    whole = subprocess.run([pg_restore, f"--file={os.devnull}", str(source)], capture_output=True, text=True)
    if whole.returncode:
        raise NotDone(f"{source} is no whole backup. {whole.stderr.strip()}")
    command = [pg_restore, "--data-only", "--table=alembic_version", "--file=-", str(source)]
    found = subprocess.run(command, capture_output=True, text=True).stdout.partition("FROM stdin;\n")[2].split("\n")
    if not found[0]:
        raise NotDone(f"{source} holds no quiz.")
    return found[0]


def has_tables(url: str) -> bool:
    """Whether any of our tables is in the database. Raises StorageDown."""
    with _connected(url) as connection:
        names = "SELECT count(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = ANY (%s)"
        found = connection.execute(names, (_our_tables(),)).fetchone()
    return found is not None and found[0] > 0


def restore(url: str, source: Path) -> tuple[int, int]:
    """Puts a dump in the place of our tables, in one transaction; returns how many accounts and attempts there are then.

    Raises NotDone when a program is missing or the dump cannot be played, in which case the database is as it was.
    """
    psql = _program("psql", "pg_restore --no-owner --dbname … FILE")
    pg_restore = _program("pg_restore", "pg_restore --no-owner --dbname … FILE")
    with tempfile.TemporaryDirectory() as folder:
        # Tables of a later version than the backup's go too: those that refer to them could not be replaced otherwise.
        away = Path(folder) / "away.sql"
        away.write_text("".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in _our_tables()))
        script = [pg_restore, *_PORTABLE, "--file=-", str(source)]
        with subprocess.Popen(script, stdout=subprocess.PIPE) as reading:
            command = [psql, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output", os.devnull]
            _run(url, [*command, f"--dbname={_plain(url)}", f"--file={away}", "--file=-"], stdin=reading)
    with _connected(url) as connection:
        return _counts(connection)


def _our_tables() -> list[str]:
    return ["alembic_version", *(table.name for table in metadata.sorted_tables)]


def _counts(connection: "psycopg.Connection[Any]") -> tuple[int, int]:
    try:
        found = connection.execute("SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM attempts)").fetchone()
    except psycopg.errors.UndefinedTable as error:
        raise NotDone("There is no quiz in this database.") from error
    assert found is not None
    return int(found[0]), int(found[1])


@contextmanager
def _connected(url: str) -> "Iterator[psycopg.Connection[Any]]":
    try:
        with psycopg.connect(_conninfo(url), autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise StorageDown(f"the database is out of reach: {error}") from error


def _conninfo(url: str, *, without: tuple[str, ...] = ()) -> str:
    """The URL as libpq's own programs read it."""
    parsed = psycopg_url(url)
    _, arguments = parsed.get_dialect()().create_connect_args(parsed)
    return make_conninfo("", **{name: str(value) for name, value in arguments.items() if name not in ("context", *without)})


def _plain(url: str) -> str:
    return _conninfo(url, without=("password",))


def _program(name: str, by_hand: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotDone(
            f"PostgreSQL is backed up and restored by its own programs, and there is no {name} here. Install its client programs "
            f"(on Debian: apt-get install postgresql-client), or run on a machine that has them: {by_hand}"
        )
    return found


def _run(url: str, command: list[str], stdin: "subprocess.Popen[bytes] | None" = None) -> None:
    password = psycopg_url(url).password
    environment = os.environ | ({"PGPASSWORD": str(password)} if password is not None else {})
    done = subprocess.run(command, env=environment, stdin=stdin.stdout if stdin else None, capture_output=True, text=True)
    if done.returncode:
        raise NotDone(f"Nothing was changed; {Path(command[0]).name} says: {done.stderr.strip()}")
