"""What the calls about tokens take and give. A secret is given once, by the call that makes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.request_body import RequestBody

MaySubmit = Annotated[bool, Field(description="Whether it may hand in answers for the learners of its course.")]


class TokenOut(BaseModel):
    id: Annotated[str, Field(description="By which it is revoked.")]
    name: Annotated[str, Field(description="What it is for, in its owner's words.")]
    scope: Annotated[
        Literal["learner", "instructor", "administrator", "integration"],
        Field(description="What it may do: what a learner, an instructor, the administrator or a connected program may."),
    ]
    may_submit: MaySubmit
    created_at: Annotated[datetime, Field(description="When it was made.")]
    last_used_at: Annotated[datetime | None, Field(description="Kept to the hour; null before the first use.")]


class Tokens(BaseModel):
    tokens: Annotated[list[TokenOut], Field(description="Those that are in use, this one too.")]


class ListedIntegration(BaseModel):
    id: Annotated[str, Field(description="The `integration_id` of other calls.")]
    name: Annotated[str, Field(description="The program's name.")]
    tokens: Annotated[list[TokenOut], Field(description="Those that are in use, without their secrets.")]


class Integrations(BaseModel):
    integrations: Annotated[list[ListedIntegration], Field(description="The programs that are connected to the course.")]


class NewIntegration(RequestBody):
    name: Annotated[str, Field(description="Of the program, or of what the token is for: 1 to 80 characters.")]
    may_submit: MaySubmit = False


class IntegrationOut(BaseModel):
    id: Annotated[str, Field(description="The `integration_id` of other calls.")]
    name: Annotated[str, Field(description="As it was sent.")]
    token_id: Annotated[str, Field(description="By which the token is revoked.")]
    may_submit: MaySubmit
    token: Annotated[str, Field(description="Shown once.")]
