"""The page of item statistics: a table of every item, and one skill's items looked at closely."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.engine.skills import FORMATS, SKILLS
from app.services import courses, items
from app.services.reach import OPEN_COURSE
from app.web.class_contexts import ItemsPage
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

# Hard items, and those that tell learners apart worst, come first when their column is chosen.
_COLUMNS = {
    "skill": Column(lambda one: (list(SKILLS).index(one.item.skill), one.item.level, FORMATS.index(one.item.format))),
    "tries": Column(lambda one: one.first_tries, falling=True),
    "learners": Column(lambda one: one.statistics.n, falling=True),
    "facility": Column(lambda one: one.statistics.facility),
    "discrimination": Column(lambda one: one.statistics.discrimination),
    "efficiency": Column(lambda one: one.statistics.efficiency),
    "weight": Column(lambda one: one.statistics.effective_weight),
}


@router.get("/items")
def show_items(
    request: Request,
    staff: Staff,
    course: Annotated[str, Query()] = OPEN_COURSE,
    skill: Annotated[str, Query()] = "",
    sort: Sort = "",
) -> Response:
    database = request.app.state.database
    report = items.items_report(database, staff, course, skill or None)
    shown, order = in_order(report.items, _COLUMNS, sort, request, "skill")
    skills = [(one.id, one.title) for one in SKILLS.values()]
    fewest = (items.FEWEST_FOR_FACILITY, items.FEWEST_FOR_DISCRIMINATION)
    taught = courses.courses_taught(database, staff)
    return page(request, ItemsPage(report, shown, order, course, taught, skills, fewest, items.NEWEST, items.LONGEST), staff)
