"""What an operator can be told about a database without being asked to know SQL: is it whole, is it set up to lose nothing?

Each check yields a Finding. Nothing is changed, but for one COMMIT that carries no record: the proof that answers can be kept.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, text

from app.persistence import counters
from app.persistence.backend import backend_for
from app.persistence.database import Database
from app.persistence.errors import StorageBusy, StorageDown
from app.persistence.integrity import file_faults, opened_read_only
from app.persistence.migrate import newest_revision, revision_of
from app.persistence.sqlite import SqliteBackend
from app.persistence.tables import attempts

State = Literal["well", "look", "wrong"]

_SHORT_OF_SPACE = 500 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well, worth a look, or wrong."""

    subject: str
    state: State
    detail: str


def examine(url: str) -> Iterator[Finding]:
    """Yields one finding after the other, the quick ones first; ends early when nothing more can be found out."""
    try:
        revision, newest = revision_of(url), newest_revision()
    except StorageDown as down:
        yield Finding("database", "wrong", str(down))
        return
    if revision != newest:
        state = "has no tables yet" if revision is None else f"has the schema {revision}, this version needs {newest}"
        yield Finding("schema", "wrong", f"{state}. Run: sigmoid-quiz migrate")
        return
    yield Finding("schema", "well", f"{revision}, as this version needs it")
    database = Database(url)
    database.start()
    try:
        yield from _sqlite(url) if database.dialect == "sqlite" else _postgresql(database)
        yield _writable(database)
        yield _clock(database)
        yield _counters(database)
    except (StorageDown, StorageBusy) as error:
        yield Finding("reading", "wrong", f"{error}: {error.__cause__}")
    finally:
        database.close()


def _sqlite(url: str) -> Iterator[Finding]:
    backend = backend_for(url)
    assert isinstance(backend, SqliteBackend)
    size = backend.path.stat().st_size
    log = backend.path.with_name(backend.path.name + "-wal")
    free = shutil.disk_usage(backend.path.parent).free
    short = free < max(_SHORT_OF_SPACE, size // 10)
    log_size = log.stat().st_size if log.exists() else 0
    yield Finding("space", "look" if short else "well", f"file {_mb(size)}, log {_mb(log_size)}, free {_mb(free)}")
    with backend.write_engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "page_size")
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}
    backend.close()
    safe = (found["journal_mode"], found["synchronous"], found["foreign_keys"]) == ("wal", 2, 1)
    told = ", ".join(f"{name} {value}" for name, value in found.items())
    yield Finding("pragmas", "well" if safe else "wrong", f"{told}; SQLite {sqlite3.sqlite_version}")
    with opened_read_only(backend.path) as file:
        faults = file_faults(file)
        yield Finding(
            "integrity", "wrong" if faults else "well", "; ".join(faults[:3]) or "every page and index is as it should be"
        )
        orphans = file.execute("PRAGMA foreign_key_check").fetchmany(1000)
    yield Finding(
        "references", "wrong" if orphans else "well", f"{len(orphans)} rows refer to nothing" if orphans else "none is broken"
    )


def _postgresql(database: Database) -> Iterator[Finding]:
    # Each of these off means that an acknowledged answer can be lost, or a page be half written, when the power fails.
    with database.read() as connection:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names}
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        broken = connection.execute(
            text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid OR NOT indisready")
        ).scalars()
        indexes = ", ".join(broken)
        sums = connection.exec_driver_sql("SHOW data_checksums").scalar_one()
    off = "off" in found.values()
    told = ", ".join(f"{name} {value}" for name, value in found.items())
    yield Finding("settings of the server", "wrong" if off else "well", f"{told}; PostgreSQL {version}")
    yield Finding("space", "well", f"{_mb(size)} in the database")
    yield Finding("indexes", "wrong" if indexes else "well", f"invalid: {indexes}" if indexes else "all are valid")
    detail = "the server checks each page it reads" if sums == "on" else "off: the server would not notice a damaged page"
    yield Finding("checksums", "well" if sums == "on" else "look", detail)


def _writable(database: Database) -> Finding:
    if asyncio.run(database.check()):
        return Finding("writing", "well", "a COMMIT has just succeeded")
    return Finding("writing", "wrong", "a COMMIT fails, so no answer can be kept now")


def _clock(database: Database) -> Finding:
    with database.read() as connection:
        newest = connection.execute(
            select(attempts.c.submitted_at).where(attempts.c.id == select(func.max(attempts.c.id)).scalar_subquery())
        ).scalar_one_or_none()
    now = datetime.now(UTC)
    if newest is not None and newest > now + timedelta(minutes=1):
        return Finding(
            "clock", "look", f"it says {now:%d.%m.%Y %H:%M} UTC, but the newest attempt was at {newest:%d.%m.%Y %H:%M}"
        )
    return Finding("clock", "well", f"{now:%d.%m.%Y %H:%M} UTC, later than the newest attempt")


def _counters(database: Database) -> Finding:
    wrong = counters.check_all(database, lambda *_: None)
    if wrong:
        return Finding("counters", "wrong", f"{len(wrong)} differ from the attempts. Run: sigmoid-quiz counters --rebuild")
    return Finding("counters", "well", "every one is what the attempts say")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
