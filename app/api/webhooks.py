"""Webhooks of a course's programs, and the log of what they were told."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request, Response

from app.api import webhook_schemas as schemas
from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import Instructor
from app.edge.parameters import Count
from app.services import webhooks
from app.services.refusals import NotFound
from app.services.webhooks import LoggedDelivery, Webhook

router = api_router()

_PAGE = 100


@router.post(
    "/courses/{course_id}/integrations/{integration_id}/webhooks",
    status_code=201,
    summary="Have a program told what learners do",
    responses=problems(401, 403, 404),
)
async def add_webhook(
    course_id: str, integration_id: str, body: schemas.NewWebhook, request: Request, principal: Instructor
) -> schemas.NewWebhookOut:
    """Each attempt of the course's learners, `attempt.created`, and each assignment that one of them finishes,
    `assignment.finished`, is then sent to the address by POST: `{"type", "timestamp", "data"}`. An attempt looks as everywhere in
    this interface, without its solution.

    Messages are signed as [Standard Webhooks](https://www.standardwebhooks.com) says: `webhook-id`, `webhook-timestamp` and
    `webhook-signature`, with the secret that this call hands out. Any 2xx within 15 seconds is a receipt; else it is tried again,
    ten times over a day and a half. A learner's messages arrive in their order, each at least once: the same `webhook-id` is the
    same message. Answer 410 to be told no more.
    """
    database, allowed = request.app.state.database, request.app.state.webhook_networks
    made = await webhooks.add_webhook(database, principal, course_id, integration_id, body.url, allowed, datetime.now(UTC))
    return schemas.NewWebhookOut(**_fields(made), secret=made.secret)


@router.get("/courses/{course_id}/webhooks", summary="Who is told what learners do", responses=problems(401, 403, 404))
def list_webhooks(course_id: str, request: Request, principal: Instructor) -> schemas.Webhooks:
    """The course's webhooks, without their secrets."""
    found = webhooks.webhooks_of(request.app.state.database, principal, course_id)
    return schemas.Webhooks(webhooks=[schemas.WebhookOut(**_fields(one)) for one in found])


@router.delete(
    "/courses/{course_id}/webhooks/{webhook_id}",
    status_code=204,
    summary="Tell a program no more",
    responses=problems(401, 403, 404),
)
async def remove_webhook(course_id: str, webhook_id: str, request: Request, principal: Instructor) -> Response:
    """What waits is not sent either."""
    await webhooks.remove_webhook(request.app.state.database, principal, course_id, webhook_id, datetime.now(UTC))
    return Response(status_code=204)


@router.get("/courses/{course_id}/deliveries", summary="What programs were told", responses=problems(401, 403, 404, 422))
def list_deliveries(
    course_id: str,
    request: Request,
    principal: Instructor,
    before: Annotated[Count | None, Query(description="The `next` of an earlier page.")] = None,
) -> schemas.Deliveries:
    """The newest first, for thirty days."""
    _, found = webhooks.delivery_log(request.app.state.database, principal, course_id, _PAGE + 1, before)
    shown = [_delivery_out(one) for one in found[:_PAGE]]
    return schemas.Deliveries(deliveries=shown, next=shown[-1].id if len(found) > _PAGE else None)


@router.post(
    "/courses/{course_id}/deliveries/{delivery_id}/again",
    status_code=204,
    summary="Send a message again",
    responses=problems(401, 403, 404),
)
async def send_again(course_id: str, delivery_id: str, request: Request, principal: Instructor) -> Response:
    """One that waits is sent at once, unless an earlier one of the same learner waits too."""
    if not (delivery_id.isascii() and delivery_id.isdecimal() and len(delivery_id) <= 18):
        raise NotFound("There is no such message in this course.")
    await webhooks.send_again(request.app.state.database, principal, course_id, int(delivery_id), datetime.now(UTC))
    return Response(status_code=204)


def _fields(webhook: Webhook) -> dict[str, object]:
    return {
        "id": webhook.id,
        "integration_id": webhook.account_id,
        "url": webhook.url,
        "created_at": webhook.created_at,
        "stopped_at": webhook.stopped_at,
    }


def _delivery_out(one: LoggedDelivery) -> schemas.DeliveryOut:
    return schemas.DeliveryOut(
        id=str(one.id),
        type="assignment.finished" if one.attempt_id is None else "attempt.created",
        integration=one.program,
        learner_id=one.learner_id,
        attempt_id=None if one.attempt_id is None else str(one.attempt_id),
        assignment_id=one.assignment_id,
        created_at=one.created_at,
        state=one.outcome or "waiting",
        tries=one.tries,
        tried_at=one.tried_at,
        next_at=None if one.outcome else one.next_at,
        said=one.said,
    )
