"""The instructor's first page: the class at a glance."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.edge.parameters import Count
from app.engine.skills import SKILLS
from app.services import courses, reporting
from app.services.reach import OPEN_COURSE
from app.services.reporting import ClassReport, LearnerScore
from app.web.contexts import DashboardPage, HeatRow, LearnerFilters
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

_COLUMNS = {
    "activation": "h",
    "derivative": "σ′(z)",
    "delta": "dz, σ′ given",
    "chain": "dz, from z",
    "comprehension": "h, σ′, dz",
    "jacobian": "Jacobian",
    "pre-activation": "z",
    "weight-gradient": "dW",
    "input-gradient": "dh_prev",
    "update": "update",
    "backward-pass": "whole layer",
}  # what each skill asks for, as the lesson writes it: a title would not fit over a column

_MOST_HEATED = 40  # rows that an eye can compare; the table below holds everybody
_READ_AT_ONCE = 50  # learners; a shorter table needs no filter
_OF_A_VISITOR = 5  # attempts that make somebody more than a passer-by

_LEARNERS = {
    "name": Column(lambda one: (one.name.casefold(), one.learner_id)),
    "attempts": Column(lambda one: one.attempts, falling=True),
    "score": Column(lambda one: one.first_try_score),
    "seen": Column(lambda one: one.last_seen, falling=True),
}
_SKILLS = {
    "skill": Column(lambda one: list(SKILLS).index(one.skill)),
    "attempts": Column(lambda one: one.attempts, falling=True),
    "right": Column(lambda one: one.right_at_first),
}


@router.get("")
def dashboard(
    request: Request,
    staff: Staff,
    course: Annotated[str, Query()] = OPEN_COURSE,
    said: Annotated[str, Query()] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    least: Annotated[Count | None, Query(ge=0)] = None,
    sort: Sort = "",
    sort_skills: Annotated[str, Query(alias="sort-skills", max_length=40)] = "",
) -> Response:
    taught = courses.courses_taught(request.app.state.database, staff)
    report = reporting.class_report(request.app.state.database, staff, datetime.now(UTC), course)
    columns = [(_COLUMNS[skill.id], skill.title) for skill in SKILLS.values()]
    skills, skill_order = in_order(report.skills, _SKILLS, sort_skills, request, "skill", "sort-skills")
    fewest = _usual_least(report) if least is None else least
    listed = [one for one in report.learners if one.attempts >= fewest]
    named = [one for one in listed if q.strip().casefold() in one.name.casefold()]
    learners, order = in_order(named, _LEARNERS, sort, request, "name")
    of_course = f"?course={report.course.id}" if report.course else ""
    filters = LearnerFilters(q, fewest, least is None)
    fewest_wrong = reporting.FEWEST_WRONG
    shown = DashboardPage(
        report,
        taught,
        columns,
        _heat(listed, of_course),
        skills,
        skill_order,
        fewest_wrong,
        said == "erased",
        learners,
        order,
        filters,
    )
    return page(request, shown, staff)


def _usual_least(report: ClassReport) -> int:
    """In a long open course, visitors who tried a question or two would be most of the table; in a course, everybody counts."""
    return _OF_A_VISITOR if report.course is None and len(report.learners) > _READ_AT_ONCE else 0


def _heat(learners: Sequence[LearnerScore], of_course: str) -> list[HeatRow]:
    """The learners who answered most lately, by name: those whom a picture on the wall is about."""
    begun = [(learner.last_seen, learner) for learner in learners if learner.last_seen is not None]
    latest = {learner.learner_id for _, learner in sorted(begun, key=lambda pair: pair[0], reverse=True)[:_MOST_HEATED]}
    return [
        HeatRow(
            learner.name,
            f"/dashboard/learners/{learner.learner_id}{of_course}",
            [learner.by_skill[skill].first_try_score if skill in learner.by_skill else None for skill in SKILLS],
        )
        for learner in learners
        if learner.learner_id in latest
    ]
