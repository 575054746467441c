"""The lesson, and what it shares with every question: walks through the worked way, and checking one's own σ′."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.strict_form import StrictFormRoute
from app.engine.question_id import lesson_id
from app.engine.questions import Question, build
from app.engine.skills import SKILLS
from app.security.principals import Principal
from app.services import gradient_check, questions, solutions
from app.services.refusals import Unusable
from app.web.chapters import SECTIONS, fading, lesson_numbers
from app.web.contexts import CheckPage, LessonPage, WalkPage
from app.web.curve import sigmoid_curve
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
def show_walk(question_id: str, request: Request, visitor: Visitor, step: Annotated[Count, Query()] = 0) -> Response:
    """One step of the worked way, for whoever may see it; for the rest, what asking for it costs."""
    question = questions.find_question(question_id)
    is_open = solutions.solution_is_open(request.app.state.database, visitor, question)
    shown = walk(question, step) if is_open else None
    return page(request, WalkPage(blank_sheet(question), shown, question.id.seed is None), visitor)


@router.post("/q/{question_id}/walk")
async def ask_for_walk(question_id: str, request: Request, visitor: Visitor) -> Response:
    """A walk is the solution, step by step: asking for it is noted in the same way."""
    if visitor is None:
        await request.app.state.throttle.registration(request)
    _, begun = await solutions.show_solution(request.app.state.database, visitor, question_id, datetime.now(UTC))
    return signed(request, RedirectResponse(f"/q/{question_id}/walk", 303), begun)


@router.get("/q/{question_id}/check")
def show_check(question_id: str, request: Request, visitor: Visitor) -> Response:
    """The check of one's own σ′ at the question's z; a question without z leads to the one in the lesson."""
    question = questions.find_question(question_id)
    if not gradient_check.applies(question):
        return RedirectResponse("/lesson#check", 303)
    return _check_page(request, visitor, question, SlopeForm(places=places(question)))


@router.post("/q/{question_id}/check")
async def check_slope(question_id: str, request: Request, visitor: Visitor) -> Response:
    """Compares, after noting a hint where it is one. What cannot be read is no hint."""
    question = questions.find_question(question_id)
    if not gradient_check.applies(question):
        return RedirectResponse("/lesson#check", 303)
    form = await request.form()
    typed = {name: value for name in ("entry", "slope", "epsilon") if isinstance(value := form.get(name, ""), str)}
    if visitor is None and gradient_check.tells_answer(question):
        await request.app.state.throttle.registration(request)
    try:
        compared, begun = await gradient_check.check(
            request.app.state.database,
            visitor,
            question,
            typed.get("entry", ""),
            typed.get("slope", ""),
            typed.get("epsilon", ""),
            datetime.now(UTC),
        )
    except Unusable as error:
        complaints = {error.pointer.removeprefix("/"): error.detail}
        return _check_page(request, visitor, question, SlopeForm(typed, complaints, places(question)), 422)
    shown = SlopeForm(typed, {}, places(question), outcome(compared))
    principal = begun.principal if begun else visitor
    return signed(request, _check_page(request, principal, question, shown), begun)


def _check_page(request: Request, visitor: Principal | None, question: Question, form: SlopeForm, status: int = 200) -> Response:
    costs = gradient_check.tells_answer(question)
    taken = costs and solutions.hint_is_taken(request.app.state.database, visitor, question)
    return page(request, CheckPage(blank_sheet(question), form, costs, taken, question.id.seed is None), visitor, status)
