"""The description of the interface: on every operation its refusals as problem documents, and where its result leads on."""

import copy
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.api.examples import add_examples
from app.api.groups import add_groups, callers
from app.api.links import LINKS
from app.api.response_headers import add_headers
from app.api.schemas import ProblemOut
from app.edge.limits import REGISTRATION

_DESCRIPTION = """\
Draw a question, answer it, read what was right and why.

Reading skills and questions needs no token. To answer, register once: `POST /api/v1/learners` hands out a token, then and not
again; send it as `Authorization: Bearer TOKEN`. A retry under the same `Idempotency-Key` is one attempt. Errors are problem
documents (RFC 9457) that name the place.
"""
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "The token handed out once, by `POST /learners` or an instructor.",
}


_REASONS = {  # in words of our own: those of Python change with its version
    400: "The body cannot be read: it is no JSON in UTF-8, or repeats a key.",
    401: "Who is asking? A token is missing or is not valid; a wrong one is refused also where none is needed.",
    403: "Not allowed to whom the token belongs, or sent from another site's page.",
    404: "Not found: there is no such thing, or it is somebody else's.",
    408: "The body took too long to arrive.",
    409: "Not now: too early, too late, or done already.",
    413: "The body is too large.",
    415: "The body must be sent as `application/json`.",
    422: "The input is not valid; `errors` names each place.",
    429: f"Too many requests; nothing of this one was stored. Registering is limited to {REGISTRATION.limit} in"
    f" {REGISTRATION.seconds} seconds from one address, and signing in on the pages is limited too. Any other call is limited"
    " only where the server's setting `QUIZ_API_RATE` says so, such as `300/minute`: then for each account, or for each address"
    " without a token, reading and writing apart; and every response says by `RateLimit` what is left.",
    503: "Storage is busy or unavailable; nothing was stored.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` entries for these statuses, each a problem document."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {status: {"description": _REASONS[status], "content": copy.deepcopy(content)} for status in statuses}


def describe(app: FastAPI) -> None:
    """Completes the application's OpenAPI description: the problem schema, and what any call may answer."""
    app.description = _DESCRIPTION
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(_problem_schemas())
            for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own form, which is never sent
                schemas.pop(name, None)
            _describe_routes(app, document)
            add_groups(document)
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _complete(path, method, operation)
            add_examples(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    own = {key for key, value in responses.items() if "application/problem+json" in value.get("content", {})}
    if "422" in responses and "422" not in own:
        del responses["422"]  # FastAPI's, for each parameter; where only texts are taken nothing can be wrong
    if path.startswith("/api/"):
        anywhere = [401, 429, 503]  # a wrong token is refused also where none is needed
        if method != "get":
            anywhere.append(403)  # sent from another site's page
        if "requestBody" in operation:
            anywhere += [400, 408, 413, 415, 422]
        responses.update({str(key): value for key, value in problems(*anywhere).items() if str(key) not in responses})
    add_headers(operation)
    for status, links in LINKS.get(operation["operationId"], {}).items():
        responses[status]["links"] = {name: {"operationId": name, "parameters": taken} for name, taken in links.items()}


def _describe_routes(app: FastAPI, document: dict[str, Any]) -> None:
    """Names each operation as its function, and says which take a token. FastAPI would say that by a dependency, which each
    request then resolves in vain.
    """
    document["components"]["securitySchemes"] = {"token": _TOKEN}
    for route in app.routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                if operation := document["paths"].get(route.path_format, {}).get(method.lower()):
                    operation["operationId"] = route.name
                    if may := callers(route.name, {one.call for one in route.dependant.dependencies}):
                        operation["security"] = [{"token": []}]
                        operation["x-callers"] = [*may]


def _problem_schemas() -> dict[str, Any]:
    """The schemas that `problems` refers to."""
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemOut": schema}
