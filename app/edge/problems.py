"""How anything that goes wrong is told: problem documents (RFC 9457) for programs, pages for people.

Both are made in one place, so that no route, framework default or crash answers in a form of its own. What
a client sent is never repeated back, only where it is wrong and why: an echo turned NaN and lone surrogates
into crashes, and showed passwords.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.wording import told

logger = logging.getLogger("app.edge")

PROBLEM_TYPE = "urn:sigmoid-quiz:problem:"
_FOR_PROGRAMS = ("/api", "/healthz", "/livez", "/metrics", "/openapi.json", "/readyz")
MOST_FAULTS = 50  # a hostile body could hold a hundred thousand; nobody reads that many
_LONGEST_STEP = 64
_WORDS = {
    401: "This needs a token or a sign-in.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    405: "This address does not take that method; it takes {}.",
}


class Fault(TypedDict):
    """One thing wrong with what was sent.

    `pointer` is a JSON pointer (RFC 6901) into the body; where `source` is "query", "path", "header" or
    "cookie", into those parameters instead. `hint` says what the sender may have meant.
    """

    pointer: str
    detail: str
    hint: NotRequired[str]
    source: NotRequired[str]


class Problem(HTTPException):
    """A refusal with all that its reader needs. Raise it anywhere above the services.

    `slug` is the stable name of the kind of problem; empty where the status says it all. It is an
    HTTPException because FastAPI lets only those through unchanged while it reads a body.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        slug: str = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.title = title
        self.slug = slug
        self.errors = tuple(errors[:MOST_FAULTS])

    def document(self) -> dict[str, Any]:
        """The problem document, as plain data."""
        document: dict[str, Any] = {
            "type": PROBLEM_TYPE + self.slug if self.slug else "about:blank",
            "title": self.title,
            "status": self.status_code,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = list(self.errors)
        hint = next((fault["hint"] for fault in self.errors if "hint" in fault), None)
        if hint is not None:
            document["hint"] = hint
        return document


ToProblem = Callable[[Any], Problem]
RenderError = Callable[[Request, int, str, str, Mapping[str, str] | None], Response]


def json_pointer(steps: Iterable[str | int]) -> str:
    """The JSON pointer of a path of keys and positions; keys are cut at 64 characters and made printable."""
    pointer = ""
    for step in steps:
        text = str(step)[:_LONGEST_STEP].encode("utf-8", "replace").decode()
        pointer += "/" + text.replace("~", "~0").replace("/", "~1")
    return pointer


def bad_input(errors: Sequence[Fault]) -> Problem:
    """The problem of an input with these faults, at least one; `detail` tells the first."""
    return _bad(errors, 422, "The input is not valid", "bad-input")


def bad_json(errors: Sequence[Fault]) -> Problem:
    """The problem of a body that is no JSON; pointers lead to what makes it none, where that has a place."""
    return _bad(errors, 400, "The body cannot be read", "bad-json")


def bad_parameter(source: str, name: str, detail: str) -> Problem:
    """The problem of a parameter. source: query, path or header."""
    return bad_input([{"pointer": json_pointer((name,)), "detail": detail, "source": source}])


def _bad(errors: Sequence[Fault], status: int, title: str, slug: str) -> Problem:
    first = errors[0]
    place = first["pointer"]
    return Problem(status, title, f"{place}: {first['detail']}" if place else first["detail"], slug, errors=errors)


def wants_problem(scope: Scope) -> bool:
    """Whether the address is one that programs read, so that its errors are problem documents."""
    path = _path(scope)
    return path.startswith(_FOR_PROGRAMS) and (path in _FOR_PROGRAMS or path.startswith("/api/"))


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def error_response(request: Request, problem: Problem) -> Response:
    """The response that tells the problem, in the form that fits the address."""
    if problem.status_code < 400:  # a redirect raised as an exception
        return Response(status_code=problem.status_code, headers=problem.headers)
    if not wants_problem(request.scope):
        return _page(request, problem)
    # ASCII only: whatever got into a text, it can be written.
    body = json.dumps(problem.document(), separators=(",", ":")).encode("ascii")
    return Response(body, problem.status_code, problem.headers, media_type="application/problem+json")


def _page(request: Request, problem: Problem) -> Response:
    render: RenderError | None = getattr(request.app.state, "render_error", None)
    if render is not None:
        try:
            return render(request, problem.status_code, problem.title, problem.detail, problem.headers)
        except Exception:
            logger.exception("the error page itself failed")
    return PlainTextResponse(f"{problem.title}\n\n{problem.detail}\n", problem.status_code, problem.headers)


def _from_http_exception(error: HTTPException) -> Problem:
    if isinstance(error, Problem):
        return error
    phrase = _phrase(error.status_code)
    said = str(error.detail)
    return Problem(
        error.status_code,
        phrase,
        _WORDS.get(error.status_code, phrase) if said in ("", phrase) else said,
        headers=error.headers,
    )


async def _tell_methods(request: Request, error: Exception) -> Response:
    """405 with every method of the address: the router stops at the first of its routes, and names that one's alone."""
    path = _path(request.scope)
    methods = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.methods and route.path is not None and compile_path(route.path)[0].match(path)
        for method in route.methods
    }
    allowed = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
    return error_response(request, Problem(405, _phrase(405), _WORDS[405].format(allowed), headers={"Allow": allowed}))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _from_validation(error: RequestValidationError) -> Problem:
    return bad_input([_fault(item) for item in error.errors()[:MOST_FAULTS]])


