"""The calls of the REST interface as data: what to send and what comes back. Both clients send them, each in its way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from app.client.records import Attempt, LearnerScore, Me, Progress, Question, Skill, Solution, plain, read

T = TypeVar("T")
PAGE = 100
_LINES = {"Accept": "application/x-ndjson"}


@dataclass(frozen=True)
class Call(Generic[T]):
    """read: the JSON of a successful response, of NDJSON a list, -> the result. repeatable: doing it twice does no harm."""

    method: str
    path: str
    read: Callable[[Any], T]
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True


def document(response: httpx.Response) -> Any:
    """What a response holds: JSON, or the documents of NDJSON as a list."""
    if response.headers.get("Content-Type", "").startswith(_LINES["Accept"]):
        return [json.loads(line) for line in response.content.split(b"\n") if line]
    return response.json()


def register(name: str) -> Call[str]:
    return Call("POST", "learners", lambda made: str(made["token"]), body={"name": name}, repeatable=False)


def skills() -> Call[list[Skill]]:
    return Call("GET", "skills", lambda found: [read(Skill, skill) for skill in found["skills"]])


def questions(skill: str, level: int, format: str, count: int, seed: int | None) -> Call[list[Question]]:
    wanted: dict[str, Any] = {"skill": skill, "level": level, "format": format, "count": count}
    if seed is not None:
        wanted["seed"] = seed
    if count > PAGE:
        return Call("POST", "questions", lambda drawn: [read(Question, one) for one in drawn], body=wanted, headers=_LINES)
    return Call("POST", "questions", lambda drawn: [read(Question, one) for one in drawn["questions"]], body=wanted)


def question(question_id: str) -> Call[Question]:
    return Call("GET", _address(question_id), lambda found: read(Question, found))


def answer(asked: Question | str, given: Mapping[str, Any], idempotency_key: str | None) -> Call[Attempt]:
    headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
    path = f"{_address(asked)}/attempts"
    return Call("POST", path, lambda made: read(Attempt, made), body={"answer": plain(given)}, headers=headers)


def solution(asked: Question | str) -> Call[Solution]:
    return Call("POST", f"{_address(asked)}/solution", lambda found: read(Solution, found))


def attempts(learner: str | None, skill: str | None, since: str | None) -> Call[tuple[list[Attempt], str | None]]:
    """A page, and the cursor of the next one."""
    wanted = {"limit": PAGE, "learner": learner, "skill": skill, "since": since}
    query = {name: value for name, value in wanted.items() if value is not None}
    return Call("GET", "attempts", lambda page: ([read(Attempt, one) for one in page["attempts"]], page["next"]), query=query)


def attempt(attempt_id: str) -> Call[Attempt]:
    return Call("GET", f"attempts/{quote(attempt_id, safe='')}", lambda found: read(Attempt, found))


def scores() -> Call[list[LearnerScore]]:
    return Call("GET", "scores", lambda found: [read(LearnerScore, score) for score in found["scores"]])


def me() -> Call[Me]:
    return Call("GET", "me", lambda found: read(Me, found))


def progress() -> Call[Progress]:
    return Call("GET", "me/progress", lambda found: read(Progress, found))


def _address(asked: Question | str) -> str:
    return "questions/" + quote(asked if isinstance(asked, str) else asked.id, safe="")
