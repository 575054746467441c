"""What the calls about assignments take and give. No question's id is among it: items go by ids of their own."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field

from app.api.request_body import RequestBody
from app.api.schemas import Answer, Answered, Arrays, Format, Level, PartGraded, PartOut, Skill, SolutionOut
from app.services.assignments import LONGEST_LIMIT, MOST_ITEMS, MOST_POINTS, MOST_TRIES

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
    skill: Skill
    level: Level = 1
    format: Format = "numeric"
    points: Annotated[int, Field(description=f"What it counts, 1 to {MOST_POINTS}.")] = 1
    tries: Annotated[int, Field(description=f"How often it may be handed in, 1 to {MOST_TRIES}.")] = 1


class NewAssignment(RequestBody):
    title: Annotated[str, Field(description="How it is called: 1 to 80 characters.")]
    opens_at: Annotated[When, Field(description="From when learners may begin.")]
    closes_at: Annotated[When, Field(description="When it closes for everybody without an extension.")]
    items: Annotated[
        list[NewItem], Field(description=f"Its questions, 1 to {MOST_ITEMS}; each learner gets numbers of their own.")
    ]
    time_limit: Annotated[int | None, Field(description="Minutes from beginning; null for none.")] = None
    grace: Annotated[int, Field(description="Minutes after the end in which what is on its way still counts.")] = 0
    show_marks: Annotated[Moment, Field(description="When learners see which entries are right, and their score.")] = "at-once"
    show_hints: Annotated[Moment, Field(description="When they see which mistake it looks like.")] = "after-closing"
    show_solution: Annotated[Moment, Field(description="When they see the worked way.")] = "after-closing"
    fresh_questions: Annotated[bool, Field(description="Another question for each try.")] = False


class AssignmentChanges(RequestBody):
    """Null leaves a thing as it is, but for the time limit, which it takes away."""

    title: Annotated[str | None, Field(description="How it is called: 1 to 80 characters.")] = None
    opens_at: Annotated[When | None, Field(description="From when learners may begin.")] = None
    closes_at: Annotated[When | None, Field(description="When it closes for everybody without an extension.")] = None
    time_limit: Annotated[int | None, Field(description="Minutes from beginning; null takes it away.")] = None
    grace: Annotated[int | None, Field(description="Minutes after the end in which what is on its way still counts.")] = None
    show_marks: Annotated[Moment | None, Field(description="When learners see which entries are right, and their score.")] = None
    show_hints: Annotated[Moment | None, Field(description="When they see which mistake it looks like.")] = None
    show_solution: Annotated[Moment | None, Field(description="When they see the worked way.")] = None
    items: Annotated[list[NewItem] | None, Field(description="Only before anybody has begun it; others take their place.")] = None
    fresh_questions: Annotated[bool | None, Field(description="Only before anybody has begun it.")] = None


class ItemOut(BaseModel):
    id: Annotated[str, Field(description="The item of this assignment: the `item_id` of other calls.")]
    skill: Annotated[str, Field(description="The skill that it asks for.")]
    level: Level
    format: Format
    points: Annotated[int, Field(description="What it counts.")]
    tries: Annotated[int, Field(description="How often it may be handed in.")]


class AssignmentOut(BaseModel):
    id: Annotated[str, Field(description="The assignment's id.")]
    course_id: Annotated[str, Field(description="The course that it belongs to.")]
    title: Annotated[str, Field(description="How it is called.")]
    opens_at: Annotated[datetime, Field(description="From when learners may begin.")]
    closes_at: Annotated[datetime, Field(description="When it closes for everybody without an extension.")]
    time_limit: Annotated[int | None, Field(description="Minutes from beginning; null for none.")]
    grace: Annotated[int, Field(description="Minutes after the end in which what is on its way still counts.")]
    show_marks: Annotated[Moment, Field(description="When learners see which entries are right, and their score.")]
    show_hints: Annotated[Moment, Field(description="When they see which mistake it looks like.")]
    show_solution: Annotated[Moment, Field(description="When they see the worked way.")]
    fresh_questions: Annotated[bool, Field(description="Whether each try has another question.")]
    items: Annotated[list[ItemOut], Field(description="Its questions; none for a learner before it opens.")]


class Assignments(BaseModel):
    assignments: Annotated[list[AssignmentOut], Field(description="All of the course.")]


class NewExtension(RequestBody):
    closes_at: Annotated[When | None, Field(description="When it closes for this learner; null leaves that as it is.")] = None
    extra_minutes: Annotated[int, Field(description=f"Minutes beyond the time limit, 0 to {LONGEST_LIMIT}.")] = 0


class ExtensionOut(BaseModel):
    closes_at: Annotated[
        datetime | None, Field(description="When it closes for this learner; null where that is as for everybody.")
    ]
    extra_minutes: Annotated[int, Field(description="Minutes beyond the time limit.")]


class ResultOut(BaseModel):
    learner_id: Annotated[str, Field(description="The learner's id.")]
    name: Annotated[str, Field(description="The learner's name.")]
    student_number: Annotated[str | None, Field(description="The number in the course; null without one.")]
    begun_at: Annotated[datetime | None, Field(description="Null while not begun.")]
    finished_at: Annotated[datetime | None, Field(description="Null while not finished.")]
    due_at: Annotated[datetime, Field(description="When it is over for this learner.")]
    extension: Annotated[ExtensionOut | None, Field(description="Null without one.")]
    scores: Annotated[list[float | None], Field(description="Best try of each item, 0 to 1; null where none was handed in.")]
    points: Annotated[float, Field(description="What was reached.")]


class ResultsOut(BaseModel):
    points: Annotated[int, Field(description="What can be reached.")]
    results: Annotated[list[ResultOut], Field(description="One for each learner of the course.")]


class Served(BaseModel):
    """The question of a try that may be answered now."""

    prompt: Annotated[str, Field(description="The question in plain text, readable aloud.")]
    prompt_latex: Annotated[str, Field(description="The same with LaTeX for the formulas.")]
    given: Annotated[Arrays, Field(description="What is known, by symbol.")]
    parts: Annotated[list[PartOut], Field(description="What to answer.")]


class TryOut(BaseModel):
    number: Annotated[int, Field(description="Which try it was, from 1.")]
    submitted_at: Annotated[datetime, Field(description="When it was handed in.")]
    by_clock: Annotated[bool, Field(description="Graded from what was saved when time was up.")]
    question: Annotated[Served, Field(description="What was asked.")]
    answer: Answered
    score: Annotated[float | None, Field(description="Null while marks are not shown.")]
    correct: Annotated[bool | None, Field(description="Whether every part is right; null while marks are not shown.")]
    parts: Annotated[list[PartGraded] | None, Field(description="The marks of each part; null while they are not shown.")]
    solution: Annotated[SolutionOut | None, Field(description="Null while it is not shown.")]


class SittingItemOut(ItemOut):
    number: Annotated[int | None, Field(description="The try that may be answered now; null when there is none.")]
    tries_left: Annotated[int, Field(description="How often it may still be handed in.")]
    question: Annotated[Served | None, Field(description="Of the try that may be answered now; null when there is none.")]
    draft: Annotated[Any, Field(description="What is saved of the answer to it; null where nothing is.")]
    score: Annotated[float | None, Field(description="The best try's; null while marks are not shown.")]
    attempts: Annotated[list[TryOut], Field(description="The tries that were handed in, oldest first.")]


class SittingOut(BaseModel):
    assignment_id: Annotated[str, Field(description="The assignment's id.")]
    state: Annotated[
        Literal["too-early", "open", "sitting", "over"],
        Field(description="`open`: it may be begun. `sitting`: it has been, and time runs. `over`: nothing more is taken."),
    ]
    due_at: Annotated[datetime, Field(description="When it is over.")]
    seconds_left: Annotated[int, Field(description="By the server's clock.")]
    items: Annotated[list[SittingItemOut], Field(description="Its questions; none before it is begun.")]


class NewTry(RequestBody):
    number: Annotated[int, Field(description="Which try this is, from 1; sent again with the same answer it is the same try.")]
    answer: Answer
