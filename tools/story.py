"""The story behind the documented examples: a class that is registered, taught, asked and marked, told by real calls.

`make openapi` tells it and writes app/api/examples.json; a test tells it again and compares. So each example of the description,
of a success and of every refusal, is something that the program has answered, and still answers. Chance is seeded while the
story is told, and its times are shown as if it happened on one day.
"""

import asyncio
import random
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from starlette.testclient import TestClient

from app.edge.body import MOST_BYTES, MOST_SECONDS, BodyLimit
from app.edge.limits import Rate, Throttle
from app.main import create_app
from app.persistence.migrate import upgrade
from app.services import accounts
from app.settings import Settings
from tools.story_of_a_class import tell

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMMON = (400, 408, 413, 415, 429, 503)  # told in the same words by every call
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_MOST_SHOWN = 5  # of a list of objects; a longer one is cut to two
_NOWHERE = "nowhere"
_TOO_MANY = Rate(300, 60)


class Story:
    """Makes calls and keeps the first answer of each operation with each status. described: the OpenAPI description."""

    def __init__(self, client: TestClient, described: dict[str, Any]) -> None:
        self.began = datetime.now(UTC)
        self.tokens: dict[str, str] = {}
        self.examples: dict[str, Any] = {}
        self._client = client
        self._calls = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, operations in described["paths"].items()
            for method, operation in operations.items()
        }

    def enrol(self, name: str, role: Any) -> None:
        """Somebody with a token, under their name."""
        database = self._client.app.state.database  # type: ignore[attr-defined]
        self.tokens[name] = asyncio.run(accounts.issue_token(database, role, name, datetime.now(UTC))).secret

    def appoint(self, email: str) -> None:
        """An instructor who signs in by e-mail."""
        database = self._client.app.state.database  # type: ignore[attr-defined]
        asyncio.run(accounts.add_instructor(database, email, "correct horse battery", datetime.now(UTC)))

    def moment(self, hours: float) -> str:
        """A time so many hours after the story began."""
        return (self.began + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")

    def do(
        self,
        operation: str,
        who: str | None = None,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        bad: Any = None,
        lost: Any = None,
        barred: str | None = None,
        **path: str,
    ) -> Any:
        """Makes a call, after every way in which it refuses.

        bad: a body (or query, where there is no body) for a 422. lost: the same for a 404, where no part of the address can be
        wrong. barred: who gets a 403; otherwise a page of another site does.
        """
        _, _, described = self._calls[operation]
        for status in sorted(described["responses"]):
            self._refuse(int(status), operation, who, body, query, headers or {}, bad, lost, barred, path)
        done = self.answer(operation, who, body, query=query, headers=headers, beside=False, **path)
        if "done" not in self.examples[operation]:
            raise AssertionError(f"{operation} was refused: {self.examples[operation]}")
        return done

    def answer(
        self,
        operation: str,
        who: str | None = None,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        beside: bool = False,
        **path: str,
    ) -> Any:
        """Makes a call once, and returns what came. beside: it is another example of its status, not one instead of none."""
        response = self._call(operation, who, body, query or {}, headers or {}, path)
        if beside:
            told = self.examples[operation].setdefault("beside", {})
            told.setdefault(str(response.status_code), self._shown(response.json()))
        self._keep(operation, response)
        if response.is_success and "done" not in self.examples[operation]:
            self.examples[operation]["done"] = True
            sent = {"path": path, "query": query or {}, "headers": headers or {}, "body": body}
            self.examples[operation]["request"] = {name: self._shown(value) for name, value in sent.items() if value}
        return response.json() if response.headers.get("content-type", "") == "application/json" else None

    def _call(self, operation: str, who: str | None, body: Any, query: Any, headers: Any, path: Any) -> Any:
        method, template, _ = self._calls[operation]
        sent = dict(headers)
        if who is not None:
            sent["Authorization"] = f"Bearer {self.tokens.get(who, who)}"
        more = {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
        if isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
        return self._client.request(method, template.format(**path), params=query, headers=sent, **more)

    def _refuse(
        self,
        status: int,
        operation: str,
        who: str | None,
        body: Any,
        query: Any,
        headers: Any,
        bad: Any,
        lost: Any,
        barred: Any,
        path: Any,
    ) -> None:
        secured = bool(self._calls[operation][2].get("security"))
        queried = body is None
        match status:
            case 400:
                self._keep(operation, self._call(operation, who, b"{", query, headers, path))
            case 401:
                self._keep(operation, self._call(operation, None if secured else "mistyped", body, query, headers, path))
            case 403 if barred is not None:
                self._keep(operation, self._call(operation, barred, body, query, headers, path))
            case 403:
                from_elsewhere = {**headers, "Origin": "https://elsewhere.example"}
                self._keep(operation, self._call(operation, None, body, query, from_elsewhere, path))
            case 404 if lost is not None:
                self._keep(
                    operation, self._call(operation, who, None if queried else lost, lost if queried else query, headers, path)
                )
            case 404 if path:
                self._keep(operation, self._call(operation, who, body, query, headers, {**path, next(iter(path)): _NOWHERE}))
            case 413:
                self._keep(operation, self._call(operation, who, b" " * (MOST_BYTES + 1), query, headers, path))
            case 415:
                self._keep(operation, self._call(operation, who, b"x", query, {**headers, "Content-Type": "text/plain"}, path))
            case 422 if bad is not None or not queried:
                wrong = bad if bad is not None else {**(body or {}), "extra": 1}
                self._keep(
                    operation, self._call(operation, who, None if queried else wrong, wrong if queried else query, headers, path)
                )

    def _keep(self, operation: str, response: Any) -> None:
        answers = self.examples.setdefault(operation, {}).setdefault("answers", {})
        kind = response.headers.get("content-type", "").partition(";")[0]
        if response.content and kind != "application/octet-stream":
            answers.setdefault(str(response.status_code), self._shown(response.json() if "json" in kind else response.text))

    def _shown(self, value: Any, name: str = "") -> Any:
        """A value as the description shows it: on one day, and not too long."""
        if isinstance(value, dict):
            return {key: self._shown(item, key) for key, item in value.items()}
        if isinstance(value, list):
            cut = value[:2] if len(value) > _MOST_SHOWN and isinstance(value[0], dict) else value
            return [self._shown(item) for item in cut]
        if name == "last_used_at" and value:  # kept to the hour
            return DAY.strftime("%Y-%m-%dT%H:%M:00Z")
        if name in ("day", "week"):
            return DAY.strftime("%Y-%m-%d")  # a Monday
        if isinstance(value, str):
            return _MOMENT.sub(lambda match: self._on_the_day(match[0]), value)
        return -(-value // 60) * 60 if name == "seconds_left" else value

    def _on_the_day(self, moment: str) -> str:
        shown = DAY + (datetime.fromisoformat(moment) - self.began)
        return shown.strftime("%Y-%m-%dT%H:%M:00Z")

    def add_common(self, asleep: TestClient) -> None:
        """What no call brings about by itself: too many calls, a slow body, a program without its database (`asleep`)."""
        throttled = self._client.app.state  # type: ignore[attr-defined]
        usual, throttled.throttle = throttled.throttle, _worn_out()
        too_slow = BodyLimit(self._client.app, MOST_BYTES, MOST_SECONDS).too_slow().document()
        for operation, (_, _, described) in self._calls.items():
            path = {one["name"]: _NOWHERE for one in described.get("parameters", ()) if one["in"] == "path"}
            body = b"{}" if "requestBody" in described else None
            if "429" in described["responses"]:
                self._keep(operation, self._call(operation, None, body, {}, {}, path))
            if "408" in described["responses"]:
                self.examples[operation]["answers"]["408"] = too_slow
            if "503" in described["responses"]:
                here, self._client = self._client, asleep
                self._keep(operation, self._call(operation, "mistyped", body, {}, {}, path))
                self._client = here
        throttled.throttle = usual


def _worn_out() -> Throttle:
    async def count(bucket: str, seconds: int) -> int:
        return _TOO_MANY.limit + 1

    throttle = Throttle(count, api_rate=_TOO_MANY, clock=lambda: 18.0)
    throttle._count_reads = count  # type: ignore[assignment]
    return throttle


@contextmanager
def _seeded() -> Iterator[None]:
    """Chance that comes out the same each time."""
    chance = random.Random(1)
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
    with (
        mock.patch("app.services.webhook_delivery.EVERY_SECONDS", 3600.0),  # nothing is sent while the story is told
        mock.patch.object(secrets, "randbits", chance.getrandbits),
        mock.patch.object(secrets, "token_urlsafe", lambda size=32: "".join(chance.choices(letters, k=-(-size * 4 // 3)))),
    ):
        yield


def examples() -> dict[str, Any]:
    """operation -> {"request": {path, query, headers, body}, "answers": {status: body}, "beside": the same}, told anew."""
    with tempfile.TemporaryDirectory() as folder, _seeded():
        url = f"sqlite:///{Path(folder) / 'story.db'}"
        upgrade(url)
        app = create_app(Settings(_env_file=None, database_url=url))
        asleep = TestClient(create_app(Settings(_env_file=None, database_url=url)))  # its lifespan does not begin
        with TestClient(app, follow_redirects=False) as client:
            story = Story(client, app.openapi())
            tell(story)
            story.add_common(asleep)
            return dict(sorted(story.examples.items()))


def missing(told: dict[str, Any], described: dict[str, Any]) -> list[str]:
    """Operations, and statuses with a body, of which the story has no example."""
    return [
        f"{operation['operationId']} {status}"
        for operations in described["paths"].values()
        for operation in operations.values()
        for status, response in operation["responses"].items()
        if response.get("content") or "$ref" in response
        if status not in told.get(operation["operationId"], {}).get("answers", {})
    ]
