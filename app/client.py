"""A client for the REST interface: draw questions, answer them, read the scores.

    with Client.register("http://127.0.0.1:8000", "Ada") as quiz:
        question = quiz.questions("chain")[0]
        attempt = quiz.answer(question, {"dz": question.given["dh"]})
        print(attempt.score, attempt.parts[0].misconception)

It knows the server by its interface alone, and overlooks fields that later servers add. Networks lose responses and
servers are busy for a moment, so calls are tried again; every answer carries an idempotency key, so that trying again
never stores it twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import sleep
from types import TracebackType, UnionType
from typing import Any, Self, TypeVar, cast, get_args, get_origin, get_type_hints
from urllib.parse import quote
from uuid import uuid4

import httpx
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
T = TypeVar("T")

_FIRST_PAUSE = 0.1  # seconds; doubled with every further try
_PASSING = frozenset({409, 502, 503, 504})  # statuses after which a call that may be repeated is
_PAGE = 100


@dataclass(frozen=True)
class Misconception:
    """A wrong rule. code: stable, to be counted. feedback: what a tutor would say; "" in a skill's list."""

    code: str
    title: str
    feedback: str = ""


@dataclass(frozen=True)
class SkillPart:
    symbol: str
    title: str


@dataclass(frozen=True)
class Skill:
    """A family of questions. example_id: the lesson's own exercise as a question of this skill."""

    id: str
    title: str
    levels: tuple[int, ...]
    formats: tuple[str, ...]
    parts: tuple[SkillPart, ...]
    misconceptions: tuple[Misconception, ...]
    example_id: str


@dataclass(frozen=True)
class Option:
    """One choice. value: of the part's shape."""

    id: str
    value: Array = field(compare=False)


@dataclass(frozen=True)
class Part:
    """One asked quantity. shape: (n,) or (rows, columns). options: None unless the question is a choice."""

    symbol: str
    title: str
    shape: tuple[int, ...]
    decimals: int
    options: tuple[Option, ...] | None


@dataclass(frozen=True)
class Question:
    """One concrete draw; the same id is the same question for ever. given: symbol -> array, [n] or [rows, columns]."""

    id: str
    skill: str
    level: int
    format: str
    prompt: str
    prompt_latex: str
    given: Mapping[str, Array] = field(compare=False)
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PartGrade:
    """What a part earned, 0 to 1. entries: right or not, nested lists of the part's shape; None for a choice."""

    symbol: str
    score: float
    verdict: str
    entries: list[Any] | None
    rounding: str | None
    misconception: Misconception | None


@dataclass(frozen=True)
class Step:
    text: str
    latex: str


@dataclass(frozen=True)
class Solution:
    """key, tolerance: symbol -> array of the part's shape. steps: the worked way with this question's numbers."""

    key: Mapping[str, Array] = field(compare=False)
    tolerance: Mapping[str, Array] = field(compare=False)
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Attempt:
    """A graded answer, stored. answer: as it was sent. solution: None while it would give the answer away."""

    id: str
    question_id: str
    skill: str
    level: int
    learner_id: str
    submitted_at: datetime
    answer: Mapping[str, Any]
    score: float
    correct: bool
    parts: tuple[PartGrade, ...]
    tries_left: int | None
    solution: Solution | None


@dataclass(frozen=True)
class SkillScore:
    """first_try_score: mean score of first tries, 0 to 1; None without any. In a learner's own progress also mastery, 0 to 1,
    and due, when a return to a mastered skill is worth while.
    """

    skill: str
    attempts: int
    first_tries: int
    first_try_score: float | None
    mastery: float | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class LearnerScore:
    """One learner's line on the dashboard; `skills` holds those that were tried."""

    learner_id: str
    name: str
    attempts: int
    first_tries: int
    first_try_score: float | None
    last_seen: datetime | None
    skills: tuple[SkillScore, ...]


