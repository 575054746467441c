"""The route class that all of ours come from: FastAPI's own, with its two detours cut short."""

from collections.abc import Awaitable, Callable, Coroutine
from inspect import iscoroutinefunction, signature
from typing import Any, ClassVar, get_type_hints

from fastapi.exceptions import RequestValidationError
from fastapi.params import Body
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ShortRoute(APIRoute):
    """Is passed over quickly by requests for others, and is called directly where that is plain enough.

    FastAPI takes longer to read parameters, bodies and dependencies than much of what is asked for here takes to be made. The
    description of a route is made from its function, as ever.
    """

    reads_json: ClassVar[bool] = False
    """Whether its requests hand out their body as JSON, or refuse it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._first = self.path.partition("{")[0]
        if self._plain:
            handle = self.get_route_handler()

            async def app(scope: Scope, receive: Receive, send: Send) -> None:
                response = await handle(Request(scope, receive, send))
                await response(scope, receive, send)

            self.app = app  # without the exit stacks and the second net for exceptions, which nothing needs there

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # A request tries one route after the other, and no pattern is needed to see that it is for another.
        if self._first not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        self._plain = is_plain(self)
        return _direct(self) if self._plain else super().get_route_handler()


def is_plain(route: ShortRoute) -> bool:
    """Whether a route's function makes its response itself, and takes nothing but texts of the path, texts of headers that may be
    missing, the request, what a dependency makes of the request alone, and a model that the body must hold.
    """
    dependant, function = route.dependant, route.endpoint
    return (
        iscoroutinefunction(function)
        and not (dependant.query_params or dependant.cookie_params or dependant.response_param_name)
        and not (dependant.background_tasks_param_name or dependant.http_connection_param_name)
        and not any(one.field_info.metadata for one in [*dependant.path_params, *dependant.header_params])  # limits
        and all(one.field_info.annotation is str for one in dependant.path_params)
        and all(one.field_info.annotation == str | None and one.default is None for one in dependant.header_params)
        and all(
            iscoroutinefunction(one.call) and [*signature(one.call).parameters] == ["request"] for one in dependant.dependencies
        )
        and (not dependant.body_params or (route.reads_json and _is_model(route)))
        and _makes_response(function)
    )


def _makes_response(function: Callable[..., Any]) -> bool:
    made = get_type_hints(function).get("return")
    return isinstance(made, type) and issubclass(made, Response)


def _is_model(route: APIRoute) -> bool:
    """Whether the whole body is one model, and needed."""
    if route.body_field is None or route.dependant.body_params != [route.body_field]:
        return False
    body = route.body_field.field_info
    return (
        type(body) is Body and body.is_required() and isinstance(body.annotation, type) and issubclass(body.annotation, BaseModel)
    )


def _direct(route: ShortRoute) -> Handler:
    """Reads what a plain route's function takes, in FastAPI's order, and calls it."""
    dependant, function, body = route.dependant, route.endpoint, route.body_field
    asked: list[tuple[str | None, Callable[[Request], Awaitable[Any]]]] = [
        (one.name, one.call) for one in dependant.dependencies if one.call
    ]
    places, headers = ([(one.name, one.alias) for one in some] for some in (dependant.path_params, dependant.header_params))
    request_name = dependant.request_param_name

    async def handle(request: Request) -> Response:
        values: dict[str, Any] = {name: request.path_params[alias] for name, alias in places}
        sent = await request.body() if body else b""
        document = await request.json() if sent else None
        for name, ask in asked:
            found = await ask(request)
            if name is not None:
                values[name] = found
        for name, alias in headers:
            values[name] = request.headers.get(alias)
        if body:
            values[body.name], errors = body.validate(document, loc=("body",)) if sent else (None, [_MISSING])
            if errors:
                raise RequestValidationError(errors)
        if request_name is not None:
            values[request_name] = request
        response: Response = await function(**values)
        return response

    return handle


_MISSING = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}
