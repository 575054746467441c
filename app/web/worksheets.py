"""The desk's pages about paper: choose a worksheet, print it, print its answer sheet.

For instructors alone, without a class too: an answer sheet shows keys, and a learner who opened one would leave no note of it, so
that a first try would count which is none. No worksheet is stored: its address is the worksheet. Taking one with the names of a
course is written into the audit trail, so its address opens a page with buttons that POST.
"""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.strict_form import StrictFormRoute
from app.engine.skills import LEVELS
from app.security.principals import Principal
from app.services import courses, worksheets
from app.services.question_sets import QuestionSet, read_set
from app.services.refusals import Unusable
from app.services.worksheets import MOST_ON_A_COPY, MOST_ON_PAPER, PaperKind, Worksheet
from app.web.paper import TITLE, marked_copies, printed_copies
from app.web.paper_contexts import AnswersPaper, Frame, WorksheetPaper
from app.web.paper_styles import linked_styles
from app.web.rendering import page, streamed
from app.web.set_contexts import CourseWorksheetPage, WorksheetsPage
from app.web.set_form import read_set_form, skills_to_choose
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", route_class=StrictFormRoute, include_in_schema=False)

_LONGEST_TITLE = 80
_Title = Annotated[str, Query(max_length=_LONGEST_TITLE)]


@router.get("/worksheets")
def show_worksheets(request: Request, staff: Staff, course: Annotated[str, Query()] = "") -> Response:
    return _page(request, staff, {"course": course, "each": "course"} if course else {}, {})


@router.get("/worksheets/choose")
def choose_worksheet(request: Request, staff: Staff) -> Response:
    """From what was typed to the address of the worksheet."""
    sent = dict(request.query_params)
    try:
        chosen = read_set_form(sent, MOST_ON_A_COPY)
        copies, course = _for_whom(sent)
        _planned(request, staff, chosen, copies, course)
    except Unusable as error:
        return _page(request, staff, sent, {error.pointer.removeprefix("/"): error.detail}, 422)
    title = " ".join(sent.get("title", "").split())[:_LONGEST_TITLE]
    found = {"items": chosen.spelled, "seed": chosen.seed, "copies": copies, "course": course, "title": title or None}
    query = urlencode({name: value for name, value in found.items() if value is not None}, safe=":,")
    return RedirectResponse(f"/dashboard/worksheets/print?{query}", 303)


@router.get("/worksheets/{kind}")
def print_worksheet(
    kind: PaperKind,
    request: Request,
    staff: Staff,
    items: Annotated[str, Query()] = "",
    seed: Annotated[Count, Query()] = 0,
    copies: Annotated[Count | None, Query()] = None,
    course: Annotated[str | None, Query()] = None,
    title: _Title = TITLE,
) -> Response:
    """The sheets to write on, or the answer sheet; for a course, the page from which they are taken."""
    chosen = read_set(items, seed, MOST_ON_A_COPY)
    planned = _planned(request, staff, chosen, copies, course)
    frame = _frame(request, planned, title, course)
    if planned.course is not None:
        return page(request, CourseWorksheetPage(kind, planned.course, frame), staff)
    return _sent(request, kind, planned, frame)


@router.post("/worksheets/{kind}")
async def take_course_worksheet(
    kind: PaperKind,
    request: Request,
    staff: Staff,
    course: Annotated[str, Query()],
    items: Annotated[str, Query()] = "",
    seed: Annotated[Count, Query()] = 0,
    title: _Title = TITLE,
) -> Response:
    """The same with the names of a course, once that is written down."""
    database = request.app.state.database
    chosen = read_set(items, seed, MOST_ON_A_COPY)
    planned = await run_in_threadpool(worksheets.course_worksheet, database, staff, chosen, course)
    await worksheets.note_names(database, staff, planned, (kind,), datetime.now(UTC))
    return _sent(request, kind, planned, _frame(request, planned, title, course))


def _sent(request: Request, kind: PaperKind, planned: Worksheet, frame: Frame) -> Response:
    """The paper, sent as it is made."""
    base = str(request.base_url)
    if kind == "print":
        return streamed(WorksheetPaper(frame, printed_copies(planned, base)))
    return streamed(AnswersPaper(frame, marked_copies(planned, base)))


def _planned(request: Request, staff: Principal, chosen: QuestionSet, copies: int | None, course: str | None) -> Worksheet:
    if course is None:
        return worksheets.numbered_worksheet(chosen, copies)
    return worksheets.course_worksheet(request.app.state.database, staff, chosen, course)


def _frame(request: Request, planned: Worksheet, title: str, course: str | None) -> Frame:
    back = "/dashboard/worksheets" if course is None else f"/dashboard/worksheets?{urlencode({'course': course})}"
    sheets, answers = (f"/dashboard/worksheets/{kind}?{request.url.query}" for kind in ("print", "answers"))
    return Frame(title, linked_styles(), planned.questions, len(planned.copies), sheets, answers, back)


def _for_whom(sent: dict[str, str]) -> tuple[int | None, str | None]:
    """How many numbered copies, or for the learners of which course; neither for one that all get."""
    each = sent.get("each", "one")
    if each == "course":
        if not sent.get("course"):
            raise Unusable("/course", "Choose a course.")
        return None, sent["course"]
    if each == "numbered":
        copies = sent.get("copies", "").strip()
        if not copies.isascii() or not copies.isdigit() or len(copies) > len(str(MOST_ON_PAPER)):
            raise Unusable("/copies", "How many copies is a whole number.")
        return int(copies), None
    return None, None


def _page(request: Request, staff: Principal, typed: dict[str, str], complaints: dict[str, str], status: int = 200) -> Response:
    taught = [(one.course.id, one.course.name) for one in courses.courses_taught(request.app.state.database, staff)]
    shown = WorksheetsPage(skills_to_choose(), LEVELS, taught, typed, complaints, TITLE)
    return page(request, shown, staff, status)
