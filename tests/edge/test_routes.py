"""A route is passed over where FastAPI would not take it; one that is called at once answers as FastAPI would have it answer, and
one that leaves anything to be found out is not.
"""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Cookie, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse

from app.edge.routes import ShortRoute, direct_handler
from app.edge.strict_json import StrictRoute
from app.main import create_app
from app.settings import Settings


async def told(
    request: Request,
    one: str,
    two: str,
    if_none_match: Annotated[str | None, Header()] = None,
    x_other: str | None = Header(None, alias="Other"),
) -> JSONResponse:
    return JSONResponse([one, two, if_none_match, x_other, request.method, request.url.path], 203, {"Said": "so"})


@pytest.mark.parametrize("path", ["/a/b", "/%2e/%C3%A9", "/a%20b/%00", "/%ff/~", "/a", "/a/b/c", "/a/b?one=c&one=d"])
@pytest.mark.parametrize(
    "headers",
    [[], [("If-None-Match", '"x", *')], [("if-none-match", ""), ("OTHER", "\xe9")], [("other", "1"), ("Other", "2")]],
    ids=["none", "one", "empty", "twice"],
)
def test_it_answers_as_fastapi_does(path: str, headers: list[tuple[str, str]]) -> None:
    app = FastAPI()
    for prefix, kind in (("/direct", StrictRoute), ("/solved", APIRoute)):
        router = APIRouter(prefix=prefix, route_class=kind)
        router.get("/{one}/{two}")(told)
        app.include_router(router)
    client = TestClient(app)
    sent = [(name, value.encode("latin-1")) for name, value in headers]
    direct, solved = (client.get(prefix + path, headers=sent) for prefix in ("/direct", "/solved"))
    assert (direct.status_code, direct.headers) == (solved.status_code, solved.headers)
    assert direct.content == solved.content.replace(b"/solved/", b"/direct/")


@pytest.mark.parametrize("root", ["", "/quiz", "/q", "/api"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_route_is_for_the_same_requests(root: str, method: str) -> None:
    app = create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db"))
    routes = [route for route in app.routes if isinstance(route, ShortRoute)]
    paths = [
        "/",
        "",
        "/q",
        "/q/",
        "/q/a",
        "/q/a/solution",
        "/quiz/q/a",
        "/api/v1/questions/a/b",
        "/Q/a",
        "/q//",
        "//q/a",
        "/lesson/",
    ]
    paths += [route.path_format.replace("{", "").replace("}", "") for route in routes]
    for path in paths:
        scope = {"type": "http", "method": method, "path": root + path, "root_path": root}
        assert [route.matches(scope) for route in routes] == [APIRoute.matches(route, scope) for route in routes]


def nothing() -> None: ...


async def converts(one: int) -> Response: ...
async def takes_a_query(one: str, more: Annotated[str, Query()] = "") -> Response: ...
async def takes_a_cookie(one: str, crumb: Annotated[str | None, Cookie()] = None) -> Response: ...
async def takes_a_body(one: str, body: dict[str, Any]) -> Response: ...
async def depends(one: str, known: Annotated[None, Depends(nothing)]) -> Response: ...
async def needs_a_header(one: str, other: Annotated[str, Header()]) -> Response: ...
async def takes_a_header_unless(one: str, other: Annotated[str | None, Header()] = "none") -> Response: ...
async def fills_in(one: str, response: Response) -> Response: ...
async def gives_a_value(one: str) -> dict[str, str]: ...
async def gives_whatever(one: str): ...  # type: ignore[no-untyped-def]
def waits(one: str) -> Response: ...


@pytest.mark.parametrize(
    "function",
    [
        converts,
        takes_a_query,
        takes_a_cookie,
        takes_a_body,
        depends,
        needs_a_header,
        takes_a_header_unless,
        fills_in,
        gives_a_value,
        gives_whatever,
        waits,
    ],
    ids=lambda function: function.__name__,
)
def test_what_is_left_to_be_found_out_is_left_to_fastapi(function: Callable[..., Any]) -> None:
    assert direct_handler(APIRoute("/{one}", function, response_model=None)) is None


def test_so_is_what_is_checked_and_what_the_route_itself_depends_on() -> None:
    async def short(one: Annotated[str, Path(max_length=3)]) -> Response: ...
    async def short_header(one: str, other: Annotated[str | None, Header(max_length=3)] = None) -> Response: ...

    async def plain(one: str) -> Response: ...

    assert direct_handler(APIRoute("/{one}", plain)) is not None
    assert direct_handler(APIRoute("/{one}", plain, dependencies=[Depends(nothing)])) is None
    assert direct_handler(APIRoute("/{one}", short)) is None
    assert direct_handler(APIRoute("/{one}", short_header)) is None
