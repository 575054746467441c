"""What the calls about tokens take and give. A secret is given once, by the call that makes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.schemas import RequestBody

MaySubmit = Annotated[bool, Field(description="Whether it may hand in answers for the learners of its course.")]


class TokenOut(BaseModel):
    id: str
    name: str
    scope: Literal["learner", "instructor", "administrator", "integration"]
    may_submit: MaySubmit
    created_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="Kept to the hour; null before the first use.")]


class Tokens(BaseModel):
    tokens: list[TokenOut]


class ListedIntegration(BaseModel):
    id: str
    name: str
    tokens: list[TokenOut]


class Integrations(BaseModel):
    integrations: list[ListedIntegration]


class NewIntegration(RequestBody):
    name: str
    may_submit: MaySubmit = False


class IntegrationOut(BaseModel):
    id: str
    name: str
    token_id: str
    may_submit: MaySubmit
    token: Annotated[str, Field(description="Shown once.")]
