"""The page from which tables leave the desk. Taking one is a POST, since it is written down."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from app.edge.downloads import download
from app.edge.strict_form import StrictFormRoute
from app.services import courses, exports
from app.services.exports import FileType, Subject
from app.services.reach import OPEN_COURSE, course_of
from app.web.class_contexts import ExportsPage
from app.web.rendering import page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", route_class=StrictFormRoute, include_in_schema=False)


@router.get("/exports")
def show_exports(request: Request, staff: Staff, course: Annotated[str, Query()] = OPEN_COURSE) -> Response:
    database = request.app.state.database
    named = course_of(database, staff, course)
    return page(request, ExportsPage(named, course, courses.courses_taught(database, staff)), staff)


@router.post("/exports")
async def take_export(
    request: Request,
    staff: Staff,
    subject: Annotated[Subject, Form()],
    file_type: Annotated[FileType, Form()] = "csv",
    course: Annotated[str, Form()] = OPEN_COURSE,
) -> Response:
    database, now = request.app.state.database, datetime.now(UTC)
    table = await run_in_threadpool(exports.export, database, staff, subject, course)
    await exports.note_export(database, staff, table, file_type, now)
    return download(table.written(file_type, mark=True), f"{subject}-{now:%Y-%m-%d}", file_type)
