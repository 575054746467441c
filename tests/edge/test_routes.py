"""A route is passed over where FastAPI would pass it over; called directly, it answers as FastAPI would; one that is not plain is
left to FastAPI.
"""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
)
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse

from app.edge import routes
from app.edge.routes import ShortRoute
from app.edge.strict_form import StrictFormRoute
from app.edge.strict_json import StrictRoute
from app.main import create_app
from app.settings import Settings


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    level: int = Field(strict=True, ge=1, le=3)
    note: str = ""


async def known(request: Request) -> str:
    who = request.headers.get("authorization")
    if who is None:
        raise HTTPException(401)
    return who


async def counted(request: Request) -> None:
    if request.headers.get("x-many"):
        raise HTTPException(429)


async def told(
    request: Request,
    one: str,
    if_none_match: Annotated[str | None, Header()] = None,
    x_other: str | None = Header(None, alias="Other"),
) -> JSONResponse:
    return JSONResponse([one, if_none_match, x_other, request.method, request.path_params], 203, {"Said": "so"})


async def taken(one: str, body: Sent, who: Annotated[str, Depends(known)]) -> Response:
    return JSONResponse([one, body.model_dump(), who], 201)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[TestClient]:
    """The same routes, called directly and by FastAPI."""
    made = []
    for direct in (True, False):
        if not direct:
            monkeypatch.setattr(routes, "is_plain", lambda route: False)
        router = APIRouter(route_class=StrictRoute)
        router.get("/{one}/{two}")(told)
        router.post("/{one}", dependencies=[Depends(counted)])(taken)
        app = FastAPI()
        app.router.routes.extend(router.routes)
        made.append(TestClient(app, raise_server_exceptions=False))
    return made


def assert_alike(ways: list[TestClient], method: str, path: str, headers: list[tuple[str, str]], body: bytes = b"") -> int:
    sent = [(name, value.encode("latin-1")) for name, value in headers]
    direct, solved = (client.request(method, path, headers=sent, content=body) for client in ways)
    assert (direct.status_code, direct.headers, direct.content) == (solved.status_code, solved.headers, solved.content)
    return direct.status_code


@pytest.mark.parametrize("path", ["/a/b", "/%2e/%C3%A9", "/a%20b/%00", "/%ff/~", "/a", "/a/b/c", "/a/b?one=c&one=d"])
@pytest.mark.parametrize(
    "headers",
    [[], [("If-None-Match", '"x", *')], [("if-none-match", ""), ("OTHER", "\xe9")], [("other", "1"), ("Other", "2")]],
    ids=["none", "one", "empty", "twice"],
)
def test_texts_are_handed_over_as_by_fastapi(ways: list[TestClient], path: str, headers: list[tuple[str, str]]) -> None:
    assert assert_alike(ways, "GET", path, headers) in (203, 404, 405)


@pytest.mark.parametrize(
    "body",
    [
        b'{"level": 2}',
        b'{"level": 2, "note": "n"}',
        b'{"level": "2"}',
        b'{"level": 9, "note": 1, "more": null}',
        b"{}",
        b"[]",
        b'"level"',
        b"null",
        b"1",
        b"",
        b"{",
        b'{"level": NaN}',
        b'{"level": 2.0}',
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_bodies_are_read_and_refused_as_by_fastapi(ways: list[TestClient], body: bytes, kind: str) -> None:
    for headers in ([], [("Authorization", "me")], [("Authorization", "me"), ("X-Many", "1")]):
        status = assert_alike(ways, "POST", "/a", [*headers, *([("Content-Type", kind)] if kind else [])], body)
        assert (status == 201) == (
            b'"level": 2' in body and b"2.0" not in body and len(headers) == 1 and kind == "application/json"
        )


@pytest.mark.parametrize("root", ["", "/quiz", "/q", "/api"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_route_is_for_the_same_requests(root: str, method: str) -> None:
    app = create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db"))
    ours = [route for route in app.routes if isinstance(route, ShortRoute)]
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
    paths += [route.path_format.replace("{", "").replace("}", "") for route in ours]
    for path in paths:
        scope = {"type": "http", "method": method, "path": root + path, "root_path": root}
        assert [route.matches(scope) for route in ours] == [APIRoute.matches(route, scope) for route in ours]


async def nothing() -> None: ...


async def with_more(one: str, request: Request) -> None: ...
def waiting(request: Request) -> None: ...
async def converts(one: int) -> Response: ...
async def takes_a_query(one: str, more: Annotated[str, Query()] = "") -> Response: ...
async def takes_a_cookie(one: str, crumb: Annotated[str | None, Cookie()] = None) -> Response: ...
async def takes_any_body(one: str, body: dict[str, Any]) -> Response: ...
async def takes_two(one: str, body: Sent, other: Sent) -> Response: ...
async def takes_it_inside(one: str, body: Annotated[Sent, Body(embed=True)]) -> Response: ...
async def may_take_a_body(one: str, body: Sent | None = None) -> Response: ...
async def takes_a_form(one: str, body: Annotated[Sent, Form()]) -> Response: ...
async def depends_on_more(one: str, known: Annotated[None, Depends(with_more)]) -> Response: ...
async def depends_and_waits(one: str, known: Annotated[None, Depends(waiting)]) -> Response: ...
async def needs_a_header(one: str, other: Annotated[str, Header()]) -> Response: ...
async def takes_a_header_unless(one: str, other: Annotated[str | None, Header()] = "none") -> Response: ...
async def limits_a_header(one: str, other: Annotated[str | None, Header(max_length=3)] = None) -> Response: ...
async def limits_its_path(one: Annotated[str, Path(max_length=3)]) -> Response: ...
async def fills_in(one: str, response: Response) -> Response: ...
async def goes_on(one: str, background: BackgroundTasks) -> Response: ...
async def gives_a_value(one: str) -> dict[str, str]: ...
async def gives_whatever(one: str): ...  # type: ignore[no-untyped-def]
def waits(one: str) -> Response: ...
async def takes_a_model(one: str, body: Sent) -> Response: ...
async def depends(one: str, known: Annotated[str, Depends(known)]) -> HTMLResponse: ...


@pytest.mark.parametrize(
    "function",
    [
        converts,
        takes_a_query,
        takes_a_cookie,
        takes_any_body,
        takes_two,
        takes_it_inside,
        may_take_a_body,
        takes_a_form,
        depends_on_more,
        depends_and_waits,
        needs_a_header,
        takes_a_header_unless,
        limits_a_header,
        limits_its_path,
        fills_in,
        goes_on,
        gives_a_value,
        gives_whatever,
        waits,
    ],
    ids=lambda function: function.__name__,
)
def test_what_is_not_plain_is_left_to_fastapi(function: Callable[..., Any]) -> None:
    assert not routes.is_plain(StrictRoute("/{one}", function, response_model=None, methods=["POST"]))


def test_what_is_plain_depends_on_the_route_too() -> None:
    for function in (takes_a_model, depends):
        assert routes.is_plain(StrictRoute("/{one}", function, methods=["POST"]))
    assert not routes.is_plain(StrictRoute("/{one}", depends, methods=["POST"], dependencies=[Depends(waiting)]))
    assert not routes.is_plain(StrictFormRoute("/{one}", takes_a_model, methods=["POST"]))  # nobody there reads JSON strictly
