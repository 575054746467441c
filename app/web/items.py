"""The page of item statistics: a table of every item, and one skill's items looked at closely."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.engine.skills import SKILLS
from app.services import courses, items
from app.services.items import ItemReport
from app.services.reach import OPEN_COURSE
from app.web.class_contexts import ItemsPage
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

Column = Literal["skill", "tries", "facility", "discrimination", "efficiency", "weight"]

# What is unknown comes last, whichever way; hard items and those that tell learners apart worst come first.
_VALUES: dict[str, Callable[[ItemReport], Any]] = {
    "tries": lambda one: -one.first_tries,
    "facility": lambda one: one.statistics.facility,
    "discrimination": lambda one: one.statistics.discrimination,
    "efficiency": lambda one: one.statistics.efficiency,
    "weight": lambda one: one.statistics.effective_weight,
}


@router.get("/items")
def show_items(
    request: Request,
    staff: Staff,
    course: Annotated[str, Query()] = OPEN_COURSE,
    skill: Annotated[str, Query()] = "",
    sort: Annotated[Column, Query()] = "skill",
) -> Response:
    database = request.app.state.database
    report = items.items_report(database, staff, course, skill or None)
    shown = report.items
    if sort in _VALUES:
        value = _VALUES[sort]
        shown = sorted(shown, key=lambda one: (value(one) is None, value(one) or 0))
    skills = [(one.id, one.title) for one in SKILLS.values()]
    fewest = (items.FEWEST_FOR_FACILITY, items.FEWEST_FOR_DISCRIMINATION)
    taught = courses.courses_taught(database, staff)
    return page(request, ItemsPage(report, shown, sort, course, taught, skills, fewest, items.NEWEST), staff)
