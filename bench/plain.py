"""What the quiz is measured against: an application that says hello, and one that validates the same body and does no more."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict


class Answered(BaseModel):
    """The body of an attempt."""

    model_config = ConfigDict(extra="forbid", strict=True)

    answer: dict[str, Any]


app = FastAPI(openapi_url=None)


@app.get("/hello")
async def say_hello() -> dict[str, str]:
    return {"message": "hello"}


@app.post("/validate")
async def validate(body: Answered) -> dict[str, int]:
    return {"parts": len(body.answer)}
