"""What the call for many answers takes and gives."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.api.schemas import AttemptOut, ProblemOut, RequestBody
from app.services.batches import MOST_ANSWERS

_EXAMPLE: dict[str, Any] = {
    "question_id": "chain-n1-v1-lesson",
    "answer": {"dz": [0.105, "-0.197", "0,090", -0.197]},
    "idempotency_key": "b1f0c2d4-week-3-ada",
}


class NewAttemptOfMany(RequestBody):
    question_id: str
    answer: dict[str, Any]
    idempotency_key: Annotated[str, Field(min_length=1, max_length=255)]
    learner_id: str | None = None

    @field_validator("idempotency_key")
    @classmethod
    def _printable(cls, key: str) -> str:
        if not key.isprintable():
            raise ValueError("An idempotency key has printable characters alone.")
        return key


class NewAttempts(RequestBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"attempts": [_EXAMPLE]}]})

    attempts: Annotated[
        list[dict[str, Any]],
        Field(
            min_length=1,
            max_length=MOST_ANSWERS,
            description="Each with `question_id`, `answer`, `idempotency_key` of 1 to 255 printable characters, and, from a "
            "program for a learner of its course, `learner_id`.",
        ),
    ]


class Outcome(BaseModel):
    """What became of one answer. index: its place in the request, from 0. Of attempt and problem, one is null."""

    index: int
    status: Annotated[int, Field(description="As if it had come alone: 201, 200 for a retry, or a problem's.", examples=[201])]
    attempt: AttemptOut | None = None
    problem: ProblemOut | None = None


class Outcomes(BaseModel):
    outcomes: list[Outcome]
