"""What the calls about assignments take and give. No question's id is among it: items go by ids of their own."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field

from app.api.schemas import Arrays, Format, Level, PartGraded, PartOut, RequestBody, SolutionOut

Moment = Literal["at-once", "after-last-try", "after-closing"]
_DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", re.ASCII)


def _written_out(value: Any) -> Any:
    """Pydantic also takes a number for a moment, as seconds since 1970, and a text of digits; nobody means those."""
    if not (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        raise ValueError("This must be a date and time with its offset, such as 2026-03-02T09:00:00Z.")
    return value


def _within_reach(value: datetime) -> datetime:
    """At the ends of the calendar a moment has no name in every time zone."""
    if not 1970 <= value.year <= 9000:
        raise ValueError("This must lie between the years 1970 and 9000.")
    return value


When = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_within_reach),
    Field(strict=False, examples=["2026-03-02T09:00:00Z"]),
]


class NewItem(RequestBody):
    skill: str
    level: Level = 1
    format: Format = "numeric"
    points: int = 1
    tries: int = 1


class NewAssignment(RequestBody):
    title: str
    opens_at: When
    closes_at: When
    items: list[NewItem]
    time_limit: Annotated[int | None, Field(description="Minutes from beginning; null for none.")] = None
    grace: Annotated[int, Field(description="Minutes after the end in which what is on its way still counts.")] = 0
    show_marks: Annotated[Moment, Field(description="When learners see which entries are right, and their score.")] = "at-once"
    show_hints: Annotated[Moment, Field(description="When they see which mistake it looks like.")] = "after-closing"
    show_solution: Annotated[Moment, Field(description="When they see the worked way.")] = "after-closing"
    fresh_questions: Annotated[bool, Field(description="Another question for each try.")] = False


class AssignmentChanges(RequestBody):
    """Null leaves a thing as it is, but for the time limit, which it takes away."""

    title: str | None = None
    opens_at: When | None = None
    closes_at: When | None = None
    time_limit: int | None = None
    grace: int | None = None
    show_marks: Moment | None = None
    show_hints: Moment | None = None
    show_solution: Moment | None = None
    items: Annotated[list[NewItem] | None, Field(description="Only before anybody has begun it; others take their place.")] = None
    fresh_questions: Annotated[bool | None, Field(description="Only before anybody has begun it.")] = None


class ItemOut(BaseModel):
    id: str
    skill: str
    level: int
    format: Format
    points: int
    tries: int


class AssignmentOut(BaseModel):
    id: str
    course_id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    time_limit: int | None
    grace: int
    show_marks: Moment
    show_hints: Moment
    show_solution: Moment
    fresh_questions: bool
    items: list[ItemOut]


class Assignments(BaseModel):
    assignments: list[AssignmentOut]


class NewExtension(RequestBody):
    closes_at: When | None = None
    extra_minutes: int = 0


class ExtensionOut(BaseModel):
    closes_at: datetime | None
    extra_minutes: int


class ResultOut(BaseModel):
    learner_id: str
    name: str
    student_number: str | None
    begun_at: datetime | None
    finished_at: datetime | None
    due_at: datetime
    extension: ExtensionOut | None
    scores: Annotated[list[float | None], Field(description="Best try of each item, 0 to 1; null where none was handed in.")]
    points: float


class ResultsOut(BaseModel):
    points: Annotated[int, Field(description="What can be reached.")]
    results: list[ResultOut]


class Served(BaseModel):
    """The question of a try that may be answered now."""

    prompt: str
    prompt_latex: str
    given: Arrays
    parts: list[PartOut]


class TryOut(BaseModel):
    number: int
    submitted_at: datetime
    by_clock: Annotated[bool, Field(description="Graded from what was saved when time was up.")]
    question: Served
    answer: Arrays
    score: Annotated[float | None, Field(description="Null while marks are not shown.")]
    correct: bool | None
    parts: list[PartGraded] | None
    solution: SolutionOut | None


class SittingItemOut(ItemOut):
    number: Annotated[int | None, Field(description="The try that may be answered now; null when there is none.")]
    tries_left: int
    question: Served | None
    draft: Any
    score: Annotated[float | None, Field(description="The best try's; null while marks are not shown.")]
    attempts: list[TryOut]


class SittingOut(BaseModel):
    assignment_id: str
    state: Literal["too-early", "open", "sitting", "over"]
    due_at: datetime
    seconds_left: Annotated[int, Field(description="By the server's clock.")]
    items: list[SittingItemOut]


class NewTry(RequestBody):
    number: Annotated[int, Field(description="Which try this is, from 1; sent again with the same answer it is the same try.")]
    answer: dict[str, Any]
