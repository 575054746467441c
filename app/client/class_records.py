"""What the REST interface answers about courses and assignments, as typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.client.notebook import table_html
from app.client.records import Array, Part, PartGrade, Solution


@dataclass(frozen=True)
class Course:
    """join_code: for those who teach it; None for its learners. archived_at: since when it has been put away."""

    id: str
    name: str
    time_zone: str
    asks_student_number: bool
    join_code: str | None
    created_at: datetime
    archived_at: datetime | None = None


@dataclass(frozen=True)
class Member:
    """A learner of a course. claimed: False for one from an imported list who has not joined yet."""

    id: str
    name: str
    student_number: str | None
    joined_at: datetime
    attempts: int
    last_seen: datetime | None
    claimed: bool


@dataclass(frozen=True)
class ImportLine:
    """outcome: added, known or complaint; detail says why."""

    line: int
    name: str
    student_number: str | None
    outcome: str
    detail: str


@dataclass(frozen=True)
class Import:
    """stored: False when a line had a complaint; then nothing was stored."""

    stored: bool
    lines: tuple[ImportLine, ...]


@dataclass(frozen=True)
class Colleague:
    """Who teaches a course, or a program that reads it."""

    id: str
    name: str
    email: str | None
    role: str


@dataclass(frozen=True)
class Token:
    """A token without its secret."""

    id: str
    name: str
    scope: str
    may_submit: bool
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Integration:
    """A program that is connected to a course, with its tokens."""

    id: str
    name: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class NewToken:
    """A program's token, shown once. id: of the program; token_id: by which the token is revoked."""

    id: str
    name: str
    token_id: str
    may_submit: bool
    token: str = field(repr=False)


@dataclass(frozen=True)
class Item:
    """One question of an assignment. id: None until the assignment is set."""

    skill: str
    level: int = 1
    format: str = "numeric"
    points: int = 1
    tries: int = 1
    id: str | None = None


@dataclass(frozen=True)
class Assignment:
    """time_limit, grace: minutes. show_…: at-once, after-last-try or after-closing. items: none before a learner may see them."""

    id: str
    course_id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    time_limit: int | None
    grace: int
    show_marks: str
    show_hints: str
    show_solution: str
    fresh_questions: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Extension:
    """closes_at: None where it is the assignment's. extra_minutes: beside a time limit."""

    closes_at: datetime | None
    extra_minutes: int


@dataclass(frozen=True)
class Result:
    """scores: the best try of each item, 0 to 1; None where none was handed in."""

    learner_id: str
    name: str
    student_number: str | None
    begun_at: datetime | None
    finished_at: datetime | None
    due_at: datetime
    extension: Extension | None
    scores: tuple[float | None, ...]
    points: float


@dataclass(frozen=True)
class Results:
    """How a course did. points: what can be reached."""

    points: int
    results: tuple[Result, ...]

    def _repr_html_(self) -> str:
        most = max((len(one.scores) for one in self.results), default=0)
        rows = [[one.name, *(_share(score) for score in one.scores), f"{one.points:g}"] for one in self.results]
        return table_html(["learner", *map(str, range(1, most + 1)), f"of {self.points}"], rows)


@dataclass(frozen=True)
class AskedQuestion:
    """The question of a try; its id is nobody's business while the assignment is open. given: symbol -> array."""

    prompt: str
    prompt_latex: str
    given: Mapping[str, Array] = field(compare=False)
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return self.prompt

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.prompt_latex}$"


@dataclass(frozen=True)
class Try:
    """A try that was handed in. score, correct, parts, solution: None while they are not shown."""

    number: int
    submitted_at: datetime
    by_clock: bool
    question: AskedQuestion
    answer: Mapping[str, Any]
    score: float | None
    correct: bool | None
    parts: tuple[PartGrade, ...] | None
    solution: Solution | None


@dataclass(frozen=True)
class SittingItem:
    """number: the try that may be answered now, and question what it asks; None when there is none. score: the best try's."""

    id: str
    skill: str
    level: int
    format: str
    points: int
    tries: int
    number: int | None
    tries_left: int
    question: AskedQuestion | None
    draft: Any
    score: float | None
    attempts: tuple[Try, ...]


@dataclass(frozen=True)
class Sitting:
    """A learner at an assignment. state: too-early, open, sitting or over. seconds_left: by the server's clock."""

    assignment_id: str
    state: str
    due_at: datetime
    seconds_left: int
    items: tuple[SittingItem, ...]


def _share(score: float | None) -> str:
    return "" if score is None else f"{score:.0%}"


def item_body(item: Item | Mapping[str, Any]) -> dict[str, Any]:
    """An item as it is sent."""
    if isinstance(item, Mapping):
        return dict(item)
    return {name: value for name, value in vars(item).items() if name != "id"}


def listed(learner: str | Sequence[str | None]) -> dict[str, Any]:
    """A learner of a list as it is sent: a name, or a name and a student number."""
    name, number = (learner, None) if isinstance(learner, str) else learner
    return {"name": name, "student_number": number}
