"""What every route of the REST interface has in common: its prefix, strict JSON, and the limit on calls."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.limits import limit_api
from app.edge.parameters import check_parameters
from app.edge.strict_json import StrictRoute

PREFIX = "/api/v1"


class ApiRoute(StrictRoute):
    """Counts the call before anything of it is read, and refuses parameters that it does not take.

    A dependency of every route would cost each call more than that takes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        taken = [one.alias for one in self.dependant.query_params]
        # Where neither parameters nor a body are taken, there is nothing that could be meant by one.
        strict = bool(taken) or self.body_field is not None

        async def handle_limited(request: Request) -> Response:
            await limit_api(request)
            if strict and request.scope["query_string"]:
                check_parameters(request.query_params, taken)
            return await handle(request)

        return handle_limited


def api_router() -> APIRouter:
    """An empty router of the REST interface."""
    return APIRouter(prefix=PREFIX, route_class=ApiRoute)
