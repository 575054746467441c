"""Signing in and out, and progress."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.cookies import clear_session, read_session, set_session
from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import is_instructor
from app.services import accounts, links
from app.services.accounts import SignedIn
from app.services.progress import practice_record
from app.services.way_in import way_in
from app.web.contexts import ProgressPage, SignInLinkPage, SignInPage, SignOutPage
from app.web.rendering import page
from app.web.skill_map import skill_map
from app.web.visitors import Visitor

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)

_DESK = "/dashboard"


@router.get("/sign-in")
def sign_in_page(request: Request, visitor: Visitor, onward: Annotated[str, Query()] = _DESK) -> Response:
    return page(request, SignInPage("", None, _own_path(onward)), visitor)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    visitor: Visitor,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    onward: Annotated[str, Form()] = _DESK,
) -> Response:
    await request.app.state.throttle.sign_in(request, email)
    signed_in = await accounts.sign_in(request.app.state.database, email, password, datetime.now(UTC))
    if signed_in is None:
        complaint = "E-mail address and password don't belong together."
        return page(request, SignInPage(email, complaint, _own_path(onward)), visitor, 422)
    return _enter(request, signed_in, _own_path(onward))


@router.get("/sign-in/{secret}")
def sign_in_link_page(secret: str, request: Request, visitor: Visitor) -> Response:
    """A page with a button: looking at a link, as mail scanners and previews do, must not use it up."""
    link = links.look_at(request.app.state.database, secret, datetime.now(UTC))
    return page(request, SignInLinkPage(secret, link), visitor)


@router.post("/sign-in/{secret}")
async def use_sign_in_link(secret: str, request: Request) -> Response:
    await request.app.state.throttle.sign_in(request, "")
    signed_in = await accounts.use_sign_in_link(request.app.state.database, secret, datetime.now(UTC))
    if signed_in is None:
        raise Problem(
            403,
            "This link no longer signs in",
            "It was used already, has expired, or a newer one was made. A learner makes one on their own page, or asks their "
            "instructor. For the first instructor the server prints a new link when it is started again; later ones are added "
            "by an invitation, or by the command: sigmoid-quiz instructor add EMAIL.",
        )
    return _enter(request, signed_in, "/me")  # where an instructor is asked for a password, and a learner finds their courses


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Visitor, anyway: Annotated[str, Form()] = "") -> Response:
    """Asks again where this session is the only way in."""
    session = read_session(request)
    if visitor is not None and is_instructor(visitor) and visitor.kind == "session" and not anyway:
        back = await run_in_threadpool(way_in, request.app.state.database, visitor)
        if not back.has_password:
            return page(request, SignOutPage(), visitor)
    if session is not None:
        await accounts.sign_out(request.app.state.database, session)
    response = RedirectResponse("/", 303)
    clear_session(response, request)
    return response


@router.get("/progress")
def progress_page(request: Request, visitor: Visitor) -> Response:
    now = datetime.now(UTC)
    record = practice_record(request.app.state.database, visitor.account_id if visitor else "", now)
    shown = skill_map(record.progress, now)
    return page(request, ProgressPage(record, shown, now), visitor)


def _enter(request: Request, signed_in: SignedIn, onward: str) -> Response:
    response = RedirectResponse(onward, 303)
    set_session(response, request, signed_in.secret, max_age=accounts.session_seconds(signed_in.principal))
    return response


def _own_path(onward: str) -> str:
    """A path of this site, so that nobody can be sent elsewhere by a link to the sign-in page."""
    safe = onward.startswith("/") and not onward.startswith(("//", "/\\")) and onward.isprintable()
    return onward if safe else _DESK
