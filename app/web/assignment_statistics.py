"""The page of one assignment's items: how hard each is, how well it tells learners apart, how long it takes."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from app.services import clock, items
from app.services.assignment_statistics import ItemOfAssignment, read_statistics
from app.web.assignment_contexts import StatisticsPage
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)


def _median(one: ItemOfAssignment) -> float | None:
    return None if one.seconds is None else one.seconds.median


_COLUMNS = {
    "place": Column(lambda one: one.item.position),
    "points": Column(lambda one: one.item.points, falling=True),
    "n": Column(lambda one: one.statistics.n, falling=True),
    "facility": Column(lambda one: one.statistics.facility),
    "discrimination": Column(lambda one: one.statistics.discrimination),
    "efficiency": Column(lambda one: one.statistics.efficiency),
    "weight": Column(lambda one: one.statistics.effective_weight, falling=True),
    "time": Column(_median, falling=True),
}


@router.get("/assignments/{assignment_id}/items")
async def show_statistics(assignment_id: str, request: Request, staff: Staff, sort: Sort = "") -> Response:
    await clock.advance(request.app.state.database, datetime.now(UTC), assignment_id)
    found = await run_in_threadpool(read_statistics, request.app.state.database, staff, assignment_id)
    shown, order = in_order(found.items, _COLUMNS, sort, request, "place")
    fewest = (items.FEWEST_FOR_FACILITY, items.FEWEST_FOR_DISCRIMINATION)
    return page(request, StatisticsPage(found, shown, order, fewest, items.LONGEST), staff)
