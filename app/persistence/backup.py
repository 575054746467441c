"""Copies of the whole database, taken while it is in use, and their way back.

`cp` of an SQLite file is no backup: it misses what is still in the log, or catches a page half written, and nothing says so.
SQLite's own way of copying is used here, inside one read transaction, so that the copy is the state of one moment however
much is written meanwhile; PostgreSQL has pg_dump for that. A copy appears under its name only when it is complete, checked and
on the disk.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.persistence.backend import backend_for
from app.persistence.errors import NotDone
from app.persistence.integrity import file_faults, opened_read_only, refuse_damaged_file
from app.persistence.migrate import known_revisions
from app.persistence.sqlite import BUSY_TIMEOUT_MS, SqliteBackend

_PAGES_AT_ONCE = 2000  # 8 MB: some hundred steps for the progress bar, none of them long

Progress = Callable[[str, int, int], None]
"""(what is going on, how much is done, of how much); 0 of 0 where nobody can say."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds."""

    accounts: int
    attempts: int


def back_up(url: str, to: Path, progress: Progress) -> Contents:
    """Writes a copy of the database to a new file `to`: an SQLite file, or what pg_dump writes in its custom format.

    Raises NotDone when `to` exists or the copy fails, StorageDown when the database is out of reach, ValueError for an unusable
    URL.
    """
    if to.exists():
        raise NotDone(f"{to} exists already; a backup never overwrites anything.")
    if not to.parent.is_dir():
        raise NotDone(f"There is no folder {to.parent}.")
    backend = backend_for(url)
    part = to.with_name(to.name + ".part")
    try:
        if isinstance(backend, SqliteBackend):
            if not backend.path.exists():
                raise NotDone(f"There is no database at {backend.path}.")
            _copy_out(backend.path, part, progress)
            contents = _checked(part, progress)
        else:
            from app.persistence import postgresql_dump  # loads the driver, which SQLite does without

            progress("Copying with pg_dump", 0, 0)
            contents = Contents(*postgresql_dump.dump(url, part))
        _keep(part, to)
    except OSError as error:
        raise NotDone(f"The backup could not be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return contents


def restore(url: str, source: Path, progress: Progress, *, overwrite: bool = False) -> Contents:
    """Makes the database what the backup `source` holds, in one transaction: a cut half-way leaves what was there.

    Raises NotDone when the backup is damaged, of a newer program, or not one at all; when the database holds tables already and
    `overwrite` is false; and when it is in use for too long. StorageDown and ValueError as `back_up`.
    """
    if not source.is_file():
        raise NotDone(f"There is no file {source}.")
    backend = backend_for(url)
    if not isinstance(backend, SqliteBackend):
        from app.persistence import postgresql_dump

        _refuse_overwriting(postgresql_dump.has_tables(url), overwrite)
        _refuse_newer(postgresql_dump.revision_in(source))
        progress("Restoring with pg_restore", 0, 0)
        return Contents(*postgresql_dump.restore(url, source))
    contents = _checked(source, progress)
    with opened_read_only(source) as copy:
        _refuse_newer(str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]))
        if backend.path.exists():
            refuse_damaged_file(backend.path)
        with backend.exclusive(patient=True), _written(backend.path) as target:
            has_tables = target.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
            _refuse_overwriting(has_tables, overwrite)
            copy.backup(
                target, pages=_PAGES_AT_ONCE, progress=lambda _, left, all_: progress("Restoring", all_ - left, all_), sleep=0.05
            )
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or the log would stay as large as all of it
    backend.close()
    return contents


def _copy_out(path: Path, part: Path, progress: Progress) -> None:
    part.unlink(missing_ok=True)  # of a backup that was killed
    with opened_read_only(path) as source, _written(part, journal="DELETE") as target:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()  # from here on, one state
        source.backup(target, pages=_PAGES_AT_ONCE, progress=lambda _, left, all_: progress("Copying", all_ - left, all_))
        target.execute("PRAGMA journal_mode = DELETE")  # the copy says WAL of itself; it shall be one file


@contextmanager
def _written(path: Path, journal: str = "WAL") -> Iterator[sqlite3.Connection]:
    """A connection for writing; what SQLite complains of becomes a NotDone."""
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise NotDone(f"Nothing was changed; SQLite says: {error}.") from error


def _checked(path: Path, progress: Progress) -> Contents:
    """What a copy holds, once it has been looked through."""
    progress("Checking", 0, 0)
    with opened_read_only(path) as copy:
        faults = file_faults(copy)
        if faults:
            raise NotDone(f"{path} is no whole SQLite file: {faults[0]}.")
        try:
            found = copy.execute("SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM attempts)").fetchone()
            copy.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.DatabaseError as error:
            raise NotDone(f"{path} holds no quiz: {error}.") from error
    return Contents(*found)


def _keep(part: Path, to: Path) -> None:
    """Gives a complete file its name, and returns when both would outlive a power cut."""
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, to)
    if os.name == "posix":  # Windows cannot open a folder
        folder = os.open(to.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _refuse_overwriting(has_tables: bool, overwrite: bool) -> None:
    if has_tables and not overwrite:
        raise NotDone("There is a database there already. To have the backup in its place, say --overwrite.")


def _refuse_newer(revision: str) -> None:
    if revision not in known_revisions():
        raise NotDone(f"The backup is of a newer version of the program: it has the schema {revision}.")
