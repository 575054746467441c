"""Routes that leave nothing for FastAPI to find out, called at once.

To read parameters and dependencies takes FastAPI longer than most of what is read here takes to run, also where all there is to
do is to hand over a text of the path. The description of such a route is made from its function, as ever.
"""

from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any, get_type_hints

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def direct_handler(route: APIRoute) -> Handler | None:
    """Calls the function of a route whose parameters are texts of the path, texts of headers that may be missing and the request,
    and that makes its response itself. None for any other: there is something to check, to convert or to look up.
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
