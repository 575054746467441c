"""The desk's page of one learner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.edge.parameters import Count
from app.engine.skills import SKILLS
from app.services.one_learner import Pattern, Wanted, learner_report
from app.web.class_contexts import LearnerPage, Timeline, TimelineRow
from app.web.prose import spoken
from app.web.rendering import page
from app.web.sorting import Column, Sort, in_order
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

_WIDTH, _ROW = 560, 46
_AT_A_GLANCE = 20  # mistakes; after years there are hundreds

_SKILLS = {
    "skill": Column(lambda one: list(SKILLS).index(one.skill)),
    "attempts": Column(lambda one: one.attempts, falling=True),
    "score": Column(lambda one: one.first_try_score),
    "mastery": Column(lambda one: one.mastery if one.first_tries else None),
    "last": Column(lambda one: one.last_try, falling=True),
}

_MISTAKES = {
    "mistake": Column(lambda one: one.title),
    "skill": Column(lambda one: list(SKILLS).index(one.skill) if one.skill in SKILLS else len(SKILLS)),
    "times": Column(lambda one: one.times, falling=True),
    "first": Column(lambda one: one.first),
    "last": Column(lambda one: one.last, falling=True),
}


@dataclass(frozen=True)
class _Scale:
    """From a day to a place between the left and the right edge of the picture."""

    first: date
    last: date

    def place(self, day: date) -> float:
        return 14 + (_WIDTH - 28) * (day - self.first).days / max((self.last - self.first).days, 1)


@router.get("/learners/{learner_id}")
def show_learner(
    learner_id: str,
    request: Request,
    staff: Staff,
    course: Annotated[str | None, Query()] = None,
    skill: Annotated[str, Query()] = "",
    mistake: Annotated[str, Query(max_length=80)] = "",
    order: Annotated[Literal["newest", "oldest"], Query()] = "newest",
    beyond: Annotated[Count | None, Query()] = None,
    sort: Sort = "",
    sort_mistakes: Annotated[str, Query(alias="sort-mistakes", max_length=40)] = "",
    every_mistake: Annotated[bool, Query(alias="every-mistake")] = False,
) -> Response:
    now = datetime.now(UTC)
    wanted = Wanted(skill or None, mistake or None, order == "oldest", beyond)
    report = learner_report(request.app.state.database, staff, learner_id, now, course, wanted)
    skills, standing = in_order(report.record.progress.skills, _SKILLS, sort, request, "skill")
    patterns, mistake_order = in_order(report.patterns, _MISTAKES, sort_mistakes, request, "-times", "sort-mistakes")
    listed = patterns if every_mistake else patterns[:_AT_A_GLANCE]
    asked = {"course": course or "", "skill": skill, "mistake": mistake, "order": order}
    address = urlencode({name: value for name, value in asked.items() if value})
    titles = {one.id: one.title for one in SKILLS.values()}
    timeline = _timeline(report.patterns, now)
    return page(
        request, LearnerPage(report, wanted, skills, standing, listed, mistake_order, titles, timeline, address, now), staff
    )


def _timeline(patterns: Sequence[Pattern], now: datetime) -> Timeline | None:
    """A row for each mistake told by week, and a dot for each week in which it was made, larger the more often."""
    patterns = [one for one in patterns if one.weeks]
    if not patterns:
        return None
    scale = _Scale(min(week for one in patterns for week, _ in one.weeks), now.date() + timedelta(days=1))
    rows = [
        TimelineRow(
            one,
            spoken(one.title),
            24.0 + _ROW * k,
            [(round(scale.place(week), 1), min(4.0 + 1.2 * times, 11.0), times, week) for week, times in one.weeks],
        )
        for k, one in enumerate(patterns)
    ]
    return Timeline(rows, _ROW * len(patterns) + 34, scale.first)
