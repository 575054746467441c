"""Whether the program is alive and can do its work, for whatever watches over it. At the root, without prefix or token."""

import ipaddress
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from app.api.schemas import Health
from app.edge.problems import Problem
from app.services import health, measures

router = APIRouter()


class Readiness(Health):
    storage: Annotated[bool, Field(description="Answers can be stored now.")]
    migrated: Annotated[bool, Field(description="The database has the tables of this version.")]


def _unless(reason: str, model: type[Health] = Health) -> dict[int | str, dict[str, Any]]:
    return {503: {"description": reason, "model": model}}


@router.get("/healthz", summary="Whether answers can be stored", responses=_unless("Answers cannot be stored now."))
async def read_health(request: Request, response: Response) -> Health:
    """200 while answers can be stored, 503 when they can't."""
    return _told(response, await request.app.state.database.check())


@router.get("/livez", summary="Whether the program is alive", responses=_unless("Only a restart helps."))
async def read_liveness(request: Request, response: Response) -> Health:
    """503 when only a restart helps. A database that is away does not count: another start would not bring it back."""
    return _told(response, health.is_alive(request.app.state.database))


@router.get(
    "/readyz", summary="Whether the program can do its work", responses=_unless("Send visitors elsewhere for now.", Readiness)
)
async def read_readiness(request: Request, response: Response) -> Readiness:
    """200 while visitors should be sent here: answers can be stored, and the database has the tables of this version."""
    found = await health.readiness(request.app.state.database)
    return Readiness(status=_told(response, found.ready).status, storage=found.storage, migrated=found.migrated)


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Counters for Prometheus, for those whom the settings name; 403 for others."""
    if not _is_reader(request):
        raise Problem(403, "Not allowed", "Metrics are for the addresses that QUIZ_METRICS_READERS names.", "not-allowed")
    told = await run_in_threadpool(measures.exposition, request.app.state.database)
    return Response(told, media_type=measures.CONTENT_TYPE)


def _is_reader(request: Request) -> bool:
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    readers: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = request.app.state.metrics_readers
    return any(address in network for network in readers)


def _told(response: Response, ok: bool) -> Health:
    if not ok:
        response.status_code = 503
    return Health(status="ok" if ok else "unavailable")
