"""Imports run downwards only: the contracts of pyproject.toml hold, and each would notice a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

CONTRACTS = {
    "Imports run downwards only": ("app/engine/planted.py", "import app.grading"),
    "Engine, grading and analytics are pure": ("app/grading/planted.py", "import pydantic"),
    "Services, persistence and security know nothing of HTTP": (
        "app/security/planted.py",
        "import starlette",
    ),
    "Api and web go through the services": ("app/web/planted.py", "import app.persistence"),
    "Settings are read by main and cli alone": ("app/edge/planted.py", "import app.settings"),
    "The client is a stranger to the server": ("app/client/waiting.py", "import app.services"),
    "The terminal is a client among others": ("app/terminal.py", "import app.services"),
    "Resources import nothing of ours": ("app/resources.py", "import app.engine"),
}


def verdicts(folder: Path) -> dict[str, str]:
    """Check the contracts on the program in `folder`: contract -> KEPT or BROKEN."""
    checker = Path(sys.executable).with_name("lint-imports")
    # Rich would fold the names of the contracts to the width of the terminal.
    run = subprocess.run([checker, "--no-cache"], cwd=folder, capture_output=True, text=True, env={"COLUMNS": "200"})
    words = (line.rsplit(maxsplit=1) for line in run.stdout.splitlines())
    found = {pair[0].strip(): pair[1] for pair in words if len(pair) == 2 and pair[1] in ("KEPT", "BROKEN")}
    assert found, run.stdout + run.stderr
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    assert verdicts(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


def test_every_contract_notices_a_breach(copy: Path) -> None:
    for file, line in CONTRACTS.values():
        with (copy / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "BROKEN")


def test_a_new_room_must_be_put_on_the_map(copy: Path) -> None:
    (copy / "app/attic.py").write_text('"""Not on the map."""\n', encoding="utf-8")
    assert verdicts(copy)["Imports run downwards only"] == "BROKEN"
