"""The database goes away and comes back, and the program is not restarted."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from app.persistence.database import Database, StorageDown
from tests.databases import administer, postgresql_server
from tests.persistence.samples import add_account, eventually, held_up, insert_account, look


class Outage:
    """Makes one test database unwritable, and writable again."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url
        self._full = False
        if database.dialect == "sqlite":
            event.listen(database._backend.write_engine, "begin", self._fill_up)

    def _fill_up(self, connection: Connection) -> None:
        # What a full disk looks like: pages that exist may change in the log, new ones find no room.
        size = 1 if self._full else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count = {size}")
        if self._full:
            raise sqlite3.OperationalError("database or disk is full")

    def begin(self) -> None:
        self._full = True
        if self._database.dialect == "postgresql":
            name = database_name(self._url)
            administer(
                postgresql_server(),
                f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
            )

    def end(self) -> None:
        self._full = False
        if self._database.dialect == "postgresql":
            administer(postgresql_server(), f"ALTER DATABASE {database_name(self._url)} ALLOW_CONNECTIONS true")


def database_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.persistence.writer.PROBE_SECONDS", 0.1)


@pytest.fixture
def outage(database: Database, database_url: str) -> Iterator[Outage]:
    outage = Outage(database, database_url)
    yield outage
    outage.end()


def test_writes_fail_during_an_outage_and_resume_after_it(database: Database, database_url: str, outage: Outage) -> None:
    database.write_now(insert_account("before"))
    outage.begin()

    async def during() -> None:
        writes = [database.write(insert_account(f"lost{n}")) for n in range(5)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageDown] * 5
        assert not await database.check()

    asyncio.run(during())
    assert not database.healthy()
    with pytest.raises(StorageDown):
        database.write_now(insert_account("lost too"))
    outage.end()
    assert eventually(database.healthy)  # by itself: nobody wrote anything
    assert database.write_now(insert_account("after")) == "after"
    assert {row[0] for row in look(database_url, "SELECT id FROM accounts")} == {"before", "after"}


def test_a_check_finds_out_what_nobody_has_noticed(database: Database, outage: Outage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.persistence.database.FRESH_SECONDS", 0.0)
    assert asyncio.run(database.check())
    outage.begin()
    assert not asyncio.run(database.check())
    outage.end()
    assert eventually(database.healthy)
    assert asyncio.run(database.check())


def test_a_check_writes_to_the_disk_but_no_record(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> int:
        if database.dialect == "sqlite":
            return os.stat(database_url.removeprefix("sqlite:///") + "-wal").st_size
        return int(look(database_url, "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint")[0][0])

    before = written()
    assert asyncio.run(database.check())  # start() has committed a moment ago: proof enough
    assert written() == before
    monkeypatch.setattr("app.persistence.database.FRESH_SECONDS", 0.0)
    assert asyncio.run(database.check())
    assert written() > before


def test_a_batch_that_loses_its_database_is_not_acknowledged(database: Database, database_url: str, outage: Outage) -> None:
    def lose(_connection: Connection) -> None:
        outage.begin()

    async def main() -> None:
        async with held_up(database):
            before = asyncio.create_task(database.write(insert_account("before")))
            losing = asyncio.create_task(database.write(lose))
            after = asyncio.create_task(database.write(insert_account("after")))
        outcomes = await asyncio.gather(before, losing, after, return_exceptions=True)
        if database.dialect == "postgresql":
            assert [type(outcome) for outcome in outcomes] == [StorageDown] * 3

    asyncio.run(main())
    outage.end()
    assert eventually(database.healthy)
    expected = set() if database.dialect == "postgresql" else {"before", "after"}
    assert {row[0] for row in look(database_url, "SELECT id FROM accounts")} == expected


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_database_being_away_at_the_start(database_url: str, database: Database, outage: Outage) -> None:
    outage.begin()
    late = Database(database_url)
    late.start()
    assert not late.healthy()
    with pytest.raises(StorageDown):
        late.write_now(insert_account("ada"))
    with pytest.raises(StorageDown), late.read() as connection:
        connection.execute(text("SELECT 1"))
    outage.end()
    assert eventually(late.healthy)
    assert late.write_now(insert_account("ada")) == "ada"
    late.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restart_of_the_server_between_two_writes_goes_unnoticed(database: Database, database_url: str, outage: Outage) -> None:
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    outage.begin()
    outage.end()
    assert database.write_now(insert_account("ada")) == "ada"
    with database.read() as connection:
        assert connection.execute(text("SELECT id FROM accounts")).scalar_one() == "ada"


@pytest.fixture
def sqlite_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Path]]:
    from app.persistence.migrate import upgrade

    monkeypatch.setattr("app.persistence.sqlite.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "quiz.db"
    upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    database.start()
    yield database, path
    database.close()


def test_sqlite_held_by_another_program(sqlite_database: tuple[Database, Path]) -> None:
    database, path = sqlite_database
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageDown):
        database.write_now(insert_account("ada"))
    assert not database.healthy()
    other.execute("ROLLBACK")
    other.close()
    assert eventually(database.healthy)
    assert database.write_now(insert_account("ada")) == "ada"


@pytest.mark.skipif(sys.platform == "win32", reason="holds the lock as POSIX systems do")
def test_sqlite_held_by_a_server_that_was_stopped(
    sqlite_database: tuple[Database, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that its system has stopped in the middle of a transaction holds up the others only for a while."""
    import fcntl

    monkeypatch.setattr("app.persistence.sqlite.LOCK_SECONDS", 0.1)
    database, path = sqlite_database
    with open(path.with_name("quiz.db-writer-lock"), "rb") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        for _ in range(3):
            with pytest.raises(StorageDown):
                database.write_now(insert_account("ada"))
        assert not database.healthy()
        fcntl.flock(stopped, fcntl.LOCK_UN)
        assert eventually(database.healthy)
        assert database.write_now(insert_account("ada")) == "ada"
        fcntl.flock(stopped, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody has kept it who no longer waits for it
    assert look(f"sqlite:///{path}", "SELECT count(*) FROM accounts") == [(1,)]


def test_sqlite_without_room_for_a_new_page(sqlite_database: tuple[Database, Path]) -> None:
    """SQLite's own "database or disk is full", raised in the middle of a batch."""
    database, path = sqlite_database
    limited = [True]

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {1 if limited[0] else 1_000_000}").close()

    def big(number: int) -> Callable[[Connection], None]:
        return lambda connection: add_account(connection, str(number) + "x" * 100_000)

    database.close()
    event.listen(database._backend.write_engine, "connect", limit)
    database.start()

    async def main() -> None:
        async with held_up(database):
            writes = [asyncio.create_task(database.write(big(number))) for number in range(3)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageDown] * 3

    asyncio.run(main())
    assert look(f"sqlite:///{path}", "SELECT count(*) FROM accounts") == [(0,)]
    limited[0] = False
    assert eventually(database.healthy)
    database.write_now(big(1))
    assert look(f"sqlite:///{path}", "SELECT count(*) FROM accounts") == [(1,)]
