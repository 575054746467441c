"""A learner's pages of an assignment: begin, write, save, hand in."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal, is_instructor
from app.services import clock, sitting_views, sittings
from app.services.refusals import NotNow, UnreadableAnswer
from app.services.sitting_views import SittingView
from app.web.assignment_contexts import ItemPage, OverviewPage
from app.web.assignment_sheets import item_sheets
from app.web.rendering import page
from app.web.sheet import fill_in, read_form
from app.web.visitors import Visitor

router = APIRouter(prefix="/assignments/{assignment_id}", route_class=StrictFormRoute, include_in_schema=False)

_SAID = {
    "saved": "Saved. It is not handed in yet.",
    "handed-in": "Handed in.",
    "finished": "Everything is handed in.",
}


@router.get("")
async def overview(assignment_id: str, request: Request, visitor: Visitor, said: Annotated[str, Query()] = "") -> Response:
    if visitor is not None and is_instructor(visitor):
        return RedirectResponse(f"/dashboard/assignments/{assignment_id}", 303)
    learner = _learner(visitor)
    view = await _view(request, learner, assignment_id)
    return page(request, OverviewPage(view, item_sheets(view), _SAID.get(said)), learner)


@router.post("/begin")
async def begin(assignment_id: str, request: Request, visitor: Visitor) -> Response:
    await sittings.begin(request.app.state.database, _learner(visitor), assignment_id, datetime.now(UTC))
    return RedirectResponse(f"/assignments/{assignment_id}", 303)


@router.post("/finish")
async def finish(assignment_id: str, request: Request, visitor: Visitor) -> Response:
    try:
        await clock.finish(request.app.state.database, _learner(visitor), assignment_id, datetime.now(UTC))
    except NotNow:  # pressed twice, or time was up: the page says how it ended
        return RedirectResponse(f"/assignments/{assignment_id}", 303)
    return RedirectResponse(f"/assignments/{assignment_id}?said=finished", 303)


@router.get("/items/{item_id}")
async def show_item(
    assignment_id: str, item_id: str, request: Request, visitor: Visitor, said: Annotated[str, Query()] = ""
) -> Response:
    learner = _learner(visitor)
    view = await _view(request, learner, assignment_id)
    return _item_page(request, learner, view, item_id, _SAID.get(said))


@router.post("/items/{item_id}")
async def hand_in(
    assignment_id: str, item_id: str, request: Request, visitor: Visitor, number: Annotated[int, Form()] = 0
) -> Response:
    """Uses the try up; an answer that cannot be read is saved, and comes back with each complaint at its place."""
    learner, now, database = _learner(visitor), datetime.now(UTC), request.app.state.database
    view = sitting_views.my_sitting(database, learner, assignment_id, now)
    one = view.item(item_id)
    question = one.question or (one.tries[-1].question if one.tries else None)
    if question is None:
        raise NotNow("Begin the assignment first.")
    answer = read_form(question, await request.form())
    try:
        await sittings.hand_in(database, learner, assignment_id, item_id, number, answer, now)
    except UnreadableAnswer as error:
        await sittings.save_draft(database, learner, assignment_id, item_id, number, answer, now)
        view = sitting_views.my_sitting(database, learner, assignment_id, now)
        sheets = item_sheets(view)
        place = [sheet.one.item.id for sheet in sheets].index(item_id)
        written = sheets[place].sheet
        if written is None:
            raise
        fill_in(written, answer, error.complaints)
        return page(request, ItemPage(view, sheets, place, None), learner, 422)
    return RedirectResponse(f"/assignments/{assignment_id}/items/{item_id}?said=handed-in", 303)


@router.post("/items/{item_id}/draft")
async def save_draft(
    assignment_id: str,
    item_id: str,
    request: Request,
    visitor: Visitor,
    number: Annotated[int, Form()] = 0,
    quiet: Annotated[str, Form()] = "",
) -> Response:
    """Stored when this answers. quiet: the page's script asks, and wants no other page."""
    learner, now, database = _learner(visitor), datetime.now(UTC), request.app.state.database
    question = sitting_views.my_sitting(database, learner, assignment_id, now).item(item_id).question
    if question is None:
        raise NotNow("There is nothing to save any more: this was handed in, or time is up.")
    answer = read_form(question, await request.form())
    await sittings.save_draft(database, learner, assignment_id, item_id, number, answer, now)
    if quiet:
        return Response(status_code=204)
    return RedirectResponse(f"/assignments/{assignment_id}/items/{item_id}?said=saved", 303)


async def _view(request: Request, learner: Principal, assignment_id: str) -> SittingView:
    """What time has ended is graded before it is shown: that is the clock's doing, not the visit's."""
    now, database = datetime.now(UTC), request.app.state.database
    await clock.advance(database, now, assignment_id, learner.account_id)
    return sitting_views.my_sitting(database, learner, assignment_id, now)


def _item_page(request: Request, learner: Principal, view: SittingView, item_id: str, said: str | None) -> Response:
    view.item(item_id)
    sheets = item_sheets(view)
    place = [sheet.one.item.id for sheet in sheets].index(item_id)
    return page(request, ItemPage(view, sheets, place, said), learner)


def _learner(visitor: Principal | None) -> Principal:
    if visitor is None:
        raise Problem(404, "No such assignment", "There is no such assignment, or this browser is in no course that has it.")
    return visitor
