"""The whole site behind a real server on a free local port, with a fresh, migrated database, for tests over HTTP.

A conftest or a test module imports what it wants: `from tests.databases import database_url` and
`from tests.servers import server`. The server runs in a thread of the test's own process, so it starts in
milliseconds, and its database is at hand.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.edge.connections import BoundedHttp
from app.main import create_app
from app.persistence.database import Database
from app.persistence.migrate import upgrade
from app.services import accounts
from app.settings import Settings

_SECONDS = 20.0  # to start, and to stop


@dataclass(frozen=True)
class Server:
    """A running server. base_url: without a slash at the end. database_url: for looking from outside."""

    base_url: str
    database_url: str
    database: Database

    def enrol(self, role: Any, name: str = "Somebody") -> str:
        """Makes an account of a role, and returns its token."""
        made = asyncio.run(accounts.issue_token(self.database, role, name, datetime.now(UTC)))
        return made.secret


@contextmanager
def serve_fresh(folder: Path) -> Iterator[Server]:
    """Serves the site on a database of its own in this folder, in SQLite."""
    url = f"sqlite:///{folder}/quiz.db"
    upgrade(url)
    with serve(url) as server:
        yield server


@contextmanager
def serve(database_url: str, **settings: Any) -> Iterator[Server]:
    """Serves the site on this database until the block ends; `settings` are fields of Settings."""
    app = create_app(Settings(_env_file=None, database_url=database_url, **settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, http=BoundedHttp, log_level="warning", timeout_graceful_shutdown=5)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, name="test-server", daemon=True)
    thread.start()
    try:
        end = time.monotonic() + _SECONDS
        while not running.started:
            assert thread.is_alive() and time.monotonic() < end, "the server did not start"
            time.sleep(0.005)
        port = running.servers[0].sockets[0].getsockname()[1]
        yield Server(f"http://127.0.0.1:{port}", database_url, app.state.database)
    finally:
        running.should_exit = True
        thread.join(_SECONDS)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """The site behind a real server, on each database."""
    with serve(database_url) as server:
        yield server
