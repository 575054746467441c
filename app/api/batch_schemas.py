"""What the call for many answers takes and gives."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.api.request_body import RequestBody
from app.api.schemas import Answer, AttemptOut, ProblemOut
from app.services.batches import MOST_ANSWERS

_EXAMPLE: dict[str, Any] = {
    "question_id": "chain-n1-v1-lesson",
    "answer": {"dz": [0.105, "-0.197", "0,090", -0.197]},
    "idempotency_key": "b1f0c2d4-week-3-ada",
}


class NewAttemptOfMany(RequestBody):
    question_id: Annotated[str, Field(description="The question that is answered.")]
    answer: Answer
    idempotency_key: Annotated[
        str,
        Field(min_length=1, max_length=255, description="1 to 255 printable characters of your own; a retry with it is safe."),
    ]
    learner_id: Annotated[str | None, Field(description="From a program: for which learner of its course.")] = None

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

    index: Annotated[int, Field(description="Its place in the request, from 0.")]
    status: Annotated[int, Field(description="As if it had come alone: 201, 200 for a retry, or a problem's.", examples=[201])]
    attempt: Annotated[AttemptOut | None, Field(description="Null where there is a problem.")] = None
    problem: Annotated[ProblemOut | None, Field(description="Null where there is an attempt.")] = None


class Outcomes(BaseModel):
    outcomes: Annotated[list[Outcome], Field(description="One for each answer, in their order.")]
