"""SQLite: how it is opened so that nothing acknowledged is ever lost, and what its errors mean.

Writing: the write-ahead log with synchronous=FULL (NORMAL loses acknowledged rows in a power cut), foreign
keys enforced, and BEGIN IMMEDIATE, since a transaction that reads first and writes later would otherwise
fail or lose updates. Reading: query_only, a plain BEGIN, and never a checkpoint.

SQLite before 3.51.3 can damage the file when one connection commits while another checkpoints. Here a
checkpoint only ever happens inside a writer's COMMIT, and each writing transaction holds a lock file, so
the two cannot overlap even with several processes.

Erasing: secure_delete overwrites with zeros whatever is deleted, in the file and so in every later backup; `purge` cuts the log
off, in which the pages as they were would otherwise stand until others are written over them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from app.persistence.errors import StorageDown
from app.persistence.file_lock import FileLock
from app.persistence.json_text import to_json

# How long to wait for programs that do not know our lock file, such as the sqlite3 shell.
BUSY_TIMEOUT_MS = 5000

# A checkpoint syncs twice, and writes a page once however often the log has it: by SQLite's own 1000 pages, which is eight
# transactions under load, every third sync would be for one. So the log grows to 32 MB.
CHECKPOINT_PAGES = 8000

# What the writer keeps of the file, rather than SQLite's own 2 MB: a class that has answered for years writes to more pages than
# that again and again, and read each anew.
CACHE_KB = 32 * 1024

LOCK_SECONDS = 10.0  # how long a writer waits for one that knows it, which may have been stopped by its system

_OUTAGES = frozenset(
    (
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_NOTADB,
    )
)


class SqliteBackend:
    """A SQLite file; its folder is made when it is missing."""

    name: Literal["sqlite"] = "sqlite"

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise ValueError("SQLite needs a file, as in sqlite:///data/quiz.db: readers and writer share it")
        self.path = Path(parsed.database).absolute()  # so that chdir changes nothing
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._url = parsed.set(drivername="sqlite+pysqlite", database=str(self.path))
        self._lock = FileLock(self.path.with_name(self.path.name + "-writer-lock"))
        self.write_engine = _engine(
            self._url,
            begin="BEGIN IMMEDIATE",
            pragmas=(
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
                f"wal_autocheckpoint={CHECKPOINT_PAGES}",
                f"cache_size={-CACHE_KB}",
            ),
            pool={"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0},
        )
        self.read_engine = _engine(
            self._url,
            begin="BEGIN",
            pragmas=("query_only=ON", "wal_autocheckpoint=0"),
            pool={"poolclass": QueuePool, "pool_size": 20, "max_overflow": 0, "pool_timeout": 5, "pool_use_lifo": True},
        )

    def migration_engine(self) -> Engine:
        # Foreign keys stay off: rebuilding a table drops the old one, and rows that refer to it would go too.
        pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "secure_delete=ON")
        return _engine(self._url, begin="BEGIN IMMEDIATE", pragmas=pragmas, pool={"poolclass": NullPool})

    @contextmanager
    def exclusive(self, *, patient: bool = False) -> Iterator[None]:
        with ExitStack() as stack:
            try:
                stack.enter_context(self._lock.held(None if patient else LOCK_SECONDS))
            except TimeoutError as error:
                raise StorageDown("another process holds the database") from error
            except OSError as error:  # a folder that is read-only, or gone
                raise StorageDown("the lock file beside the database cannot be used") from error
            yield

    def begin_write(self, connection: Connection) -> None:
        connection.begin()  # emits BEGIN IMMEDIATE, see _engine

    def in_good_order(self, connection: Connection) -> bool:
        # SQLite may roll back by itself on a serious error; statements after that would commit one by one.
        driver: Any = connection.connection.dbapi_connection
        return bool(driver.in_transaction)

    def is_outage(self, error: BaseException, *, writing: bool) -> bool:
        if isinstance(error, DBAPIError):
            if error.connection_invalidated:
                return True
            error = error.orig or error
        code = getattr(error, "sqlite_errorcode", None)
        if not isinstance(code, int):
            return False
        primary = code & 0xFF
        return primary in _OUTAGES or (writing and primary == sqlite3.SQLITE_READONLY)

    def prove_writable(self, connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA user_version = 0")  # rewrites one page; nobody reads it

    def purge(self) -> bool:
        connection = self.write_engine.raw_connection()
        try:
            driver: Any = connection.dbapi_connection
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        finally:
            connection.close()
        return not busy

    def check_references(self, connection: Connection) -> None:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"{len(broken)} rows would refer to nothing, the first: {broken[0]}")

    def close(self) -> None:
        self.write_engine.dispose()
        self.read_engine.dispose()
        self._lock.close()


def _engine(url: URL, *, begin: str, pragmas: tuple[str, ...], pool: dict[str, Any]) -> Engine:
    engine = create_engine(
        url,
        # The driver's own idea of transactions begins them too late; with None it leaves them to us.
        connect_args={"isolation_level": None, "check_same_thread": False},
        json_serializer=to_json,
        hide_parameters=True,  # what was to be stored has no place in a log
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
