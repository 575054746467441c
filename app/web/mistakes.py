"""The pages of a class's mistakes: a table by skill and week, and the attempts behind each of its cells."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.edge.parameters import Count
from app.engine.skills import SKILLS
from app.services import courses, mistakes
from app.services.reach import OPEN_COURSE
from app.web.class_contexts import MistakeAttemptsPage, MistakesPage
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

_MOST_ROWS = 40  # that an eye can compare; a skill alone has fewer
_EARLIEST, _LATEST = date(2000, 1, 3), date(9000, 1, 1)  # with room for the weeks around them

_COLUMNS = {
    "made": Column(lambda row: row.made, falling=True),
    "newest": Column(lambda row: row.weeks[-1].made, falling=True),
    "title": Column(lambda row: row.title),
    "skill": Column(lambda row: list(SKILLS).index(row.skill) if row.skill in SKILLS else len(SKILLS)),
}

Day = Annotated[date | None, Query(ge=_EARLIEST, le=_LATEST)]


@router.get("/mistakes")
def show_mistakes(
    request: Request,
    staff: Staff,
    course: Annotated[str, Query()] = OPEN_COURSE,
    skill: Annotated[str, Query()] = "",
    weeks: Annotated[Count, Query(ge=1, le=26)] = 8,
    until: Day = None,
    sort: Sort = "",
) -> Response:
    database, now = request.app.state.database, datetime.now(UTC)
    report = mistakes.mistakes_report(database, staff, now, course, weeks, until, skill or None)
    last = report.mondays[-1]
    later = last + weeks * mistakes.WEEK
    rows, order = in_order(report.rows, _COLUMNS, sort, request, "-made")
    shown = MistakesPage(
        report,
        rows[:_MOST_ROWS],
        order,
        course,
        courses.courses_taught(database, staff),
        skill,
        [(one.id, one.title) for one in SKILLS.values()],
        weeks,
        max(report.mondays[0] - mistakes.WEEK, _EARLIEST),
        None if last + mistakes.WEEK > now.date() else min(later, _LATEST),
    )
    return page(request, shown, staff)


@router.get("/mistakes/attempts")
def show_attempts(
    request: Request,
    staff: Staff,
    skill: Annotated[str, Query()],
    code: Annotated[str, Query()],
    week: Annotated[date, Query(ge=_EARLIEST, le=_LATEST)],
    course: Annotated[str, Query()] = OPEN_COURSE,
    order: Annotated[Literal["newest", "oldest"], Query()] = "newest",
    beyond: Annotated[Count | None, Query()] = None,
) -> Response:
    database, oldest = request.app.state.database, order == "oldest"
    report = mistakes.mistake_attempts(database, staff, course, skill, code, week, beyond, oldest)
    address = urlencode({"course": course, "skill": skill, "code": code, "week": report.monday.isoformat()})
    back = urlencode({"course": course, "until": report.monday.isoformat()})
    return page(request, MistakeAttemptsPage(report, course, address, oldest, back), staff)
