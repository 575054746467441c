"""One's own page: the name that others see, courses, and how to come back: another device, or a password."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal, is_instructor
from app.services import accounts, assignment_results, links
from app.services import way_in as ways_in
from app.services.refusals import Unusable
from app.web.course_contexts import LinkPage, MyPage
from app.web.qr import qr_picture
from app.web.rendering import page
from app.web.visitors import Visitor

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)


@router.get("/me")
def my_page(request: Request, visitor: Visitor) -> Response:
    """A stranger gets no cookie for looking."""
    return _my_page(request, visitor, {}, {})


@router.post("/me/name")
async def change_name(request: Request, visitor: Visitor, name: Annotated[str, Form()] = "") -> Response:
    if visitor is None:
        raise Problem(403, "Nobody to name yet", "Answer a question first; then there is something to put a name to.")
    try:
        await accounts.rename(request.app.state.database, visitor, name)
    except Unusable as error:
        return await run_in_threadpool(_my_page, request, visitor, {"name": name[:80]}, {"name": error.detail}, 422)
    return RedirectResponse("/me", 303)


@router.post("/me/password")
async def give_password(
    request: Request, visitor: Visitor, email: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """For an instructor without one. Nothing that was typed as a password is ever sent back."""
    if visitor is None:
        raise Problem(403, "Not signed in", "Sign in as an instructor first.")
    await request.app.state.throttle.sign_in(request, email)
    try:
        await ways_in.give_password(request.app.state.database, visitor, email, password, datetime.now(UTC))
    except Unusable as error:
        complaints = {error.pointer.removeprefix("/"): error.detail}
        return await run_in_threadpool(_my_page, request, visitor, {"email": email[:254]}, complaints, 422)
    return RedirectResponse("/me", 303)


@router.post("/me/link")
async def my_link(request: Request, visitor: Visitor) -> Response:
    """The link is shown in the answer itself: it stands nowhere else."""
    if visitor is None:
        raise Problem(
            403, "Nobody to move yet", "Answer a question or join a course first; then there is something to take along."
        )
    secret = await links.personal_link(request.app.state.database, visitor, visitor.account_id, datetime.now(UTC))
    link = f"{request.base_url}sign-in/{secret}"
    lead = "Open it on the other device, or point its camera here. It works once, within a day. Show it to nobody: it is you."
    return page(request, LinkPage("Go on on another device", lead, link, qr_picture(link), "/me"), visitor)


def _my_page(
    request: Request, visitor: Principal | None, typed: dict[str, str], complaints: dict[str, str], status: int = 200
) -> Response:
    database = request.app.state.database
    joined = assignment_results.my_assignments(database, visitor) if visitor else []
    way_in = ways_in.way_in(database, visitor) if visitor and is_instructor(visitor) else None
    learner = visitor is not None and visitor.role == "learner"
    return page(request, MyPage(learner, joined, way_in, typed, complaints), visitor, status)
