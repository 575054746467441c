"""How somebody comes into a course: a learner by its code, a second instructor by a link."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal, is_instructor
from app.security.tokens import read_join_code, show_join_code
from app.services import joining, links
from app.services.courses import Course
from app.services.refusals import Unusable
from app.web.course_contexts import InvitationPage, JoinCodePage, JoinPage
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
