"""The desk's pages of an assignment: set one, see how the course does, give one learner more time, see what they saw."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.edge.strict_form import StrictFormRoute
from app.engine.skills import SKILLS
from app.security.principals import Principal
from app.services import assignment_results, assignments, clock, courses, sitting_views
from app.services.assignment_results import LearnerResult
from app.services.assignment_times import local_input, read_local
from app.services.assignments import Assignment, Extension, ItemPlan, Moment, Plan
from app.services.refusals import Unusable
from app.web.assignment_contexts import AssignmentPage, NewAssignmentPage, QuestionsPage, SawPage
from app.web.assignment_sheets import item_sheets
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", route_class=StrictFormRoute, include_in_schema=False)

_ROWS = 8
_SAID = {"saved": "Saved.", "extended": "The extension is granted.", "withdrawn": "The extension was taken back."}


@router.get("/courses/{course_id}/assignments/new")
def new_assignment(course_id: str, request: Request, staff: Staff, like: Annotated[str | None, Query()] = None) -> Response:
    """Filled in so that a practice is set in a minute: open now, closing in a week. like: another assignment, to set it again."""
    course = courses.course_details(request.app.state.database, staff, course_id).course
    now = datetime.now(ZoneInfo(course.time_zone)).replace(second=0, microsecond=0)
    week = (now + timedelta(days=7)).replace(hour=23, minute=59)
    typed = {
        "opens_at": local_input(now, course.time_zone),
        "closes_at": local_input(week, course.time_zone),
        "skill-0": "delta",
        "grace": "2",
    }
    if like is not None:
        typed |= _typed_again(assignments.find_assignment(request.app.state.database, staff, like)[0])
    return _new_page(request, staff, course_id, typed, {})


@router.post("/courses/{course_id}/assignments")
async def create_assignment(course_id: str, request: Request, staff: Staff) -> Response:
    form = await request.form()
    database = request.app.state.database
    course = courses.course_details(database, staff, course_id).course
    try:
        fresh = _text(form, "fresh_questions") == "true"
        plan = Plan(**_read_settings(form, course.time_zone), items=_read_items(form), fresh_questions=fresh)
        made = await assignments.create_assignment(database, staff, course_id, plan, datetime.now(UTC))
    except Unusable as error:
        return _new_page(request, staff, course_id, _typed(form), _complaint(error), 422)
    return RedirectResponse(f"/dashboard/assignments/{made.id}", 303)


@router.get("/assignments/{assignment_id}")
async def show_assignment(
    assignment_id: str, request: Request, staff: Staff, said: Annotated[str, Query()] = "", sort: Sort = ""
) -> Response:
    await clock.advance(request.app.state.database, datetime.now(UTC), assignment_id)
    return _assignment_page(request, staff, assignment_id, None, {}, _SAID.get(said), sort=sort)


@router.post("/assignments/{assignment_id}")
async def change_assignment(assignment_id: str, request: Request, staff: Staff) -> Response:
    form = await request.form()
    database = request.app.state.database
    _, course = assignments.find_assignment(database, staff, assignment_id)
    try:
        changes = _read_settings(form, course.time_zone)
        await assignments.change_assignment(database, staff, assignment_id, datetime.now(UTC), **changes)
    except Unusable as error:
        return _assignment_page(request, staff, assignment_id, _typed(form), _complaint(error), None, 422)
    return RedirectResponse(f"/dashboard/assignments/{assignment_id}?said=saved", 303)


@router.get("/assignments/{assignment_id}/questions")
def ask_for_questions(assignment_id: str, request: Request, staff: Staff) -> Response:
    old, _ = assignments.find_assignment(request.app.state.database, staff, assignment_id)
    return _questions_page(request, staff, assignment_id, _typed_again(old), {})


@router.post("/assignments/{assignment_id}/questions")
async def change_questions(assignment_id: str, request: Request, staff: Staff) -> Response:
    form = await request.form()
    try:
        changes: dict[str, Any] = {"items": _read_items(form), "fresh_questions": _text(form, "fresh_questions") == "true"}
        await assignments.change_assignment(request.app.state.database, staff, assignment_id, datetime.now(UTC), **changes)
    except Unusable as error:
        return _questions_page(request, staff, assignment_id, _typed(form), _complaint(error), 422)
    return RedirectResponse(f"/dashboard/assignments/{assignment_id}?said=saved", 303)


@router.post("/assignments/{assignment_id}/delete")
async def delete_assignment(assignment_id: str, request: Request, staff: Staff) -> Response:
    database = request.app.state.database
    _, course = assignments.find_assignment(database, staff, assignment_id)
    await assignments.delete_assignment(database, staff, assignment_id)
    return RedirectResponse(f"/dashboard/courses/{course.id}", 303)


@router.get("/assignments/{assignment_id}/preview")
def preview(assignment_id: str, request: Request, staff: Staff) -> Response:
    view = sitting_views.preview(request.app.state.database, staff, assignment_id)
    return page(request, SawPage(view, item_sheets(view, together=True), None, "", 0, {}), staff)


@router.get("/assignments/{assignment_id}/learners/{learner_id}")
async def what_they_saw(assignment_id: str, learner_id: str, request: Request, staff: Staff) -> Response:
    await clock.advance(request.app.state.database, datetime.now(UTC), assignment_id, learner_id)
    return _saw_page(request, staff, assignment_id, learner_id, {})


@router.post("/assignments/{assignment_id}/learners/{learner_id}/extension")
async def extend(
    assignment_id: str,
    learner_id: str,
    request: Request,
    staff: Staff,
    closes_at: Annotated[str, Form()] = "",
    extra_minutes: Annotated[str, Form()] = "",
) -> Response:
    """Nothing in either box takes the extension back."""
    database = request.app.state.database
    _, course = assignments.find_assignment(database, staff, assignment_id)
    try:
        until = read_local(closes_at, course.time_zone, "closes_at", closing=True) if closes_at.strip() else None
        minutes = _read_count(extra_minutes or "0", "extra_minutes")
        extension = Extension(until, minutes) if until or minutes else None
        await assignments.extend(database, staff, assignment_id, learner_id, extension, datetime.now(UTC))
    except Unusable as error:
        return _saw_page(request, staff, assignment_id, learner_id, _complaint(error), 422)
    said = "extended" if extension else "withdrawn"
    return RedirectResponse(f"/dashboard/assignments/{assignment_id}?said={said}", 303)


def _typed_again(old: Assignment) -> dict[str, str]:
    """An assignment as its form was filled in, but for its times."""
    typed = {name: str(getattr(old, name)) for name in ("title", "grace", "show_marks", "show_hints", "show_solution")}
    typed["time_limit"] = "" if old.time_limit is None else str(old.time_limit)
    typed["fresh_questions"] = "true" if old.fresh_questions else ""
    for item in old.items:
        for name in ("skill", "level", "format", "points", "tries"):
            typed[f"{name}-{item.position}"] = str(getattr(item, name))
    return typed


def _new_page(
    request: Request, staff: Principal, course_id: str, typed: dict[str, str], complaints: dict[str, str], status: int = 200
) -> Response:
    course = courses.course_details(request.app.state.database, staff, course_id).course
    return page(request, NewAssignmentPage(course, typed, _rows(typed), _skills(), complaints), staff, status)


def _questions_page(
    request: Request, staff: Principal, assignment_id: str, typed: dict[str, str], complaints: dict[str, str], status: int = 200
) -> Response:
    old, course = assignments.find_assignment(request.app.state.database, staff, assignment_id)
    return page(request, QuestionsPage(old, course, typed, _rows(typed), _skills(), complaints), staff, status)


def _skills() -> list[tuple[str, str]]:
    return [(skill.id, skill.title) for skill in SKILLS.values()]


def _rows(typed: dict[str, str]) -> int:
    """For how many questions there is place: a few more than there are."""
    return max(_ROWS, *(k + 1 for k in range(assignments.MOST_ITEMS) if typed.get(f"skill-{k}")), 0)


def _assignment_page(
    request: Request,
    staff: Principal,
    assignment_id: str,
    typed: dict[str, str] | None,
    complaints: dict[str, str],
    said: str | None,
    status: int = 200,
    sort: str = "",
) -> Response:
    results = assignment_results.read_results(request.app.state.database, staff, assignment_id)
    if typed is None:
        kept, zone = results.assignment, results.course.time_zone
        times = {"opens_at": local_input(kept.opens_at, zone), "closes_at": local_input(kept.closes_at, zone)}
        typed = {**_typed_again(kept), **times}
    learners, order = in_order(results.learners, _columns(len(results.assignment.items)), sort, request, "name")
    return page(request, AssignmentPage(results, learners, order, typed, complaints, said), staff, status)


def _columns(items: int) -> dict[str, Column]:
    """By which the table of learners can be sorted; each question by its number."""
    columns = {
        "name": Column(lambda one: (one.name.casefold(), one.learner_id)),
        "state": Column(lambda one: (one.begun_at is not None) + (one.finished_at is not None)),
        "points": Column(lambda one: one.points if one.begun_at else None),
    }
    return columns | {str(k + 1): Column(partial(_score, k)) for k in range(items)}


def _score(k: int, one: LearnerResult) -> float | None:
    return one.scores[k]


def _saw_page(
    request: Request, staff: Principal, assignment_id: str, learner_id: str, complaints: dict[str, str], status: int = 200
) -> Response:
    database = request.app.state.database
    view = sitting_views.their_sitting(database, staff, assignment_id, learner_id, datetime.now(UTC))
    given = view.extension
    until = local_input(given.closes_at, view.course.time_zone) if given and given.closes_at else ""
    shown = SawPage(view, item_sheets(view, together=True), learner_id, until, given.extra_minutes if given else 0, complaints)
    return page(request, shown, staff, status)


def _read_settings(form: FormData, time_zone: str) -> dict[str, Any]:
    limit = _text(form, "time_limit")
    return {
        "title": _text(form, "title"),
        "opens_at": read_local(_text(form, "opens_at"), time_zone, "opens_at", closing=False),
        "closes_at": read_local(_text(form, "closes_at"), time_zone, "closes_at", closing=True),
        "time_limit": _read_count(limit, "time_limit") if limit else None,
        "grace": _read_count(_text(form, "grace") or "0", "grace"),
        "show_marks": cast(Moment, _text(form, "show_marks") or "at-once"),
        "show_hints": cast(Moment, _text(form, "show_hints") or "after-closing"),
        "show_solution": cast(Moment, _text(form, "show_solution") or "after-closing"),
    }


def _read_items(form: FormData) -> list[ItemPlan]:
    return [_read_item(form, k) for k in range(assignments.MOST_ITEMS) if _text(form, f"skill-{k}")]


def _typed(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _read_item(form: FormData, row: int) -> ItemPlan:
    numbers = {name: _read_count(_text(form, f"{name}-{row}") or "1", "items") for name in ("level", "points", "tries")}
    return ItemPlan(_text(form, f"skill-{row}"), format=_text(form, f"format-{row}") or "numeric", **numbers)


def _read_count(typed: str, field: str) -> int:
    if not (typed.isascii() and typed.strip().isdecimal() and len(typed) <= 6):
        raise Unusable(f"/{field}", "This must be a whole number, written in digits.")
    return int(typed)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _complaint(error: Unusable) -> dict[str, str]:
    """By the name of its field; anything about a question stands above them all."""
    return {error.pointer.split("/")[1]: error.detail}
