"""A damaged file is refused in clear words, and not a byte of it changes."""

import socket
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.persistence.database import Database
from app.persistence.errors import DatabaseDamaged
from app.persistence.integrity import refuse_damaged
from app.persistence.migrate import upgrade
from tests.persistence.samples import add_learners

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "quiz.db"
    upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    database.start()
    add_learners(database, *(f"learner{number}" for number in range(500)))
    database.close()
    return path


DAMAGES = {
    "the first page": lambda whole: b"\xff" * 100 + whole[100:],
    "a page in the middle": lambda whole: whole[: 2 * PAGE] + b"\xff" * PAGE + whole[3 * PAGE :],
    "the second half": lambda whole: whole[: len(whole) // 2],
    "all": lambda _whole: b"not a database\n" * 1000,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", ["serve", "migrate", "demo", "backup"])
def test_a_damaged_file_is_refused_and_not_touched(path: Path, damage: str, command: str) -> None:
    damaged = DAMAGES[damage](path.read_bytes())
    path.write_bytes(damaged)
    with socket.socket() as taken:  # a server that starts all the same finds no port and does not hold up the test
        taken.bind(("127.0.0.1", 0))
        words = {"serve": ["--port", str(taken.getsockname()[1])], "backup": [str(path.with_name("copy"))]}.get(command, [])
        told = CliRunner().invoke(main, [command, *words], env={"QUIZ_DATABASE_URL": f"sqlite:///{path}"})
    assert told.exit_code == 1
    assert ("is damaged" in told.output and "restore a backup" in told.output) or command == "backup"
    assert path.read_bytes() == damaged
    assert not path.with_name("copy").exists()


def test_a_doctor_names_the_damage(path: Path) -> None:
    path.write_bytes(DAMAGES["a page in the middle"](path.read_bytes()))
    told = CliRunner().invoke(main, ["doctor"], env={"QUIZ_DATABASE_URL": f"sqlite:///{path}"})
    assert told.exit_code == 1 and "is damaged" in told.output


def test_a_log_that_is_left_over_stays_where_it_is(path: Path) -> None:
    """After a power cut the log holds answers that the file has not yet; looking must not move them either."""
    outside = sqlite3.connect(path, isolation_level=None)
    outside.execute("INSERT INTO accounts (id, role, name, created_at) VALUES ('eve', 'learner', 'Eve', '2026-01-01 00:00:00')")
    log = path.with_name("quiz.db-wal")
    before = path.read_bytes(), log.read_bytes()
    assert before[1]
    refuse_damaged(f"sqlite:///{path}")
    assert (path.read_bytes(), log.read_bytes()) == before
    outside.close()


def test_a_look_at_all_of_it_finds_the_same_and_creates_nothing(path: Path) -> None:
    path.write_bytes(DAMAGES["a page in the middle"](path.read_bytes()))
    with pytest.raises(DatabaseDamaged):
        refuse_damaged(f"sqlite:///{path}", seconds=None)
    refuse_damaged(f"sqlite:///{path.with_name('none.db')}", seconds=None)
    assert not path.with_name("none.db").exists()
