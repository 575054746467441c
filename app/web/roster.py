"""The desk's pages about a course's learners: import a list; correct, merge, move or remove one."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal
from app.services import courses, links, roster
from app.services.refusals import NotFound, Unusable
from app.services.roster import ImportReport
from app.services.roster_file import read_list
from app.web.course_contexts import ImportPage, LinkPage, RosterMemberPage
from app.web.qr import qr_picture
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard/courses/{course_id}", route_class=StrictFormRoute, include_in_schema=False)


@router.get("/import")
def import_page(course_id: str, request: Request, staff: Staff) -> Response:
    return _import_page(request, staff, course_id, "", None, None)


@router.post("/import")
async def import_learners(course_id: str, request: Request, staff: Staff) -> Response:
    """Answers with the report, line by line; after a complaint nothing was stored, and the list can be mended."""
    form = await request.form()
    sent, pasted = form.get("file"), form.get("list")
    text = pasted if isinstance(pasted, str) else ""
    try:
        if isinstance(sent, UploadFile) and (content := await sent.read()):
            text = _decode(content)
        listed = read_list(text)
    except Unusable as error:
        return _import_page(request, staff, course_id, text, None, error.detail, 422)
    report = await roster.import_learners(request.app.state.database, staff, course_id, listed, datetime.now(UTC))
    typed = "" if report.stored else text
    return _import_page(request, staff, course_id, typed, report, None, 200 if report.stored else 422)


@router.get("/learners/{learner_id}")
def member(course_id: str, learner_id: str, request: Request, staff: Staff) -> Response:
    return _member_page(request, staff, course_id, learner_id, {})


@router.post("/learners/{learner_id}")
async def correct(
    course_id: str,
    learner_id: str,
    request: Request,
    staff: Staff,
    name: Annotated[str, Form()] = "",
    student_number: Annotated[str | None, Form()] = None,
) -> Response:
    try:
        await roster.correct(request.app.state.database, staff, course_id, learner_id, name, student_number)
    except Unusable as error:
        complaints = {error.pointer.removeprefix("/"): error.detail}
        return _member_page(request, staff, course_id, learner_id, complaints, 422)
    return _back(course_id, "saved")


@router.post("/learners/{learner_id}/remove")
async def remove(course_id: str, learner_id: str, request: Request, staff: Staff) -> Response:
    await roster.remove(request.app.state.database, staff, course_id, learner_id, datetime.now(UTC))
    return _back(course_id, "removed")


@router.post("/learners/{learner_id}/merge")
async def merge(course_id: str, learner_id: str, request: Request, staff: Staff, other: Annotated[str, Form()] = "") -> Response:
    try:
        await roster.merge(request.app.state.database, staff, course_id, learner_id, other, datetime.now(UTC))
    except Unusable as error:
        return _member_page(request, staff, course_id, learner_id, {"other": error.detail}, 422)
    return _back(course_id, "merged")


@router.post("/learners/{learner_id}/link")
async def personal_link(course_id: str, learner_id: str, request: Request, staff: Staff) -> Response:
    details = courses.course_details(request.app.state.database, staff, course_id)
    name = next((one.name for one in details.members if one.learner_id == learner_id), None)
    if name is None:
        raise NotFound("There is no such learner in this course.")
    secret = await links.personal_link(request.app.state.database, staff, learner_id, datetime.now(UTC))
    link = f"{request.base_url}sign-in/{secret}"
    lead = "For this learner alone: whoever opens it goes on as them. It works once, within a day, and is shown only now."
    back = f"/dashboard/courses/{course_id}/learners/{learner_id}"
    return page(request, LinkPage(f"A personal link for {name}", lead, link, qr_picture(link), back), staff)


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what a spreadsheet on Windows saves where it is not told otherwise
    if "\0" in text:
        raise Unusable("/file", "This is no CSV file. In the spreadsheet choose Save as, then CSV.")
    return text


def _import_page(
    request: Request,
    staff: Principal,
    course_id: str,
    typed: str,
    report: ImportReport | None,
    complaint: str | None,
    status: int = 200,
) -> Response:
    course = courses.course_details(request.app.state.database, staff, course_id).course
    return page(request, ImportPage(course, typed, report, complaint), staff, status)


def _member_page(
    request: Request, staff: Principal, course_id: str, learner_id: str, complaints: dict[str, str], status: int = 200
) -> Response:
    details = courses.course_details(request.app.state.database, staff, course_id)
    found = next((one for one in details.members if one.learner_id == learner_id), None)
    if found is None:
        raise NotFound("There is no such learner in this course.")
    others = [
        (one.learner_id, f"{one.name}, {one.student_number or 'no number'}, {one.attempts} attempts")
        for one in details.members
        if one.learner_id != learner_id
    ]
    shown = RosterMemberPage(details.course, learner_id, found.name, found.student_number, others, complaints)
    return page(request, shown, staff, status)


def _back(course_id: str, said: str) -> Response:
    return RedirectResponse(f"/dashboard/courses/{course_id}?said={said}", 303)
