"""Accounts and attempts to store in tests, and ways to look at and hold up a database from outside."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection

from app.persistence.accounts import create_account
from app.persistence.attempts import NewAttempt
from app.persistence.database import Database

NOW = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)

ATTEMPT: dict[str, Any] = {
    "learner_id": "ada",
    "question_id": "chain-n1-v1-7k2m9q0xw4",
    "skill": "chain",
    "level": 1,
    "format": "numeric",
    "submitted_at": NOW,
    "prompt": "Work out dz = dh ⊗ σ′(z).",
    "given": {"z": [2, 1, 3, -1], "dh": [1, -1, 2, -1]},
    "options": None,
    "answer_sent": {"dz": ["0,105", "−0.197", 0.09, None]},
    "answer_read": {"dz": ["0.105", "-0.197", "0.09", None]},
    "key": {"dz": [0.10499358540350651, -0.19661193324148185, 0.0903533194617, -0.19661193324148185]},
    "tolerance": {"dz": [0.001, 0.001, 0.001, 0.001]},
    "parts": [{"symbol": "dz", "score": 0.5, "verdict": "partial", "entries": [True, False, True, False]}],
    "score": 0.5,
    "correct": False,
    "program_version": "0.1.0",
}


def attempt(**changes: Any) -> NewAttempt:
    return NewAttempt(**{**ATTEMPT, **changes})


def add_account(connection: Connection, account_id: str = "ada", role: Any = "learner", **more: Any) -> None:
    create_account(connection, account_id=account_id, role=role, name=more.pop("name", account_id.title()), now=NOW, **more)


def add_learners(database: Database, *account_ids: str) -> None:
    def job(connection: Connection) -> None:
        for account_id in account_ids:
            add_account(connection, account_id)

    database.write_now(job)


def look(url: str, query: str) -> list[tuple[Any, ...]]:
    """What an independent connection sees: no engine and no pool of ours."""
    if url.startswith("sqlite"):
        outside = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return outside.execute(query).fetchall()
        finally:
            outside.close()
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def insert_account(account_id: str) -> Callable[[Connection], str]:
    """A job that stores one account and returns its id; running it for an id twice fails."""

    def job(connection: Connection) -> str:
        add_account(connection, account_id)
        return account_id

    return job


@asynccontextmanager
async def held_up(database: Database) -> AsyncIterator[None]:
    """Keeps the writer busy with one transaction inside the block, so that what is written meanwhile queues up."""
    entered, release = threading.Event(), threading.Event()

    def gate(_connection: Connection) -> None:
        entered.set()
        assert release.wait(20)

    holding = asyncio.create_task(database.write(gate))
    await asyncio.to_thread(entered.wait, 20)
    try:
        yield
        await asyncio.sleep(0)  # lets tasks made inside reach the queue
    finally:
        release.set()
        await holding


@contextmanager
def commits_counted(database: Database) -> Iterator[list[None]]:
    """A list that grows by one with every COMMIT of the writer."""
    commits: list[None] = []

    def count(_connection: Connection) -> None:
        commits.append(None)

    event.listen(database._backend.write_engine, "commit", count)
    yield commits
    event.remove(database._backend.write_engine, "commit", count)


def eventually(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Whether the condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
