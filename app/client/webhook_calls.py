"""The calls about webhooks as data: who is told what learners do, and what became of each message."""

from dataclasses import dataclass, field
from datetime import datetime

from app.client.calls import Call, address, nothing, whole
from app.client.records import read


@dataclass(frozen=True)
class Webhook:
    """secret: shown once, by the call that makes it; messages are signed with it. stopped_at: since when it is told no more."""

    id: str
    integration_id: str
    url: str
    created_at: datetime
    stopped_at: datetime | None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Delivery:
    """A message to a program. state: waiting, delivered or given-up. said: what the last try came to."""

    id: str
    type: str
    integration: str
    learner_id: str
    attempt_id: str | None
    assignment_id: str | None
    created_at: datetime
    state: str
    tries: int
    tried_at: datetime | None
    next_at: datetime | None
    said: str | None


def add_webhook(course_id: str, integration_id: str, url: str) -> Call[Webhook]:
    """Has a program told of attempts and finished assignments, at an https address."""
    path = address("courses", course_id, "integrations", integration_id, "webhooks")
    return Call("POST", path, whole(Webhook), body={"url": url}, repeatable=False)


def webhooks(course_id: str) -> Call[list[Webhook]]:
    """Who is told what the course's learners do."""
    return Call("GET", address("courses", course_id, "webhooks"), lambda found: [read(Webhook, one) for one in found["webhooks"]])


def remove_webhook(course_id: str, webhook_id: str) -> Call[None]:
    """Tells a program no more."""
    return Call("DELETE", address("courses", course_id, "webhooks", webhook_id), nothing, repeatable=False)


def deliveries(course_id: str, before: str | None = None) -> Call[tuple[list[Delivery], str | None]]:
    """A page of what programs were told, and the cursor of the next one."""
    query = {} if before is None else {"before": before}
    return Call(
        "GET",
        address("courses", course_id, "deliveries"),
        lambda page: ([read(Delivery, one) for one in page["deliveries"]], page["next"]),
        query=query,
    )


def send_again(course_id: str, delivery_id: str) -> Call[None]:
    """Sends a message again."""
    return Call("POST", address("courses", course_id, "deliveries", delivery_id, "again"), nothing)
