"""The README's Python runs as it stands, and prints what its comments say."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


def _run(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_without_a_server() -> None:
    (code,) = [block for block in BLOCKS if "offline" in block]
    shown = _run(code)
    expected = re.findall(r"# (.+)", code)
    assert len(expected) == 2
    for words in expected:
        for phrase in words.split(" … "):
            assert phrase in shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_docs_shows_to_begin_with(server: Server) -> None:
    page = httpx.get(f"{server.base_url}/docs").text
    terminal, python, client = (
        unescape(code) for code in re.findall(r"<h3>[^<]+</h3>\s*<p>.*?</p>\s*<pre[^>]*><code>([^<]*)</code></pre>", page)[:3]
    )
    shell = subprocess.run(["sh", "-e"], input=terminal, capture_output=True, text=True, timeout=60)
    assert shell.returncode == 0 and '"verdict":"correct"' in shell.stdout and '"mastery"' in shell.stdout
    shown = _run(python)
    assert "Work out" in shown and "\n1.0 correct\nnext: " in shown
    assert shown.index("next: ") < shown.index("because: ")
    assert re.match(r"dz: .*correct.*\n", _run(client))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_a_server(server: Server) -> None:
    (code,) = [block for block in BLOCKS if "register" in block]
    assert "http://127.0.0.1:8000" in code
    assert re.match(r"[01](\.\d+)? ", _run(code.replace("http://127.0.0.1:8000", server.base_url)))
