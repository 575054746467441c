"""The pages by which a learner's data are taken away or erased: the learner's own, and the desk's about one learner."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.cookies import clear_session
from app.edge.downloads import download
from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal
from app.services import personal_data
from app.web.course_contexts import ErasedPage, ErasePage
from app.web.rendering import page
from app.web.visitors import Staff, Visitor

router = APIRouter(route_class=StrictFormRoute, include_in_schema=False)


@router.post("/me/export")
async def take_mine(request: Request, visitor: Visitor) -> Response:
    return await _take(request, _known(visitor), _known(visitor).account_id, "my-data")


@router.get("/me/erase")
def ask_me(request: Request, visitor: Visitor) -> Response:
    me = _known(visitor)
    found = personal_data.held(request.app.state.database, me, me.account_id)
    return page(request, ErasePage(found, True, "/me/erase", "/me"), visitor)


@router.post("/me/erase")
async def erase_me(request: Request, visitor: Visitor) -> Response:
    me = _known(visitor)
    await personal_data.erase(request.app.state.database, me, me.account_id, datetime.now(UTC))
    response = page(request, ErasedPage(), None)
    clear_session(response, request)
    return response


@router.post("/dashboard/learners/{learner_id}/export")
async def take_theirs(learner_id: str, request: Request, staff: Staff) -> Response:
    return await _take(request, staff, learner_id, f"learner-{learner_id}")


@router.get("/dashboard/learners/{learner_id}/erase")
def ask_staff(learner_id: str, request: Request, staff: Staff) -> Response:
    found = personal_data.held(request.app.state.database, staff, learner_id)
    address = f"/dashboard/learners/{learner_id}"
    return page(request, ErasePage(found, False, f"{address}/erase", address), staff)


@router.post("/dashboard/learners/{learner_id}/erase")
async def erase_theirs(learner_id: str, request: Request, staff: Staff) -> Response:
    found = await personal_data.erase(request.app.state.database, staff, learner_id, datetime.now(UTC))
    course = found.courses[0].id if found.courses else None
    return RedirectResponse(f"/dashboard/courses/{course}?said=erased" if course else "/dashboard?said=erased", 303)


async def _take(request: Request, principal: Principal, learner_id: str, name: str) -> Response:
    database, now = request.app.state.database, datetime.now(UTC)
    await personal_data.note_export(database, principal, learner_id, now)
    return download(await run_in_threadpool(personal_data.export, database, learner_id, now), f"{name}-{now:%Y-%m-%d}", "json")


def _known(visitor: Principal | None) -> Principal:
    if visitor is None:
        raise Problem(403, "Nothing is kept about you", "This browser is nobody here: nothing was answered in it yet.")
    return visitor
