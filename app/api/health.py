"""Whether the program is alive and can do its work, for whatever watches over it. At the root, without prefix or token."""

from fastapi import APIRouter, Request, Response

from app.api.schemas import Health

router = APIRouter(tags=["Health"])


@router.get(
    "/healthz",
    summary="Whether answers can be stored",
    responses={503: {"description": "Answers cannot be stored now.", "model": Health}},
)
async def read_health(request: Request, response: Response) -> Health:
    """200 while answers can be stored, 503 when they can't."""
    if await request.app.state.database.check():
        return Health(status="ok")
    response.status_code = 503
    return Health(status="unavailable")
