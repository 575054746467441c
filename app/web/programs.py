"""The desk's page about the programs connected to a course: connect one, and make and revoke its tokens."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal
from app.services import integrations, webhooks
from app.services.integrations import Made
from app.services.refusals import Unusable
from app.web.course_contexts import LinkPage, ProgramsPage
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard/courses/{course_id}", route_class=StrictFormRoute, include_in_schema=False)

_SAID = {
    "revoked": "Revoked. The token stopped working at once.",
    "removed": "Removed. Nothing more is sent there.",
}


@router.get("/programs")
def list_programs(course_id: str, request: Request, staff: Staff, said: Annotated[str, Query()] = "") -> Response:
    return programs_page(request, staff, course_id, {}, _SAID.get(said))


@router.post("/integrations")
async def add_integration(
    course_id: str,
    request: Request,
    staff: Staff,
    name: Annotated[str, Form()] = "",
    may_submit: Annotated[bool, Form()] = False,
) -> Response:
    database = request.app.state.database
    try:
        made = await integrations.add_integration(database, staff, course_id, name, may_submit, datetime.now(UTC))
    except Unusable as error:
        return await run_in_threadpool(programs_page, request, staff, course_id, {"": error.detail}, None, 422)
    return _token_page(request, staff, course_id, made)


@router.post("/integrations/{account_id}/tokens")
async def add_token(
    course_id: str,
    account_id: str,
    request: Request,
    staff: Staff,
    name: Annotated[str, Form()] = "",
    may_submit: Annotated[bool, Form()] = False,
) -> Response:
    database = request.app.state.database
    try:
        made = await integrations.add_token(database, staff, course_id, account_id, name, may_submit, datetime.now(UTC))
    except Unusable as error:
        return await run_in_threadpool(programs_page, request, staff, course_id, {account_id: error.detail}, None, 422)
    return _token_page(request, staff, course_id, made)


@router.post("/integrations/{account_id}/tokens/{token_id}/revoke")
async def revoke_token(course_id: str, account_id: str, token_id: str, request: Request, staff: Staff) -> Response:
    await integrations.revoke_token(request.app.state.database, staff, course_id, account_id, token_id, datetime.now(UTC))
    return RedirectResponse(f"/dashboard/courses/{course_id}/programs?said=revoked", 303)


def _token_page(request: Request, staff: Principal, course_id: str, made: Made) -> Response:
    """The token is shown in the answer itself: it stands nowhere else."""
    what = "reads this course’s records"
    if made.token.may_submit:
        what += " and may hand in answers for its learners"
    lead = f"A program that sends it as a bearer token {what}, nothing else. It is shown only now."
    shown = LinkPage(f"A token for {made.token.name}", lead, made.secret, "", f"/dashboard/courses/{course_id}/programs")
    return page(request, shown, staff)


def programs_page(
    request: Request, staff: Principal, course_id: str, complaints: dict[str, str], said: str | None, status: int = 200
) -> Response:
    """complaints: of the form of the program with this id, "url-" and it for its webhook's, "" for that of a new one."""
    database = request.app.state.database
    course, programs = integrations.integrations_of(database, staff, course_id)
    told = webhooks.webhooks_of(database, staff, course_id)
    return page(request, ProgramsPage(course, programs, told, complaints, said), staff, status)
