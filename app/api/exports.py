"""Tables for programs: gradebook, attempts since a cursor, item statistics. Taking one is a POST, since it is written down."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.api.cursors import read_cursor, write_cursor
from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import ClassReader
from app.edge.downloads import described, download
from app.services import exports
from app.services.exports import FileType, Subject

router = api_router()

_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The table, as CSV or XLSX.", "content": described("csv", "xlsx")}
}


@router.post(
    "/exports/{subject}",
    summary="A table to keep",
    response_class=StreamingResponse,
    responses={**_FILES, **problems(401, 403, 404, 422)},
)
async def take_export(
    subject: Subject,
    request: Request,
    principal: ClassReader,
    type: Annotated[FileType, Query(description="`csv` or `xlsx`.")] = "csv",
    course: Annotated[str | None, Query(description="Only this course's learners; `open` is whoever is in none.")] = None,
    since: Annotated[str | None, Query(description="Of attempts, only those after this cursor.")] = None,
) -> StreamingResponse:
    """The class's gradebook, attempts or item statistics. For attempts, the `Link` header is the address to POST to for
    those that come after. Each export is written into the audit trail.

    A text that a spreadsheet might run as a formula has an apostrophe in front.
    """
    database = request.app.state.database
    table = await run_in_threadpool(exports.export, database, principal, subject, course, read_cursor(since))
    await exports.note_export(database, principal, table, type, datetime.now(UTC))
    headers = {}
    if subject == "attempts" and table.last_id:
        query = {"type": type, "since": write_cursor(table.last_id), **({} if course is None else {"course": course})}
        headers["Link"] = f'</api/v1/exports/attempts?{urlencode(query)}>; rel="next"'
    return download(table.written(type), subject, type, headers)
