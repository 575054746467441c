"""The learner's pages: home, a question, an attempt."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.edge.parameters import Count
from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.engine.misconceptions import Misconception
from app.engine.question_id import lesson_id
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.services import practice, questions, solutions
from app.services.refusals import UnreadableAnswer
from app.web.contexts import AttemptPage, AttemptsPage, HomePage, NoSkillPage
from app.web.curve import sigmoid_curve
from app.web.drills import Drill, drilled, onward
from app.web.question_pages import EXERCISE, fresh_page, question_page
from app.web.rendering import page
from app.web.sheet import blank_sheet, fill_in, mark, outline, read_form
from app.web.skill_map import along_the_way
from app.web.visitors import Visitor, signed

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)

_FIRST = "delta"  # worked in one's head: a newcomer can answer at once
_LISTED = 30
_LONGEST_PAGE_KEY = 64


@router.get("/")
async def home(request: Request, visitor: Visitor) -> Response:
    """What this is, and a question to try at once."""
    question = questions.draw_questions(_FIRST)[0]
    return page(request, HomePage(blank_sheet(question), _page_key(), along_the_way(), LEVELS), visitor)


@router.get("/practice/{skill}")
async def draw(
    skill: str,
    request: Request,
    visitor: Visitor,
    level: Annotated[str, Query()] = "1",
    format: Annotated[str, Query()] = "numeric",
) -> Response:
    """A fresh question; it has an address of its own, so that a reload shows the same."""
    if skill not in SKILLS:
        return page(request, NoSkillPage([(one.id, one.title) for one in SKILLS.values()]), visitor, 404)
    if level not in map(str, LEVELS) or format not in FORMATS:
        raise Problem(404, "No such kind of question", "Levels are 1, 2 and 3; formats are numeric and choice.")
    question = questions.draw_questions(skill, int(level), format)[0]
    return RedirectResponse(f"/q/{question.id}", 303)


@router.get("/exercise")
async def exercise(request: Request, visitor: Visitor) -> Response:
    """The lesson's own exercise: three linked parts, graded together."""
    return await _question_page(request, visitor, str(lesson_id(EXERCISE)))


@router.get("/q/{question_id}")
async def show_question(question_id: str, request: Request, visitor: Visitor) -> Response:
    # Itself, and only if there is something to read, since no page is asked for as often.
    drill = drilled(request.query_params.get("drill")) if request.scope["query_string"] else None
    return await _question_page(request, visitor, question_id, drill)


@router.post("/q/{question_id}")
async def answer_question(question_id: str, request: Request, visitor: Visitor) -> Response:
    """Grades and keeps the answer, then shows it under its own address: a reload sends nothing again."""
    question = questions.find_question(question_id)
    form = await request.form()
    answer = read_form(question, form)
    sent_key = form.get("key")
    key = f"page {sent_key}" if isinstance(sent_key, str) and 0 < len(sent_key) <= _LONGEST_PAGE_KEY else None
    if visitor is None:
        await request.app.state.throttle.registration(request)

    def show(outcome: practice.Outcome) -> Response:
        return signed(request, RedirectResponse(f"/attempts/{outcome.attempt.row.id}{onward(form)}", 303), outcome.begun)

    try:
        return await practice.submit_answer(
            request.app.state.database, visitor, question_id, answer, datetime.now(UTC), show, key
        )
    except UnreadableAnswer as error:
        sheet = fill_in(blank_sheet(question), answer, error.complaints)
        shown = question_page(question, sheet, _page_key(), request.url.netloc, drill=drilled(form.get("drill")))
        return page(request, shown, visitor, 422)


@router.post("/q/{question_id}/solution")
async def ask_for_solution(question_id: str, request: Request, visitor: Visitor) -> Response:
    if visitor is None:
        await request.app.state.throttle.registration(request)
    form = await request.form()
    _, begun = await solutions.show_solution(request.app.state.database, visitor, question_id, datetime.now(UTC))
    attempt_id = form.get("attempt", "")
    back = (
        f"/attempts/{attempt_id}"
        if isinstance(attempt_id, str) and attempt_id.isascii() and attempt_id.isdecimal()
        else f"/q/{question_id}"
    )
    return signed(request, RedirectResponse(f"{back}{onward(form)}#solution", 303), begun)


@router.get("/attempts")
def my_attempts(request: Request, visitor: Visitor, before: Annotated[Count | None, Query()] = None) -> Response:
    """Newest first. A stranger has none, and gets no cookie for looking."""
    found = practice.latest_attempts(request.app.state.database, visitor.account_id, _LISTED, before) if visitor else []
    older = found[-1].id if len(found) == _LISTED else None
    titles = {skill.id: skill.title for skill in SKILLS.values()}
    return page(request, AttemptsPage(found, titles, older), visitor)


@router.get("/attempts/{attempt_id}")
async def show_attempt(attempt_id: str, request: Request, visitor: Visitor, drill: Drill) -> Response:
    """A graded answer on its exact question, for its owner and for their instructor."""
    if visitor is None:
        raise Problem(404, "No such attempt", "There is no such attempt, or this browser is not the one that made it.")
    attempt = await practice.find_attempt(request.app.state.database, visitor, attempt_id)
    question = questions.find_question(attempt.row.question_id)
    sheet = mark(blank_sheet(question), attempt.row)
    mine = attempt.row.learner_id == visitor.account_id
    curve = sigmoid_curve(question, with_slopes=attempt.solution is not None)
    shown = AttemptPage(sheet, _page_key(), attempt, LEVELS, curve, outline(question), mine, drill)
    return page(request, shown, visitor)


async def _question_page(request: Request, visitor: Visitor, question_id: str, drill: Misconception | None = None) -> Response:
    told = await solutions.what_was_told(request.app.state.database, visitor, question_id)
    key, host = _page_key(), request.url.netloc
    if not (told.solution or told.hint or drill):
        return HTMLResponse(await fresh_page(question_id, visitor, key, host))
    question = questions.find_question(question_id)
    sheet = blank_sheet(question)
    sheet.hint_taken = sheet.check_costs and told.hint
    solution = solutions.solution_of(question) if told.solution else None
    return page(request, question_page(question, sheet, key, host, solution, drill), visitor)


def _page_key() -> str:
    """A form's own idempotency key: sent twice, it is one attempt."""
    return secrets.token_urlsafe(18)
