"""The calls of the REST interface as data: what to send and what comes back. Both clients send them, each in its way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from app.client.records import Attempt, LearnerScore, Me, Progress, Question, Skill, Solution, plain, read

T = TypeVar("T")
PAGE = 100
_LINES = {"Accept": "application/x-ndjson"}


@dataclass(frozen=True)
class Call(Generic[T]):
    """read: the JSON of a successful response, of NDJSON a list, of an empty one None, -> the result; the response itself where
    `whole_response`. repeatable: doing it twice does no harm.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    whole_response: bool = False

    def result(self, response: httpx.Response) -> T:
        """What a successful response says."""
        if self.whole_response:
            return self.read(response)
        return self.read(document(response))


def document(response: httpx.Response) -> Any:
    """What a response holds: JSON, or the documents of NDJSON as a list, or None."""
    if response.headers.get("Content-Type", "").startswith(_LINES["Accept"]):
        return [json.loads(line) for line in response.content.split(b"\n") if line]
    return response.json() if response.content else None


def nothing(answered: Any) -> None:
    """Reads what says nothing but that it is done."""
    return None


def address(*steps: str) -> str:
    """A path of these steps, whatever is in them."""
    return "/".join(quote(step, safe="") for step in steps)


def whole(kind: type[T]) -> Callable[[Any], T]:
    """Reads the whole of a response as one value of a type."""
    return lambda found: read(kind, found)


def register(name: str) -> Call[str]:
    return Call("POST", "learners", lambda made: str(made["token"]), body={"name": name}, repeatable=False)


def skills() -> Call[list[Skill]]:
    """What can be practised."""
    return Call("GET", "skills", lambda found: [read(Skill, skill) for skill in found["skills"]])


def questions(
    skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
) -> Call[list[Question]]:
    """Fresh questions, 1 to 1000; with a `seed`, the same ones each time. level: 1 to 3. format: numeric or choice."""
    wanted: dict[str, Any] = {"skill": skill, "level": level, "format": format, "count": count}
    if seed is not None:
        wanted["seed"] = seed
    if count > PAGE:
        return Call("POST", "questions", lambda drawn: [read(Question, one) for one in drawn], body=wanted, headers=_LINES)
    return Call("POST", "questions", lambda drawn: [read(Question, one) for one in drawn["questions"]], body=wanted)


def question(question_id: str) -> Call[Question]:
    """The question of an id."""
    return Call("GET", _of(question_id), lambda found: read(Question, found))


def answer(question: Question | str, answer: Mapping[str, Any], idempotency_key: str | None = None) -> Call[Attempt]:
    """Has an answer graded and stored, once.

    Args:
        question: a question or its id.
        answer: symbol -> array or nested lists of the part's shape; entries are numbers or text as a person types it, None or
            NaN for one left out. In a choice, symbol -> the option or its id.
        idempotency_key: any text of your own; the same key gets the first attempt back, also later on. Without one, each call
            is an attempt of its own.
    """
    headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
    path = f"{_of(question)}/attempts"
    return Call("POST", path, lambda made: read(Attempt, made), body={"answer": plain(answer)}, headers=headers)


def solution(question: Question | str) -> Call[Solution]:
    """Shows the solution; attempts at the question after that are no first tries."""
    return Call("POST", f"{_of(question)}/solution", lambda found: read(Solution, found))


class AttemptPage(NamedTuple):
    """next: None on the last page. resume: where to read on, now or later; None while there is nothing at all."""

    attempts: list[Attempt]
    next: str | None
    resume: str | None


def attempts(learner: str | None, skill: str | None, course: str | None, since: str | None) -> Call[AttemptPage]:
    """A page of them."""
    wanted = {"limit": PAGE, "learner": learner, "skill": skill, "course": course, "since": since}
    query = {name: value for name, value in wanted.items() if value is not None}

    def page(found: Any) -> AttemptPage:
        return AttemptPage([read(Attempt, one) for one in found["attempts"]], found["next"], found["resume"])

    return Call("GET", "attempts", page, query=query)


def attempt(attempt_id: str) -> Call[Attempt]:
    """One attempt."""
    return Call("GET", address("attempts", attempt_id), lambda found: read(Attempt, found))


def scores(course: str | None = None) -> Call[list[LearnerScore]]:
    """Every learner's scores; for instructors and integrations. course: only its learners; `open` is whoever is in none."""
    query = {} if course is None else {"course": course}
    return Call("GET", "scores", lambda found: [read(LearnerScore, score) for score in found["scores"]], query=query)


def me() -> Call[Me]:
    """Whose token this is."""
    return Call("GET", "me", lambda found: read(Me, found))


def progress() -> Call[Progress]:
    """What one has reached in each skill, and what to practise next."""
    return Call("GET", "me/progress", lambda found: read(Progress, found))


def _of(asked: Question | str) -> str:
    return address("questions", asked if isinstance(asked, str) else asked.id)