def _fault(item: Mapping[str, Any]) -> Fault:
    source, *steps = item["loc"]
    reason = told(item)
    if item["type"] == "json_invalid":
        return {"pointer": "", "detail": reason}
    if source == "body":
        if item["type"] == "missing" and not steps:
            reason = "This needs a body."
        return {"pointer": json_pointer(steps), "detail": reason}
    return {"pointer": json_pointer(steps), "detail": reason, "source": str(source)}


def install_error_handlers(app: FastAPI, table: Mapping[type[Exception], ToProblem]) -> None:
    """Tell every error of the application as a problem document or a page.

    `table` maps exceptions of the lower rooms, and what inherits from them, to the problem each one is.
    Pages are made by `app.state.render_error`; without it they are plain text. Crashes are caught by
    ErrorBoundary, which goes among the middleware.
    """

    def install(kind: type[Exception], to_problem: ToProblem) -> None:
        async def handle(request: Request, error: Exception) -> Response:
            return error_response(request, to_problem(error))

        app.add_exception_handler(kind, handle)

    app.state.problems = {HTTPException: _from_http_exception, RequestValidationError: _from_validation, **table}
    install(HTTPException, _from_http_exception)
    app.add_exception_handler(405, _tell_methods)
    install(RequestValidationError, _from_validation)
    for kind, to_problem in table.items():
        install(kind, to_problem)


def problem_of(request: Request, error: Exception) -> Problem:
    """The problem that an exception is told as, for a response that holds it as a part. What is not foreseen is a 500."""
    table: Mapping[type[Exception], ToProblem] = request.app.state.problems
    for kind in type(error).__mro__:
        if kind in table:
            return table[kind](error)
    return _crash(request.scope)


class ErrorBoundary:
    """ASGI middleware that lets no exception out to the server: refusals are told, crashes also logged.

    If one got out, the server would cut a connection that the client means to use again, and the client's
    next request would fail. Only a response that was already on its way when it broke still ends so:
    cutting it short is the one way to tell.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            if isinstance(error, HTTPException):
                problem = _from_http_exception(error)
            else:
                problem = _crash(scope)
                logger.exception("%s %r failed: %s", scope["method"], scope["path"], problem.detail)
            response = error_response(Request(scope, receive), problem)
            await response(scope, receive, send)


def _crash(scope: Scope) -> Problem:
    request_id = scope.get("state", {}).get("request_id")
    where = f" The log has more under {request_id}." if request_id else ""
    return Problem(500, "Something went wrong", "The fault is on our side; it was logged." + where, "crash")
