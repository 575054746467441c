"""The session cookie over https and over plain http."""

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import Response

from app.edge.cookies import clear_session, read_session, set_session


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()

    @app.get("/read")
    async def read(request: Request) -> Any:
        return read_session(request)

    @app.post("/in")
    async def enter(request: Request, response: Response) -> None:
        set_session(response, request, "s3cret", max_age=60)

    @app.post("/out")
    async def leave(request: Request, response: Response) -> None:
        clear_session(response, request)

    return app


def attributes(response: Any) -> tuple[str, set[str]]:
    pair, *rest = response.headers["set-cookie"].split("; ")
    return pair, {attribute.lower() for attribute in rest}


def test_over_https(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://quiz.example")
    pair, rest = attributes(client.post("/in"))
    assert pair == "__Host-session=s3cret"
    assert rest == {"secure", "httponly", "samesite=lax", "path=/", "max-age=60"}
    assert client.get("/read").json() == "s3cret"
    pair, rest = attributes(client.post("/out"))
    assert pair == '__Host-session=""'
    assert {"secure", "path=/", "max-age=0"} <= rest
    assert client.get("/read").json() is None


def test_over_http(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://quiz.example")
    pair, rest = attributes(client.post("/in"))
    assert pair == "session=s3cret"
    assert rest == {"httponly", "samesite=lax", "path=/", "max-age=60"}
    assert client.get("/read").json() == "s3cret"
    client.post("/out")
    assert client.get("/read").json() is None


def test_the_plain_cookie_is_worth_nothing_over_https(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://quiz.example")
    assert client.get("/read", headers={"Cookie": "session=planted"}).json() is None
    both = {"Cookie": "session=planted; __Host-session=right; session=planted"}
    assert client.get("/read", headers=both).json() == "right"


@pytest.mark.parametrize("cookie", ["", "session", "session=", ";;;=", "session=\xff; a=b", '"'])
def test_rubbish_is_no_session_or_a_wrong_one(app: FastAPI, cookie: str) -> None:
    response = TestClient(app).get("/read", headers=[(b"Cookie", cookie.encode("latin-1"))])
    assert response.status_code == 200
