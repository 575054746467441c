"""How somebody comes into a course: a learner by its code, a second instructor by a link; and a learner's own page."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal, is_instructor
from app.security.tokens import read_join_code, show_join_code
from app.services import assignment_results, joining, links
from app.services.courses import Course
from app.services.refusals import Unusable
from app.web.course_contexts import InvitationPage, JoinCodePage, JoinPage, LinkPage, MyPage
from app.web.qr import qr_picture
from app.web.rendering import page
from app.web.visitors import Visitor, signed

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)

_LONGEST_KEY = 64


@router.get("/join")
def type_code(request: Request, visitor: Visitor, code: Annotated[str | None, Query()] = None) -> Response:
    """A code that was heard or read, typed here."""
    if code is None:
        return page(request, JoinCodePage("", None), visitor)
    plain = read_join_code(code)
    if plain is None:
        complaint = "A code has eight letters and digits, such as 7K2M-9QXW."
        return page(request, JoinCodePage(code[:40], complaint), visitor, 422)
    return RedirectResponse(f"/join/{show_join_code(plain)}", 303)


@router.get("/join/{code}")
def join_page(code: str, request: Request, visitor: Visitor) -> Response:
    course = joining.find_by_code(request.app.state.database, code)
    name = "" if visitor is None or visitor.name.startswith("Learner ") else visitor.name
    return _join_page(request, visitor, course, name, "", {})


@router.post("/join/{code}")
async def join(
    code: str,
    request: Request,
    visitor: Visitor,
    name: Annotated[str, Form()] = "",
    student_number: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    if visitor is None:
        await request.app.state.throttle.registration(request)
    page_key = f"join {key}" if 0 < len(key) <= _LONGEST_KEY else None
    database = request.app.state.database
    try:
        joined = await joining.join(database, visitor, code, name, student_number, datetime.now(UTC), page_key)
    except Unusable as error:
        complaints = {error.pointer.removeprefix("/"): error.detail}
        return _join_page(request, visitor, joining.find_by_code(database, code), name, student_number, complaints, 422)
    return signed(request, RedirectResponse("/me", 303), joined.begun)


@router.get("/me")
def my_page(request: Request, visitor: Visitor) -> Response:
    """The courses a learner is in, and how to go on on another device. A stranger gets no cookie for looking."""
    joined = assignment_results.my_assignments(request.app.state.database, visitor) if visitor else []
    return page(request, MyPage(visitor is not None and visitor.role == "learner", joined), visitor)


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


@router.get("/invitation/{secret}")
def invitation_page(secret: str, request: Request, visitor: Visitor) -> Response:
    course = links.find_invitation(request.app.state.database, secret, datetime.now(UTC))
    return page(request, InvitationPage(course, secret, "", {}), visitor)


@router.post("/invitation/{secret}")
async def accept_invitation(
    secret: str,
    request: Request,
    visitor: Visitor,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    await request.app.state.throttle.sign_in(request, email)
    database = request.app.state.database
    try:
        course, begun = await links.accept_invitation(database, visitor, secret, email, password, datetime.now(UTC))
    except Unusable as error:
        course = links.find_invitation(database, secret, datetime.now(UTC))
        complaints = {error.pointer.removeprefix("/"): error.detail}
        return page(request, InvitationPage(course, secret, email, complaints), visitor, 422)
    return signed(request, RedirectResponse(f"/dashboard/courses/{course.id}", 303), begun)


def _join_page(
    request: Request,
    visitor: Principal | None,
    course: Course,
    name: str,
    student_number: str,
    complaints: dict[str, str],
    status: int = 200,
) -> Response:
    shown = JoinPage(
        course=course,
        code=show_join_code(course.join_code),
        key=secrets.token_urlsafe(18),
        name=name,
        student_number=student_number,
        complaints=complaints,
        joined=joining.is_member(request.app.state.database, course, visitor),
        teaches=visitor is not None and is_instructor(visitor),
    )
    return page(request, shown, visitor, status)
