"""The instructor's pages: the class at a glance, and one learner."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.edge.parameters import Count
from app.engine.skills import SKILLS
from app.services import reporting
from app.web.contexts import DashboardPage, LearnerPage
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)


@router.get("")
def dashboard(request: Request, staff: Staff) -> Response:
    return page(request, DashboardPage(reporting.class_report(request.app.state.database, staff)), staff)


@router.get("/learners/{learner_id}")
def learner(
    learner_id: str,
    request: Request,
    staff: Staff,
    before: Annotated[Count | None, Query()] = None,
) -> Response:
    report = reporting.learner_report(request.app.state.database, staff, learner_id, before)
    titles = {skill.id: skill.title for skill in SKILLS.values()}
    return page(request, LearnerPage(report, titles, report.older), staff)
