"""How the databases are opened: the settings that everything else relies on, and the URLs people write."""

import sqlite3
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.persistence.backend import backend_for
from app.persistence.database import Database, StorageBusy, StorageDown
from app.persistence.migrate import upgrade
from app.persistence.postgresql import psycopg_url
from tests.persistence.samples import insert_account, look


def ask_writer(database: Database, question: str) -> Any:
    return database.write_now(lambda connection: connection.execute(text(question)).scalar_one())


def ask_reader(database: Database, question: str) -> Any:
    with database.read() as connection:
        return connection.execute(text(question)).scalar_one()


def test_the_settings_of_writer_and_readers(database: Database) -> None:
    if database.dialect == "sqlite":
        settings = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        assert [ask_writer(database, f"PRAGMA {name}") for name in settings] == ["wal", 2, 1, 5000, 0]
        assert ask_writer(database, "PRAGMA wal_autocheckpoint") == 8000
        assert ask_writer(database, "PRAGMA cache_size") == -32768
        assert ask_reader(database, "PRAGMA query_only") == 1
        assert ask_reader(database, "PRAGMA wal_autocheckpoint") == 0
        assert ask_reader(database, "PRAGMA journal_mode") == "wal"
        assert ask_reader(database, "PRAGMA busy_timeout") == 5000
    else:
        assert ask_writer(database, "SHOW transaction_isolation") == "read committed"
        assert ask_writer(database, "SHOW lock_timeout") == "10s"
        assert ask_reader(database, "SHOW transaction_isolation") == "repeatable read"
        assert ask_reader(database, "SHOW transaction_read_only") == "on"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO throttle (bucket, \"window\", count) VALUES ('n', 0, 0)",
        "DELETE FROM accounts",
        "CREATE TABLE mine (id INTEGER)",
    ],
)
def test_a_reader_cannot_write(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), database.read() as connection:
        connection.execute(text(statement))
    assert database.healthy()


def test_a_writer_has_the_database_to_itself_from_the_first_moment(database: Database, database_url: str) -> None:
    def another_is_kept_out(_connection: object) -> bool:  # has not executed a statement of its own yet
        if database.dialect == "postgresql":
            waiting = "SELECT pg_try_advisory_lock(objid::bigint | (classid::bigint << 32)) FROM pg_locks"
            return look(database_url, f"{waiting} WHERE locktype = 'advisory'") == [(False,)]
        if sys.platform != "win32":
            import fcntl

            with open(database_url.removeprefix("sqlite:///") + "-writer-lock") as lock, pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        finally:
            other.close()
        return False

    assert database.write_now(another_is_kept_out)


def test_a_reader_sees_one_state_and_holds_up_nobody(database: Database) -> None:
    with database.read() as connection:
        count = text("SELECT count(*) FROM accounts")
        assert connection.execute(count).scalar_one() == 0
        database.write_now(insert_account("ada"))
        assert connection.execute(count).scalar_one() == 0
    with database.read() as connection:
        assert connection.execute(count).scalar_one() == 1


def test_too_many_readers_are_told_so(database: Database) -> None:
    pool: Any = database._backend.read_engine.pool
    pool._timeout = 0.05
    with ExitStack() as readers:
        for _ in range(20):
            readers.enter_context(database.read()).execute(text("SELECT 1"))
        with pytest.raises(StorageBusy), database.read():
            pass
    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        database.write_now(
            lambda connection: connection.execute(
                text("INSERT INTO solutions_shown VALUES ('nobody', 'q', CURRENT_TIMESTAMP)")
            ).close()
        )


