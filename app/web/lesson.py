"""The lesson, and what it shares with every question: walks through the worked way, and checking one's own σ′."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.strict_form import StrictFormRoute
from app.engine.misconceptions import Misconception
from app.engine.question_id import lesson_id
from app.engine.questions import Question, build
from app.engine.skills import SKILLS
from app.security.principals import Principal
from app.services import gradient_check, questions, solutions
from app.services.refusals import Unusable
from app.web.chapters import SECTIONS, fading, lesson_numbers
from app.web.contexts import CheckPage, LessonPage, WalkPage
from app.web.curve import sigmoid_curve
from app.web.drills import Drill, drilled, onward
from app.web.network_picture import network_picture
from app.web.rendering import page
from app.web.sheet import blank_sheet
from app.web.slope_check import SlopeForm, outcome, places
from app.web.visitors import Visitor, signed
from app.web.walk import walk

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)


@router.get("/lesson")
def show_lesson(request: Request, visitor: Visitor) -> Response:
    """The whole lesson; with a z, a slope and an ε in its address, they are checked in their section. Nothing is kept."""
    typed = {name: request.query_params[name] for name in ("z", "slope", "epsilon") if name in request.query_params}
    form = SlopeForm()
    if typed:
        try:
            compared = gradient_check.compare(typed.get("z", ""), typed.get("slope", ""), typed.get("epsilon", ""))
            form = SlopeForm(typed, outcome=outcome(compared))
        except Unusable as error:
            form = SlopeForm(typed, {error.pointer.removeprefix("/"): error.detail})
    numbers = lesson_numbers()
    curve = sigmoid_curve(build(lesson_id("comprehension")), with_slopes=True)
    shown = LessonPage(SECTIONS, frozenset(SKILLS), numbers, curve, network_picture(numbers), fading(), form)
    return page(request, shown, visitor, 422 if form.complaints else 200)


@router.get("/q/{question_id}/walk")
def show_walk(
    question_id: str, request: Request, visitor: Visitor, drill: Drill, step: Annotated[Count, Query()] = 0
) -> Response:
    """One step of the worked way, for whoever may see it; for the rest, what asking for it costs."""
    question = questions.find_question(question_id)
    is_open = solutions.solution_is_open(request.app.state.database, visitor, question)
    shown = walk(question, step) if is_open else None
    return page(request, WalkPage(blank_sheet(question), shown, str(lesson_id(question.skill.id)), drill), visitor)


@router.post("/q/{question_id}/walk")
async def ask_for_walk(question_id: str, request: Request, visitor: Visitor) -> Response:
    """A walk is the solution, step by step: asking for it is noted in the same way, unless it is open already."""
    database, form = request.app.state.database, await request.form()
    question = questions.find_question(question_id)
    to_the_walk = RedirectResponse(f"/q/{question_id}/walk{onward(form)}", 303)
    if await run_in_threadpool(solutions.solution_is_open, database, visitor, question):
        return to_the_walk
    if visitor is None:
        await request.app.state.throttle.registration(request)
    _, begun = await solutions.show_solution(database, visitor, question_id, datetime.now(UTC))
    return signed(request, to_the_walk, begun)


@router.get("/q/{question_id}/check")
async def show_check(question_id: str, request: Request, visitor: Visitor, drill: Drill) -> Response:
    """The check of one's own σ′ at the question's z; a question without z leads to the one in the lesson."""
    question = questions.find_question(question_id)
    if not gradient_check.applies(question):
        return RedirectResponse("/lesson#check", 303)
    taken = (await solutions.what_was_told(request.app.state.database, visitor, str(question.id))).hint
    return _check_page(request, visitor, question, SlopeForm(places=places(question)), taken, drill)


@router.post("/q/{question_id}/check")
async def check_slope(question_id: str, request: Request, visitor: Visitor) -> Response:
    """Compares, after noting a hint where it is one. What cannot be read is no hint."""
    question = questions.find_question(question_id)
    if not gradient_check.applies(question):
        return RedirectResponse("/lesson#check", 303)
    database, form = request.app.state.database, await request.form()
    typed = {name: value for name in ("entry", "slope", "epsilon") if isinstance(value := form.get(name, ""), str)}
    entry, slope, epsilon = (typed.get(name, "") for name in ("entry", "slope", "epsilon"))
    if visitor is None and gradient_check.tells_answer(question):
        await request.app.state.throttle.registration(request)
    try:
        compared, begun = await gradient_check.check(database, visitor, question, entry, slope, epsilon, datetime.now(UTC))
    except Unusable as error:
        refused = SlopeForm(typed, {error.pointer.removeprefix("/"): error.detail}, places(question))
        taken = (await solutions.what_was_told(database, visitor, str(question.id))).hint
        return _check_page(request, visitor, question, refused, taken, drilled(form.get("drill")), 422)
    principal = begun.principal if begun else visitor
    shown = SlopeForm(typed, {}, places(question), outcome(compared))
    return signed(request, _check_page(request, principal, question, shown, True, drilled(form.get("drill"))), begun)


def _check_page(
    request: Request,
    visitor: Principal | None,
    question: Question,
    form: SlopeForm,
    taken: bool,
    drill: Misconception | None,
    status: int = 200,
) -> Response:
    sheet = blank_sheet(question)
    sheet.hint_taken = sheet.check_costs and taken
    return page(request, CheckPage(sheet, form, drill), visitor, status)
