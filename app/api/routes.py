"""What every route of the REST interface has in common: its prefix, strict JSON, and the limit on calls."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.limits import limit_api
from app.edge.strict_json import StrictRoute

PREFIX = "/api/v1"


class ApiRoute(StrictRoute):
    """Counts the call before anything of it is read. A dependency of every route would cost each call more than it takes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_limited(request: Request) -> Response:
            await limit_api(request)
            return await handle(request)

        return handle_limited


def api_router() -> APIRouter:
    """An empty router of the REST interface."""
    return APIRouter(prefix=PREFIX, route_class=ApiRoute)
