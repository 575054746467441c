"""What the calls about webhooks take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.schemas import RequestBody


class NewWebhook(RequestBody):
    url: Annotated[str, Field(description="An https address.", examples=["https://course.example.org/events"])]


class WebhookOut(BaseModel):
    id: str
    integration_id: str
    url: str
    created_at: datetime
    stopped_at: Annotated[
        datetime | None, Field(description="When its receiver answered 410, that it is gone; null while it is told.")
    ]


class NewWebhookOut(WebhookOut):
    secret: Annotated[str, Field(description="Shown once: messages are signed with it.")]


class Webhooks(BaseModel):
    webhooks: list[WebhookOut]


class DeliveryOut(BaseModel):
    id: Annotated[str, Field(description="Its message has the `webhook-id` msg_ and this.")]
    type: Literal["attempt.created", "assignment.finished"]
    integration: Annotated[str, Field(description="The program's name.")]
    learner_id: str
    attempt_id: str | None
    assignment_id: str | None
    created_at: datetime
    state: Literal["waiting", "delivered", "given-up"]
    tries: int
    tried_at: datetime | None
    next_at: Annotated[datetime | None, Field(description="When it is tried next; null once it is settled.")]
    said: Annotated[str | None, Field(description="What the last try came to.", examples=["Answered 500."])]


class Deliveries(BaseModel):
    deliveries: list[DeliveryOut]
    next: Annotated[str | None, Field(description="Send it as `before` to read on; null on the last page.")]
