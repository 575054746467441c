"""`make bench` runs through: a benchmark that broke unnoticed would be missed on the day it is wanted."""

import json
import subprocess
import sys
from pathlib import Path

from rich.progress import Progress

from app.persistence import counters
from app.persistence.database import Database
from bench import growth
from tests.architecture.tree import ROOT
from tests.persistence.samples import look


def test_a_short_run(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--rounds", "1", "--seconds", "0.2", "--batch", "20000", "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(figures.read_text(encoding="utf-8"))["rows"]
    assert {row["section"] for row in rows} == {"starting", "writing", "reading", "batches", "singly"}
    assert all(row["per_second"] > 0 for row in rows)
    assert all(row["name"] in done.stdout for row in rows)


def test_a_short_run_over_the_desk(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.desk", "--learners", "3", "--attempts", "5", "--rounds", "1", "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["attempts"] > 0
    assert all(row["bytes"] > 0 and name in done.stdout for name, row in told["pages"].items())


def test_a_short_run_over_growth(tmp_path: Path) -> None:
    """And the long history that it makes is a whole database, whose counters are true to its attempts."""
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.growth", "--learners", "3", "--short", "30", "--long", "90", "--rounds", "1"]
    command += ["--seconds", "0.2", "--folder", str(tmp_path), "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(figures.read_text(encoding="utf-8"))
    short, long = (one["attempts"] for one in told["histories"])
    assert long % short == 0 and long > 2 * short and short >= 30
    assert all(len(row) == 2 and name in done.stdout for name, row in told["pages"].items())

    def stored() -> int:
        return int(look(f"sqlite:///{tmp_path / '3-90.db'}", "SELECT count(*) FROM attempts")[0][0])

    assert stored() > long  # what the run has answered, which a later one in the same folder does not find
    with Progress(disable=True) as bar:
        path, facts = growth._history(tmp_path, 3, [30, 90], 90, bar)
    assert facts == told["histories"][1] and stored() == long
    database = Database(f"sqlite:///{path}")
    database.start()
    with database.read() as connection:
        assert counters.check(connection) == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.close()
