"""What the REST interface answers with, as typed values with NumPy arrays in them, shown in a notebook as mathematics."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from html import escape
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from app.client.errors import QuizError
from app.client.notebook import attempt_html, question_html, solution_html, table_html

Array = NDArray[np.float64]
T = TypeVar("T")


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

    def __str__(self) -> str:
        return self.prompt

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.prompt_latex}$"

    def _repr_html_(self) -> str:
        return question_html(self.prompt, self.prompt_latex, {part.symbol: part.shape for part in self.parts})


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

    def __str__(self) -> str:
        return "\n".join(f"{number}. {step.text}" for number, step in enumerate(self.steps, 1))

    def _repr_html_(self) -> str:
        return solution_html(self.steps)


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

    def __str__(self) -> str:
        lines = [f"{part.symbol}: {part.verdict}, {part.score:.0%}" for part in self.parts]
        hints = [f"  {part.misconception.title}: {part.misconception.feedback}" for part in self.parts if part.misconception]
        return "\n".join(lines + hints)

    def _repr_html_(self) -> str:
        return attempt_html(self.answer, self.parts)


@dataclass(frozen=True)
class Given:
    """An answer for `submit_many`. question: or its id. answer: as for `Client.answer`. learner: the id of whose it is, where a
    program hands it in. idempotency_key: without one, it gets one of its own.
    """

    question: Question | str
    answer: Mapping[str, Any]
    learner: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an answer: of attempt and error one is None."""

    attempt: Attempt | None
    error: QuizError | None


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

    def __str__(self) -> str:
        tried = [f"{one.skill}: mastery {_percent(one.mastery)}, {one.attempts} attempts" for one in self.skills if one.attempts]
        return "\n".join([*tried, self._onward()])

    def _repr_html_(self) -> str:
        rows = [[one.skill, str(one.attempts), _percent(one.first_try_score), _percent(one.mastery)] for one in self.skills]
        return table_html(["skill", "attempts", "first tries", "mastery"], rows) + f"<p>{escape(self._onward())}</p>"

    def _onward(self) -> str:
        return self.reason if self.next is None else f"Next: {self.next}, level {self.level}. {self.reason}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def plain(value: Any) -> Any:
    """An answer as plain JSON values: arrays as nested lists, NaN as nothing."""
    if isinstance(value, Option):
        return value.id
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {symbol: plain(item) for symbol, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and np.isnan(value) else value


def read(kind: type[T], data: Any) -> T:
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
