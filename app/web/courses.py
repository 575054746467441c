"""The desk's pages about a course: make one, have learners and colleagues join it, and change it."""

from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal
from app.security.tokens import show_join_code
from app.services import assignments, audit, courses, links
from app.services.audit import Action
from app.services.refusals import Unusable
from app.web.course_contexts import AuditPage, CoursePage, CoursesPage, LinkPage, ProjectPage
from app.web.qr import qr_picture
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", route_class=StrictFormRoute, include_in_schema=False)

_LINES = 100
_COURSES = {
    "name": Column(lambda one: (one.course.name.casefold(), one.course.id)),
    "learners": Column(lambda one: one.learners, falling=True),
}
_MEMBERS = {
    "name": Column(lambda one: (one.name.casefold(), one.learner_id)),
    "number": Column(lambda one: one.student_number),
    "attempts": Column(lambda one: one.attempts, falling=True),
    "seen": Column(lambda one: one.last_seen, falling=True),
}
_SAID = {
    "saved": "Saved.",
    "code": "There is a new code. The old one, and its link, no longer work.",
    "colleague": "They teach this course too now.",
    "removed": "Removed.",
    "merged": "The two are one learner now.",
    "archived": "The course is put away. Nobody can join it any more; all that was done in it stays.",
    "unarchived": "The course is back.",
    "erased": "The learner is erased. How their answers came out still counts, as nobody's.",
}


@router.get("/courses")
def list_courses(request: Request, staff: Staff, sort: Sort = "") -> Response:
    return _courses_page(request, staff, {}, None, sort=sort)


@router.post("/courses")
async def create_course(
    request: Request,
    staff: Staff,
    name: Annotated[str, Form()] = "",
    time_zone: Annotated[str, Form()] = "UTC",
    asks_student_number: Annotated[bool, Form()] = False,
) -> Response:
    database = request.app.state.database
    try:
        made = await courses.create_course(database, staff, name, asks_student_number, time_zone, datetime.now(UTC))
    except Unusable as error:
        return _courses_page(request, staff, {"name": name, "time_zone": time_zone}, error.detail, 422)
    return RedirectResponse(f"/dashboard/courses/{made.id}", 303)


@router.get("/courses/{course_id}")
def show_course(course_id: str, request: Request, staff: Staff, said: Annotated[str, Query()] = "", sort: Sort = "") -> Response:
    return _course_page(request, staff, course_id, {}, _SAID.get(said), sort=sort)


@router.post("/courses/{course_id}")
async def change_course(
    course_id: str,
    request: Request,
    staff: Staff,
    name: Annotated[str, Form()] = "",
    time_zone: Annotated[str, Form()] = "UTC",
    asks_student_number: Annotated[bool, Form()] = False,
) -> Response:
    database = request.app.state.database
    try:
        await courses.change_course(database, staff, course_id, name, asks_student_number, time_zone)
    except Unusable as error:
        return _course_page(request, staff, course_id, _complaint(error), None, 422)
    return _back(course_id, "saved")


@router.post("/courses/{course_id}/archive")
async def archive_course(course_id: str, request: Request, staff: Staff, archived: Annotated[bool, Form()] = False) -> Response:
    await courses.archive_course(request.app.state.database, staff, course_id, archived, datetime.now(UTC))
    return _back(course_id, "archived" if archived else "unarchived")


@router.post("/courses/{course_id}/delete")
async def delete_course(course_id: str, request: Request, staff: Staff) -> Response:
    await courses.delete_course(request.app.state.database, staff, course_id, datetime.now(UTC))
    return RedirectResponse("/dashboard/courses", 303)


@router.get("/courses/{course_id}/project")
def project(course_id: str, request: Request, staff: Staff) -> Response:
    """How to join, large enough for a lecture hall."""
    course = courses.course_details(request.app.state.database, staff, course_id).course
    link = _join_link(request, course.join_code)
    return page(request, ProjectPage(course, show_join_code(course.join_code), link, qr_picture(link)), staff)


@router.post("/courses/{course_id}/code")
async def renew_code(course_id: str, request: Request, staff: Staff) -> Response:
    await courses.renew_code(request.app.state.database, staff, course_id)
    return _back(course_id, "code")


@router.post("/courses/{course_id}/staff")
async def add_colleague(course_id: str, request: Request, staff: Staff, email: Annotated[str, Form()] = "") -> Response:
    try:
        await courses.add_colleague(request.app.state.database, staff, course_id, email, datetime.now(UTC))
    except Unusable as error:
        return _course_page(request, staff, course_id, _complaint(error), None, 422)
    return _back(course_id, "colleague")


@router.post("/courses/{course_id}/staff/{account_id}/remove")
async def remove_staff(course_id: str, account_id: str, request: Request, staff: Staff) -> Response:
    try:
        await courses.remove_staff(request.app.state.database, staff, course_id, account_id, datetime.now(UTC))
    except Unusable as error:
        return _course_page(request, staff, course_id, _complaint(error), None, 422)
    return RedirectResponse("/dashboard/courses", 303) if account_id == staff.account_id else _back(course_id, "removed")


@router.post("/courses/{course_id}/invitation")
async def invite(course_id: str, request: Request, staff: Staff) -> Response:
    """The link is shown in the answer itself: it stands nowhere else."""
    secret = await links.invite(request.app.state.database, staff, course_id, datetime.now(UTC))
    link = f"{request.base_url}invitation/{secret}"
    lead = "Send it to the one who is to teach this course too. It works once, within seven days, and is shown only now."
    shown = LinkPage("An invitation to teach", lead, link, qr_picture(link), f"/dashboard/courses/{course_id}")
    return page(request, shown, staff)


@router.get("/audit")
def audit_trail(
    request: Request,
    staff: Staff,
    before: Annotated[Count | None, Query()] = None,
    action: Annotated[Action | Literal[""], Query()] = "",
) -> Response:
    lines = audit.read_trail(request.app.state.database, staff, _LINES, before, action or None)
    older = lines[-1].id if len(lines) == _LINES else None
    return page(request, AuditPage(lines, older, action, get_args(Action)), staff)


def _courses_page(
    request: Request, staff: Principal, typed: dict[str, str], complaint: str | None, status: int = 200, sort: str = ""
) -> Response:
    taught, order = in_order(courses.all_courses(request.app.state.database, staff), _COURSES, sort, request, "name")
    away = [one for one in taught if one.course.archived_at is not None]
    taught = [one for one in taught if one.course.archived_at is None]
    return page(request, CoursesPage(taught, away, order, _zones(), typed, complaint), staff, status)


def _course_page(
    request: Request,
    staff: Principal,
    course_id: str,
    complaints: dict[str, str],
    said: str | None,
    status: int = 200,
    sort: str = "",
) -> Response:
    details = courses.course_details(request.app.state.database, staff, course_id)
    code = details.course.join_code
    found = assignments.assignments_of_course(request.app.state.database, staff, course_id)
    members, order = in_order(details.members, _MEMBERS, sort, request, "name")
    shown = CoursePage(
        details, members, order, found, show_join_code(code), _join_link(request, code), _zones(), complaints, said
    )
    return page(request, shown, staff, status)


def _zones() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in courses.time_zones())]


def _join_link(request: Request, code: str) -> str:
    return f"{request.base_url}join/{show_join_code(code)}"


def _back(course_id: str, said: str) -> Response:
    return RedirectResponse(f"/dashboard/courses/{course_id}?said={said}", 303)


def _complaint(error: Unusable) -> dict[str, str]:
    return {error.pointer.removeprefix("/"): error.detail}
