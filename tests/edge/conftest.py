"""A tiny application with the real middleware, in memory or behind a real server on a free local port."""

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, Response

from app.edge.problems import Fault, Problem, bad_input, install_error_handlers
from app.edge.stack import middleware
from app.edge.strict_json import StrictRoute
from app.security.principals import CredentialKind, Principal


class NotUnderstood(Exception):
    """Stands for an exception of a lower room."""


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: dict[str, Any] = Field(min_length=1)
    level: int = Field(1, strict=True, ge=1, le=3)


def render_error(request: Request, status: int, title: str, detail: str, headers: Mapping[str, str] | None) -> Response:
    return HTMLResponse(f"<h1>{title}</h1><p>{detail}</p>", status, headers)


async def identify(kind: CredentialKind, secret: str) -> Principal | None:
    known = {
        ("token", "learner-token"): Principal("ada", "learner", "Ada", kind),
        ("token", "integration-token"): Principal("lms", "integration", "LMS", kind),
        ("token", "instructor-token"): Principal("grace", "instructor", "Grace", kind),
        ("session", "learner-session"): Principal("ada", "learner", "Ada", kind),
    }
    return known.get((kind, secret))


def show(value: Any) -> Any:
    """What the program was given, told so that a test can see the exact types."""
    if isinstance(value, dict):
        return {key: show(item) for key, item in value.items()}
    if isinstance(value, list):
        return [show(item) for item in value]
    return value if isinstance(value, (str, bool)) or value is None else f"{type(value).__name__} {value}"


def build_app(most_seconds: float = 15.0) -> FastAPI:
    app = FastAPI(middleware=middleware(most_seconds=most_seconds))
    app.state.identify = identify
    app.state.render_error = render_error
    app.state.stored = []
    install_error_handlers(
        app,
        {NotUnderstood: lambda error: bad_input([Fault(pointer="/answer/dz/1", detail=str(error), hint="h")])},
    )
    router = APIRouter(route_class=StrictRoute)

    @router.post("/attempts")
    async def attempt(sent: Sent) -> Any:
        app.state.stored.append(sent.answer)
        return {"answer": show(sent.answer), "level": sent.level}

    @router.post("/raw")
    async def raw(request: Request) -> Any:
        return show(await request.json())

    @router.post("/form")
    async def form(name: str = Form()) -> Any:
        return {"name": name}

    @router.post("/nothing")
    async def nothing() -> Any:
        return {}

    @router.get("/items/{number}")
    async def items(number: int, limit: int = 5) -> Any:
        return {"number": number, "limit": limit}

    @router.get("/crash")
    async def crash_get() -> Any:
        raise RuntimeError("secret of the house")

    @router.post("/crash")
    async def crash(sent: Sent) -> Any:
        raise RuntimeError("secret of the house")

    @router.get("/lower")
    async def lower() -> Any:
        raise NotUnderstood("This is no number.")

    @router.get("/problem")
    async def problem() -> Any:
        raise Problem(409, "Under way", "Wait a little.", "under-way", headers={"Retry-After": "1"})

    app.include_router(router, prefix="/api/v1")

    @app.post("/practice")
    async def practice(answer: str = Form()) -> Any:
        return HTMLResponse(answer)

    @app.get("/page")
    async def page() -> Any:
        return HTMLResponse("<p>page</p>")

    @app.get("/page-crash")
    async def page_crash() -> Any:
        raise RuntimeError("secret of the house")

    return app


@pytest.fixture
def app() -> FastAPI:
    return build_app()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


class Wire:
    """A bare connection to the server: what is written is what is sent."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.pending = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def response(self) -> tuple[int, dict[str, str], bytes]:
        """Read one response that has a Content-Length."""
        while b"\r\n\r\n" not in self.pending:
            self._more()
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers["content-length"])
        while len(self.pending) < length:
            self._more()
        body, self.pending = self.pending[:length], self.pending[length:]
        found = re.match(r"HTTP/1\.1 (\d{3})", first)
        assert found, first
        return int(found[1]), headers, body

    def is_closed(self) -> bool:
        """Whether the server closes, in an orderly way, within the time-out."""
        try:
            return self.socket.recv(1) == b""
        except (TimeoutError, ConnectionResetError):
            return False

    def _more(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"closed after {self.pending!r}"
        self.pending += data

    def close(self) -> None:
        self.socket.close()


Serve = Callable[[Any], AbstractContextManager[int]]


@contextmanager
def _serve(app: Any) -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level=logging.CRITICAL, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture
def serve() -> Serve:
    """`with serve(app) as port:` runs the application behind uvicorn on 127.0.0.1."""
    return _serve


@pytest.fixture
def connect() -> Iterator[Callable[[int], Wire]]:
    """`connect(port)` opens a bare connection."""
    wires: list[Wire] = []

    def open_wire(port: int) -> Wire:
        wires.append(Wire(port))
        return wires[-1]

    yield open_wire
    for wire in wires:
        wire.close()


@pytest.fixture
def slow_app() -> FastAPI:
    """An application that waits half a second for a body."""
    return build_app(most_seconds=0.5)
