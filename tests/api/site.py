"""The whole site in memory, with somebody of every role, for tests that knock at it from outside.

Nothing here knows how the site is made: it is spoken to over HTTP, and its tables are counted through a connection of
the test's own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.engine.notation import json_numbers, round_decimal
from app.engine.question_id import parse_question_id
from app.engine.questions import Question, build, issue
from app.main import create_app
from app.persistence.database import Database
from app.persistence.tables import metadata
from app.services import accounts
from app.services.accounts import SignedIn
from app.settings import Settings
from tests.persistence.samples import look

T = TypeVar("T")

LESSON = "comprehension-n1-v1-lesson"
DZ_LESSON = "chain-n1-v1-lesson"
RIGHT_DZ = {"dz": [0.105, -0.197, 0.090, -0.197]}
WRONG_DZ = {"dz": [0.105, 0.197, 0.090, 0.197]}  # the signs of dh dropped
ROLES = ("learner", "instructor", "administrator", "integration")
PASSWORD = "correct horse battery"


@dataclass
class Site:
    """A running site. client: a browser or program without cookies of its own; `tokens` and `ids` by role or name."""

    app: FastAPI
    client: TestClient
    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    def run(self, job: Callable[[Database], Awaitable[T]]) -> T:
        """Runs a service's coroutine beside the site, on its database."""

        async def work() -> T:
            return await job(self.database)

        return asyncio.run(work())

    def enrol(self, name: str, role: Any = "learner") -> str:
        """Makes an account with a token, and returns the token."""
        self.enrol_all([(name, role)])
        return self.tokens[name]

    def enrol_all(self, people: Sequence[tuple[str, Any]]) -> None:
        """Makes an account with a token for every (name, role)."""

        async def make(database: Database) -> list[SignedIn]:
            now = datetime.now(UTC)
            return await asyncio.gather(*(accounts.issue_token(database, role, name, now) for name, role in people))

        for (name, _), made in zip(people, self.run(make), strict=True):
            self.tokens[name], self.ids[name] = made.secret, made.principal.account_id

    def begin_session(self, name: str) -> str:
        """Makes a learner as a browser has one, and returns the session's secret."""
        made = self.run(lambda database: accounts.register_learner(database, name, "session", datetime.now(UTC)))
        self.ids[name] = made.principal.account_id
        return made.secret

    def call(self, method: str, path: str, who: str | None = None, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """A call of the REST interface as somebody known to `tokens`, or as nobody."""
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.request(method, address, headers=sent, follow_redirects=False, **more)

    def attempt(self, who: str, question_id: str = DZ_LESSON, answer: Any = None, key: str | None = None) -> Any:
        """Answers a question; wrongly unless told otherwise."""
        headers = {} if key is None else {"Idempotency-Key": key}
        body = {"answer": WRONG_DZ if answer is None else answer}
        return self.call("POST", f"/questions/{question_id}/attempts", who, headers, json=body)

    def rows(self) -> dict[str, int]:
        """How many rows each table holds, seen from outside; but for the counters of the rate limits, which are no record."""
        return {name: look(self.url, f"SELECT count(*) FROM {name}")[0][0] for name in metadata.tables if name != "throttle"}


@contextmanager
def open_site(url: str, base_url: str = "http://testserver", **settings: Any) -> Iterator[Site]:
    """A site on this database, with somebody of each role and a second learner called "other"."""
    app = create_app(Settings(_env_file=None, database_url=url, **settings))
    with TestClient(app, base_url=base_url, follow_redirects=False) as client:
        site = Site(app, client, url)
        site.enrol_all([*((role, role) for role in ROLES), ("other", "learner")])
        yield site


def question(question_id: str) -> Question:
    return build(parse_question_id(question_id))


def drawn(skill: str, level: int = 1, format: str = "numeric", seed: int = 1) -> Question:
    return issue(skill, level, format, 1, seed)[0]


def right_answer(asked: Question) -> dict[str, Any]:
    """What somebody sends who works correctly and rounds to 3 decimals, or the right option's id."""
    return {
        part.symbol: next(option.id for option in part.options if option.code is None)
        if part.options
        else json_numbers(round_decimal(part.key))
        for part in asked.parts
    }


def assert_problem(response: Any, status: int) -> Any:
    """The response is a problem document as the contract describes it, and comes back as data."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail"} <= set(document) <= {"type", "title", "status", "detail", "errors", "hint"}
    assert document["status"] == status
    assert document["title"] and document["detail"]
    for fault in document.get("errors", ()):
        assert {"pointer", "detail"} <= set(fault) <= {"pointer", "detail", "hint", "source"}
        assert fault["pointer"] == "" or fault["pointer"].startswith("/")
    return document
