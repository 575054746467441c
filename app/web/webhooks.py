"""The desk's pages about webhooks: where a program is told what learners do, and what it was told."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.strict_form import StrictFormRoute
from app.services import webhooks
from app.services.refusals import NotFound, Unusable
from app.web.course_contexts import DeliveriesPage, LinkPage
from app.web.programs import programs_page
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard/courses/{course_id}", route_class=StrictFormRoute, include_in_schema=False)

_LINES = 100
_SAID = {"again": "It is sent again."}


@router.post("/integrations/{account_id}/webhooks")
async def add_webhook(
    course_id: str, account_id: str, request: Request, staff: Staff, url: Annotated[str, Form()] = ""
) -> Response:
    """The secret is shown in the answer itself: it stands on no page."""
    database, allowed = request.app.state.database, request.app.state.webhook_networks
    try:
        made = await webhooks.add_webhook(database, staff, course_id, account_id, url, allowed, datetime.now(UTC))
    except Unusable as error:
        complaints = {f"url-{account_id}": error.detail}
        return await run_in_threadpool(programs_page, request, staff, course_id, complaints, None, 422)
    lead = (
        "With it the receiver proves that a message comes from here, as Standard Webhooks says. Keep it where the receiver keeps "
        "its passwords; it is shown only now."
    )
    shown = LinkPage("The secret of the webhook", lead, made.secret, "", f"/dashboard/courses/{course_id}/programs")
    return page(request, shown, staff)


@router.post("/webhooks/{webhook_id}/remove")
async def remove_webhook(course_id: str, webhook_id: str, request: Request, staff: Staff) -> Response:
    await webhooks.remove_webhook(request.app.state.database, staff, course_id, webhook_id, datetime.now(UTC))
    return RedirectResponse(f"/dashboard/courses/{course_id}/programs?said=removed", 303)


@router.get("/deliveries")
def list_deliveries(
    course_id: str,
    request: Request,
    staff: Staff,
    before: Annotated[Count | None, Query()] = None,
    said: Annotated[str, Query()] = "",
) -> Response:
    course, found = webhooks.delivery_log(request.app.state.database, staff, course_id, _LINES, before)
    older = found[-1].id if len(found) == _LINES else None
    return page(request, DeliveriesPage(course, found, older, _SAID.get(said)), staff)


@router.post("/deliveries/{delivery_id}/again")
async def send_again(course_id: str, delivery_id: str, request: Request, staff: Staff) -> Response:
    if not (delivery_id.isascii() and delivery_id.isdecimal() and len(delivery_id) <= 18):
        raise NotFound("There is no such message in this course.")
    await webhooks.send_again(request.app.state.database, staff, course_id, int(delivery_id), datetime.now(UTC))
    return RedirectResponse(f"/dashboard/courses/{course_id}/deliveries?said=again", 303)
