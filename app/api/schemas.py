"""What the REST interface takes and gives, as Pydantic models with the contract's names.

Requests refuse unknown fields. The examples of whole calls are told in a story (app/api/examples.py).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Format = Literal["numeric", "choice"]
Level = Annotated[int, Field(ge=1, le=3)]  # as a Literal it would take true and 1.0 for 1
Arrays = dict[str, Any]


class RequestBody(BaseModel):
    """What is sent: unknown fields and loose types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _is_object(cls, value: Any) -> Any:
        """FastAPI lets a model be read off any Python object: a decimal would pass for one whose fields may all be left out."""
        if not isinstance(value, dict):
            raise ValueError("This must be a JSON object.")
        return value


class NewLearner(RequestBody):
    name: Annotated[str, Field(description="How instructors will see this learner.", examples=["Ada"])]


class RegisteredLearner(BaseModel):
    id: str
    name: str
    token: Annotated[str, Field(description="Shown once. Send it as `Authorization: Bearer TOKEN`.")]


class PartOfSkill(BaseModel):
    symbol: Annotated[str, Field(examples=["dz"])]
    title: str


class KnownMisconception(BaseModel):
    code: Annotated[str, Field(examples=["h-for-derivative"])]
    title: str


class SkillOut(BaseModel):
    id: Annotated[str, Field(examples=["chain"])]
    title: str
    levels: list[int]
    formats: list[str]
    parts: list[PartOfSkill]
    misconceptions: list[KnownMisconception]
    example_id: Annotated[str, Field(description="The lesson's own exercise as a question of this skill.")]


class Skills(BaseModel):
    skills: list[SkillOut]


class DrawQuestions(RequestBody):
    skill: str
    level: Level = 1
    format: Format = "numeric"
    count: Annotated[int, Field(ge=1, le=1000, description="Over 100 only as NDJSON.")] = 1
    seed: Annotated[int | None, Field(description="The same seed draws the same questions.", ge=-(2**63), le=2**63 - 1)] = None


class OptionOut(BaseModel):
    id: Annotated[str, Field(examples=["a"])]
    value: list[Any]


class PartOut(BaseModel):
    symbol: str
    title: str
    shape: list[int]
    decimals: int
    options: list[OptionOut] | None


class QuestionOut(BaseModel):
    id: str
    skill: str
    level: int
    format: Format
    prompt: str
    prompt_latex: str
    given: Arrays
    parts: list[PartOut]


class Questions(BaseModel):
    questions: list[QuestionOut]


class NewAttempt(RequestBody):
    answer: Annotated[
        dict[str, Any],
        Field(description="Symbol to value: nested lists of numbers (or of strings as a person types them), or an option's id."),
    ]


class Misconception(BaseModel):
    code: str
    title: str
    feedback: str


class PartGraded(BaseModel):
    symbol: str
    score: float
    verdict: Literal["correct", "followed-through", "partial", "incorrect", "unanswered"]
    entries: list[Any] | None
    rounding: Literal["exact", "intermediate", "last-digit"] | None
    misconception: Misconception | None


class StepOut(BaseModel):
    text: str
    latex: str


class SolutionOut(BaseModel):
    key: Arrays
    tolerance: Arrays
    steps: list[StepOut]


class AttemptOut(BaseModel):
    id: str
    question_id: str
    skill: str
    level: int
    learner_id: str
    submitted_at: datetime
    answer: Arrays
    score: float
    correct: bool
    parts: list[PartGraded]
    tries_left: int | None
    solution: SolutionOut | None


class Attempts(BaseModel):
    attempts: list[AttemptOut]
    next: Annotated[str | None, Field(description="Send it as `since` to read on; null on the last page.")]
    resume: Annotated[
        str | None,
        Field(
            description="Keep it, and send it as `since` later for what has come meanwhile; null while there is nothing at all."
        ),
    ]


class SkillScoreOut(BaseModel):
    skill: str
    attempts: int
    first_tries: int
    first_try_score: float | None


class LearnerScoreOut(BaseModel):
    learner_id: str
    name: str
    attempts: int
    first_tries: int
    first_try_score: Annotated[float | None, Field(description="Mean score of first tries, 0 to 1; null without any.")]
    last_seen: datetime | None
    skills: list[SkillScoreOut]


class Scores(BaseModel):
    scores: list[LearnerScoreOut]


class Me(BaseModel):
    id: str
    name: str
    role: Literal["learner", "instructor", "administrator", "integration"]


class SkillProgressOut(SkillScoreOut):
    mastery: Annotated[float, Field(ge=0, le=1, description="How probable it is that the skill is known; mastered from 0.95.")]
    due: Annotated[
        datetime | None, Field(description="When a return to this mastered skill is worth while; null while it is not mastered.")
    ]


class Progress(BaseModel):
    skills: list[SkillProgressOut]
    next: Annotated[str | None, Field(description="The skill to practise next; a suggestion. Null when nothing is due.")]
    level: Annotated[int, Field(ge=1, le=3, description="The level to practise it at.")]
    reason: Annotated[str, Field(description="Why, in a sentence for the learner.", examples=["Later skills build on it."])]


class Health(BaseModel):
    status: Literal["ok", "unavailable"]


class FaultOut(BaseModel):
    pointer: Annotated[str, Field(description="JSON pointer to what is wrong.", examples=["/answer/dz/1"])]
    detail: str
    hint: str | None = None
    source: str | None = None


class ProblemOut(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultOut] | None = None
    hint: str | None = None