@dataclass(frozen=True)
class Me:
    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Progress:
    """next: the skill to practise next, at this level and for this reason; None when all are mastered and none is due."""

    skills: tuple[SkillScore, ...]
    next: str | None
    level: int
    reason: str


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was sent. pointer: a JSON pointer to it, such as /answer/dz/1."""

    pointer: str
    detail: str
    hint: str | None = None


class QuizError(Exception):
    """A refusal by the server. errors: where the input is wrong, and why."""

    def __init__(self, status: int, title: str, detail: str, errors: tuple[Fault, ...] = ()) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors


class Client:
    """Talks to one server, as the owner of `token` or as nobody. Close it, or use it in a `with` block.

    Every call raises QuizError when the server refuses and httpx.TransportError when it cannot be reached, after at
    most `tries` tries. A server that asks for a pause of more than `patience` seconds is not waited for.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        tries: int = 5,
        patience: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._tries = tries
        self._patience = patience
        self._http = httpx.Client(base_url=base_url.rstrip("/") + "/api/v1", timeout=timeout, transport=transport)
        self._sign(token)

    @classmethod
    def register(cls, base_url: str, name: str, **settings: Any) -> Self:
        """A client for a new learner; keep its `token`, which is shown once. settings: as for Client."""
        client = cls(base_url, **settings)
        try:
            made = client._call("POST", "/learners", {"name": name}, repeatable=False)
        except BaseException:
            client.close()
            raise
        client._sign(made["token"])
        return client

    def _sign(self, token: str | None) -> None:
        self.token = token
        if token is not None:
            self._http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def skills(self) -> list[Skill]:
        """What can be practised."""
        return [_read(Skill, skill) for skill in self._call("GET", "/skills")["skills"]]

    def questions(
        self, skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
    ) -> list[Question]:
        """Fresh questions, 1 to 100; with a `seed`, the same ones each time. level: 1 to 3. format: numeric or choice."""
        wanted = {"skill": skill, "level": level, "format": format, "count": count}
        drawn = self._call("POST", "/questions", wanted if seed is None else wanted | {"seed": seed})
        return [_read(Question, question) for question in drawn["questions"]]

    def question(self, question_id: str) -> Question:
        """The question of an id."""
        return _read(Question, self._call("GET", _address(question_id)))

    def answer(self, question: Question | str, answer: Mapping[str, Any], idempotency_key: str | None = None) -> Attempt:
        """Has an answer graded and stored, once.

        Args:
            question: a question or its id.
            answer: symbol -> array or nested lists of the part's shape; entries are numbers or text as a person types
                it, None or NaN for one left out. In a choice, symbol -> the option or its id.
            idempotency_key: any text of your own; the same key gets the first attempt back, also later on. Without one,
                each call is an attempt of its own.
        """
        body = {"answer": _json(answer)}
        return _read(Attempt, self._call("POST", f"{_address(question)}/attempts", body, key=idempotency_key or str(uuid4())))

    def solution(self, question: Question | str) -> Solution:
        """Shows the solution; attempts at the question after that are no first tries."""
        return _read(Solution, self._call("POST", f"{_address(question)}/solution"))

    def attempts(self, learner: str | None = None, skill: str | None = None) -> Iterator[Attempt]:
        """One's own attempts, oldest first, however many; with an instructor's token the class's. Fetched as they are read."""
        wanted = {"limit": _PAGE, "learner": learner, "skill": skill}
        query = {name: value for name, value in wanted.items() if value is not None}
        while True:
            page = self._call("GET", "/attempts", query=query)
            yield from (_read(Attempt, attempt) for attempt in page["attempts"])
            if page["next"] is None:
                return
            query["since"] = page["next"]

    def attempt(self, attempt_id: str) -> Attempt:
        """One attempt."""
        return _read(Attempt, self._call("GET", f"/attempts/{quote(attempt_id, safe='')}"))

    def scores(self) -> list[LearnerScore]:
        """Every learner's scores; for instructors and integrations."""
        return [_read(LearnerScore, score) for score in self._call("GET", "/scores")["scores"]]

    def me(self) -> Me:
        """Whose token this is."""
        return _read(Me, self._call("GET", "/me"))

    def progress(self) -> Progress:
        """What one has reached in each skill, and what to practise next."""
        return _read(Progress, self._call("GET", "/me/progress"))

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Sends a request until it is answered, at most `tries` times, and returns the JSON of the response.

        repeatable: doing it twice does no harm. What is not is tried again only after 429, when nothing was done.
        """
        headers = {} if key is None else {"Idempotency-Key": key}
        request = self._http.build_request(method, path.removeprefix("/"), json=body, params=query, headers=headers)
        for tried in range(1, self._tries + 1):
            pause = _FIRST_PAUSE * 2 ** (tried - 1)
            try:
                response = self._http.send(request)
            except httpx.TransportError:
                if not repeatable or tried == self._tries:
                    raise
            else:
                if response.is_success:
                    return response.json()
                passing = response.status_code == 429 or (repeatable and response.status_code in _PASSING)
                pause = max(pause, _retry_after(response))
                if not passing or tried == self._tries or pause > self._patience:
                    raise _refusal(response)
            sleep(pause)
        raise ValueError("tries must be at least 1")


def _address(question: Question | str) -> str:
    return "/questions/" + quote(question if isinstance(question, str) else question.id, safe="")


def _json(value: Any) -> Any:
    """An answer as plain JSON values: arrays as nested lists, NaN as nothing."""
    if isinstance(value, Option):
        return value.id
    if isinstance(value, (np.ndarray, np.generic)):
        return _json(value.tolist())
    if isinstance(value, Mapping):
        return {symbol: _json(item) for symbol, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return None if isinstance(value, float) and np.isnan(value) else value


def _retry_after(response: httpx.Response) -> float:
    """The seconds for which the server asks to be left alone; 0 where it doesn't say so readably."""
    asked = response.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _refusal(response: httpx.Response) -> QuizError:
    """The problem document as an error; whatever stands between may answer in another form."""
    try:
        problem = response.json()
        errors = tuple(_read(Fault, fault) for fault in problem.get("errors") or ())
        return QuizError(response.status_code, problem["title"], problem["detail"], errors)
    except (ValueError, TypeError, KeyError, AttributeError):
        return QuizError(response.status_code, response.reason_phrase, response.text[:200])


def _read(kind: type[T], data: Any) -> T:
    """JSON as a value of the type `kind`: a dataclass, by the types of its fields, or what those are made of.

    What a dataclass has no field for is overlooked.
    """
    return cast(T, _read_any(kind, data))


def _read_any(kind: Any, data: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if data is None:
        return None
    if is_dataclass(kind):
        types = get_type_hints(kind)
        return cast(Any, kind)(**{name: _read_any(types[name], value) for name, value in data.items() if name in types})
    if kind is datetime:
        return datetime.fromisoformat(data)
    if origin is np.ndarray:
        return np.array(data, dtype=np.float64)
    if origin is tuple:
        return tuple(_read_any(arguments[0], item) for item in data)
    if origin is UnionType:  # X | None
        return _read_any(arguments[0], data)
    if origin is Mapping:
        return {symbol: _read_any(arguments[1], value) for symbol, value in data.items()}
    return data
