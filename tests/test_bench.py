"""`make bench` runs through: a benchmark that broke unnoticed would be missed on the day it is wanted."""

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT


def test_a_short_run(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--rounds", "1", "--seconds", "0.2", "--batch", "20000", "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(figures.read_text(encoding="utf-8"))["rows"]
    assert {row["section"] for row in rows} == {"writing", "reading", "batches", "singly"}
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
