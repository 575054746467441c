"""One learner's data by REST: all of it in one file, and its end."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import RequiredPrincipal
from app.edge.downloads import download
from app.services import personal_data

router = api_router()

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Every row kept about the learner, by the table it stands in.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.post(
    "/learners/{learner_id}/export",
    summary="Take a learner's data away",
    response_class=StreamingResponse,
    responses={**_FILE, **problems(401, 403, 404)},
)
async def export_learner(learner_id: str, request: Request, principal: RequiredPrincipal) -> StreamingResponse:
    """One's own, or those of a learner whom one teaches in all of their courses. Written to the audit trail.

    Questions of an assignment that has not closed are left out, and keys that the learner may not see yet.
    """
    database, now = request.app.state.database, datetime.now(UTC)
    await personal_data.note_export(database, principal, learner_id, now)
    return download(personal_data.export(database, learner_id, now), f"learner-{learner_id}", "json")


@router.delete("/learners/{learner_id}", status_code=204, summary="Erase a learner", responses=problems(401, 403, 404))
async def erase_learner(learner_id: str, request: Request, principal: RequiredPrincipal) -> Response:
    """Oneself, or a learner whom one teaches in all of their courses: name, answers and all else, for good.

    What stays of an attempt is how it came out, of nobody, without answer, question and time of day.
    """
    await personal_data.erase(request.app.state.database, principal, learner_id, datetime.now(UTC))
    return Response(status_code=204)
