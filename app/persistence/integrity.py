"""Whether an SQLite file is whole, asked without changing a byte of it.

A damaged file must be refused before anything opens it for writing: the first COMMIT or checkpoint would spoil what could
still be saved. So it is opened read-only here; even closing an ordinary connection may move a log into the file.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from app.persistence.backend import backend_for
from app.persistence.errors import DatabaseDamaged, StorageDown
from app.persistence.sqlite import SqliteBackend

START_SECONDS = 0.3  # of the start go into looking, enough for fifty megabytes or more; `doctor` looks at everything

_DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


def refuse_damaged(url: str, seconds: float | None = START_SECONDS) -> None:
    """Looks through an SQLite file for at most so many seconds, None for as long as it takes.

    Raises DatabaseDamaged, StorageDown when the file cannot be opened, ValueError for an unusable URL. A database that is not
    there yet, or not in a file, passes.
    """
    backend = backend_for(url)
    if isinstance(backend, SqliteBackend) and backend.path.exists():
        refuse_damaged_file(backend.path, seconds)


def refuse_damaged_file(path: Path, seconds: float | None = None) -> None:
    """The same for the file itself."""
    with opened_read_only(path) as connection:
        faults = file_faults(connection, "quick_check(1)", seconds)
    if faults:
        raise DatabaseDamaged(
            f"{path} is damaged: {faults[0]}. It was left as it is. Keep a copy of it together with the files {path.name}-wal "
            f"and {path.name}-shm, move all three away, and restore a backup: sigmoid-quiz restore FILE"
        )


def file_faults(connection: sqlite3.Connection, check: str = "integrity_check", seconds: float | None = None) -> list[str]:
    """What SQLite finds wrong with the file, nothing if it is whole or if time ran out before anything was found."""
    end = None if seconds is None else time.monotonic() + seconds
    connection.set_progress_handler(lambda: end is not None and time.monotonic() > end, 10_000)
    try:
        return [" ".join(line.split()) for (line,) in connection.execute(f"PRAGMA {check}") if line != "ok"]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return []
        if error.sqlite_errorcode & 0xFF in _DAMAGE:
            return [str(error)]
        raise StorageDown(f"the database is out of reach: {error}") from error
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def opened_read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes neither to the file nor, when it closes, from the log into the file."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=5)
    except sqlite3.OperationalError as error:
        raise StorageDown(f"the database is out of reach: {error}") from error
    try:
        yield connection
    finally:
        connection.close()