def test_a_sqlite_file_gets_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///data/deep/quiz.db")
    monkeypatch.chdir("/")  # the file stays where it was meant to be
    database.start()
    assert database.healthy()
    database.close()
    assert (tmp_path / "data/deep/quiz.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "quiz.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:quiz.db?uri=true",
        "mysql://root:s3cret@localhost/quiz",
        "postgresql+asyncpg://root:s3cret@localhost/quiz",
        "postgresql://root:s3cret",
    ],
)
def test_an_unusable_url_is_refused_without_repeating_it(url: str) -> None:
    if url == "postgresql://root:s3cret":  # reads as a host with a nonsense port: libpq will say so, not we
        assert psycopg_url(url).password is None
        return
    with pytest.raises(ValueError, match=r"SQLite needs a file|must begin with") as refusal:
        Database(url)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("u:p@db/quiz", {"user": "u", "password": "p", "host": "db", "dbname": "quiz"}),
        ("u@db:6543/quiz", {"user": "u", "host": "db", "port": "6543", "dbname": "quiz"}),
        ("db", {"host": "db"}),
        ("/quiz", {"dbname": "quiz"}),
        ("u:p%40ss%2F@db/q", {"user": "u", "password": "p@ss/", "host": "db", "dbname": "q"}),
        ("u:p/q?r@db/q", {"user": "u", "password": "p/q?r", "host": "db", "dbname": "q"}),
        ("[::1]:6543/q", {"host": "::1", "port": "6543", "dbname": "q"}),
        ("[::1]/q", {"host": "::1", "dbname": "q"}),
        ("u:p@a:1,b:2/q", {"user": "u", "password": "p", "host": "a,b", "port": "1,2", "dbname": "q"}),
        ("a,b:2/q", {"host": "a,b", "port": ",2", "dbname": "q"}),
        ("a,b/q", {"host": "a,b", "port": ",", "dbname": "q"}),
        ("a,[::2]:5/q", {"host": "a,::2", "port": ",5", "dbname": "q"}),
        ("u@%2Frun%2Fpg/q", {"user": "u", "host": "/run/pg", "dbname": "q"}),
        ("u@/q?host=/run/pg&port=7", {"user": "u", "host": "/run/pg", "port": "7", "dbname": "q"}),
        ("/q?host=a:1&host=b:2", {"host": "a,b", "port": "1,2", "dbname": "q"}),
        (
            "a:1,b:2/q?target_session_attrs=read-write&sslmode=require",
            {
                "host": "a,b",
                "port": "1,2",
                "dbname": "q",
                "target_session_attrs": "read-write",
                "sslmode": "require",
            },
        ),
    ],
)
def test_postgresql_urls_reach_the_driver_whole(scheme: str, rest: str, expected: dict[str, str]) -> None:
    backend = backend_for(f"{scheme}://{rest}")
    dialect = backend.write_engine.dialect
    assert dialect.driver == "psycopg"
    _, arguments = dialect.create_connect_args(backend.write_engine.url)
    assert {name: str(value) for name, value in arguments.items() if name != "context"} == expected


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_values_in_the_url_go_before_our_own_limits(database_url: str) -> None:
    database = Database(database_url + "&connect_timeout=17&application_name=classroom")
    database.start()
    assert ask_writer(database, "SHOW application_name") == "classroom"
    parameters = database.write_now(
        lambda connection: connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    )
    assert parameters["connect_timeout"] == "17"
    assert parameters["keepalives_idle"] == "15"
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_second_host_is_used_when_the_first_is_away(database_url: str) -> None:
    name, _, query = database_url.removeprefix("postgresql://postgres@/").partition("?")
    host, port = (part.partition("=")[2] for part in query.split("&"))
    database = Database(f"postgres://postgres@%2Fnowhere:1,{host.replace('/', '%2F')}:{port}/{name}")
    database.start()
    assert database.write_now(insert_account("ada")) == "ada"
    database.close()
    assert look(database_url, "SELECT id FROM accounts") == [("ada",)]


def test_closing_waits_for_a_read_that_is_under_way(database_url: str) -> None:
    """A thread may still be reading when the server stops; its connection must be closed as well."""
    upgrade(database_url)
    database = Database(database_url)
    database.start()
    reading, go_on, closed = threading.Event(), threading.Event(), threading.Event()
    seen: list[object] = []

    def read() -> None:
        with database.read() as connection:
            reading.set()
            go_on.wait(10)
            seen.append(connection.execute(text("SELECT 1")).scalar_one())

    def close() -> None:
        database.close()
        closed.set()

    threads = [threading.Thread(target=read), threading.Thread(target=close)]
    threads[0].start()
    assert reading.wait(10)
    threads[1].start()
    assert not closed.wait(0.2)
    with pytest.raises(StorageDown), database.read():
        pass
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert closed.is_set() and seen == [1]
