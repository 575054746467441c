"""The route class that all of ours come from: FastAPI's own, with its two detours cut short."""

from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any, get_type_hints

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ShortRoute(APIRoute):
    """Is passed over quickly by requests for others, and called at once where there is nothing to find out."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._first = self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # A request tries one route after the other, and no pattern is needed to see that it is for another.
        if self._first not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        return direct_handler(self) or super().get_route_handler()


def direct_handler(route: APIRoute) -> Handler | None:
    """Calls the function of a route whose parameters are texts of the path, texts of headers that may be missing and the request,
    and that makes its response itself. None for any other: there is something to check, to convert or to look up.

    FastAPI takes longer to read parameters and dependencies than much of what is read here takes to run, be there anything to do
    or not. The description of such a route is made from its function, as ever.
    """
    dependant, function = route.dependant, route.endpoint
    made = get_type_hints(function).get("return")
    if not (
        iscoroutinefunction(function)
        and isinstance(made, type)
        and issubclass(made, Response)
        and not (dependant.dependencies or dependant.query_params or dependant.cookie_params or dependant.body_params)
        and not (dependant.response_param_name or dependant.background_tasks_param_name or dependant.http_connection_param_name)
        and not any(one.field_info.metadata for one in [*dependant.path_params, *dependant.header_params])  # limits
        and all(one.field_info.annotation is str for one in dependant.path_params)
        and all(one.field_info.annotation == str | None and one.default is None for one in dependant.header_params)
    ):
        return None
    headers = [(one.name, one.alias) for one in dependant.header_params]
    request_name = dependant.request_param_name

    async def handle(request: Request) -> Response:
        values: dict[str, Any] = {**request.path_params}
        for name, alias in headers:
            values[name] = request.headers.get(alias)
        if request_name is not None:
            values[request_name] = request
        response: Response = await function(**values)
        return response

    return handle
