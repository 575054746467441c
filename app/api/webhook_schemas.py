"""What the calls about webhooks take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.request_body import RequestBody


class NewWebhook(RequestBody):
    url: Annotated[str, Field(description="An https address.", examples=["https://course.example.org/events"])]


class WebhookOut(BaseModel):
    id: Annotated[str, Field(description="By which it is removed.")]
    integration_id: Annotated[str, Field(description="The program that is told.")]
    url: Annotated[str, Field(description="Where messages are sent.")]
    created_at: Annotated[datetime, Field(description="When it was made.")]
    stopped_at: Annotated[
        datetime | None, Field(description="When its receiver answered 410, that it is gone; null while it is told.")
    ]


class NewWebhookOut(WebhookOut):
    secret: Annotated[str, Field(description="Shown once: messages are signed with it.")]


class Webhooks(BaseModel):
    webhooks: Annotated[list[WebhookOut], Field(description="All of the course.")]


class DeliveryOut(BaseModel):
    id: Annotated[str, Field(description="Its message has the `webhook-id` msg_ and this.")]
    type: Annotated[Literal["attempt.created", "assignment.finished"], Field(description="What it tells of.")]
    integration: Annotated[str, Field(description="The program's name.")]
    learner_id: Annotated[str, Field(description="Whose doing it tells of.")]
    attempt_id: Annotated[str | None, Field(description="Null where it tells of an assignment.")]
    assignment_id: Annotated[str | None, Field(description="Null where it tells of free practice.")]
    created_at: Annotated[datetime, Field(description="When it happened.")]
    state: Annotated[
        Literal["waiting", "delivered", "given-up"], Field(description="`given-up`: no try was answered with a 2xx.")
    ]
    tries: Annotated[int, Field(description="How often it was sent.")]
    tried_at: Annotated[datetime | None, Field(description="When it was last sent; null before that.")]
    next_at: Annotated[datetime | None, Field(description="When it is tried next; null once it is settled.")]
    said: Annotated[str | None, Field(description="What the last try came to.", examples=["Answered 500."])]


class Deliveries(BaseModel):
    deliveries: Annotated[list[DeliveryOut], Field(description="The newest first.")]
    next: Annotated[str | None, Field(description="Send it as `before` to read on; null on the last page.")]
