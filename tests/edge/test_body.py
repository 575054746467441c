"""A body is bounded in bytes and in time, whatever its sender claims, and the sender learns why."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from app.edge.body import MOST_BYTES, BodyLimit

Serve = Any
Connect = Callable[[int], Any]

HEAD = b"POST /api/v1/attempts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD = b'{"answer": {"dz": 1}}'
NEXT = b"GET /api/v1/items/1 HTTP/1.1\r\nHost: x\r\n\r\n"


def padded(length: int) -> bytes:
    return GOOD + b" " * (length - len(GOOD))


def test_the_limit_is_exact(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert client.post("/api/v1/attempts", content=padded(MOST_BYTES), headers=headers).status_code == 200
    response = client.post("/api/v1/attempts", content=padded(MOST_BYTES + 1), headers=headers)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith(":body-too-large")


def test_pages_are_told_in_html(client: TestClient) -> None:
    response = client.post("/practice", data={"answer": "x" * MOST_BYTES})
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["connection"] == "close"


async def exchange(limit: BodyLimit, incoming: list[Message], headers: list[tuple[bytes, bytes]]) -> tuple[list[Message], int]:
    """Play these messages to the middleware: what it sent, and how many messages it took."""
    sent: list[Message] = []
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        if taken == len(incoming):
            await asyncio.sleep(60)
        taken += 1
        return incoming[taken - 1]

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/x", "headers": headers, "scheme": "http"}
    await limit(scope, receive, send)
    return sent, taken


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    assert not message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def pieces(*bodies: bytes) -> list[Message]:
    last = len(bodies) - 1
    return [{"type": "http.request", "body": body, "more_body": i < last} for i, body in enumerate(bodies)]


def test_a_length_that_lies_changes_nothing() -> None:
    too_much = pieces(b"x" * 60, b"x" * 60, b"")
    for claimed in (b"5", b"-1", b"x", b""):
        sent, _ = asyncio.run(exchange(BodyLimit(echo, 100), too_much, [(b"content-length", claimed)]))
        assert sent[0]["status"] == 413


@pytest.mark.parametrize("claimed", [b"101", b"9" * 18, b"9" * 5000])
def test_a_length_that_is_too_much_is_refused_before_a_byte_is_read(claimed: bytes) -> None:
    headers = [(b"content-length", claimed), (b"expect", b"100-continue")]
    sent, taken = asyncio.run(exchange(BodyLimit(echo, 100), [], headers))
    assert (sent[0]["status"], taken) == (413, 0)


def test_pieces_arrive_as_one() -> None:
    headers = [(b"transfer-encoding", b"chunked")]
    sent, _ = asyncio.run(exchange(BodyLimit(echo, 100), pieces(b"ab", b"", b"cd", b""), headers))
    assert sent[1]["body"] == b"abcd"


def test_a_client_that_leaves_is_not_answered() -> None:
    incoming: list[Message] = [*pieces(b"ab", b"")[:1], {"type": "http.disconnect"}]
    headers = [(b"transfer-encoding", b"chunked")]
    assert asyncio.run(exchange(BodyLimit(echo, 100), incoming, headers)) == ([], 2)


def test_a_slow_body_is_refused() -> None:
    headers = [(b"transfer-encoding", b"chunked")]
    sent, _ = asyncio.run(exchange(BodyLimit(echo, 100, 0.05), pieces(b"ab", b"")[:1], headers))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


class Metered:
    """Counts the bytes that the application takes from the server, in all and before it answers."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.taken = 0
        self.taken_before_answer = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def metered() -> Message:
            message: Message = await receive()
            self.taken += len(message.get("body", b""))
            return message

        async def watch(message: Message) -> None:
            self.taken_before_answer = self.taken_before_answer or self.taken
            await send(message)

        await self.app(scope, metered, watch)


def test_a_stream_without_end_is_refused_early_and_the_sender_hears_why(app: FastAPI, serve: Serve, connect: Connect) -> None:
    metered = Metered(app)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with serve(metered) as port:
        wire = connect(port)
        wire.send(CHUNKED)
        for _ in range(32):  # 2 MB, and no end
            wire.send(chunk)
        status, headers, body = wire.response()
        assert (status, headers["connection"]) == (413, "close")
        assert json.loads(body)["status"] == 413
        assert metered.taken_before_answer < MOST_BYTES + 512 * 1024  # one helping of the server's own
        wire.socket.settimeout(5)
        assert wire.is_closed()
        other = connect(port)
        other.send(NEXT)
        assert other.response()[0] == 200
    assert app.state.stored == []


def test_a_flood_is_cut_off(app: FastAPI, serve: Serve, connect: Connect) -> None:
    metered = Metered(app)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with serve(metered) as port:
        wire = connect(port)
        wire.send(CHUNKED)
        with pytest.raises(OSError):
            for _ in range(5000):  # 300 MB, were they taken
                wire.send(chunk)
    assert metered.taken < 6 * 1024 * 1024


def test_a_declared_excess_is_refused_at_once_and_closes(app: FastAPI, serve: Serve, connect: Connect) -> None:
    with serve(app) as port:
        wire = connect(port)
        began = time.monotonic()
        wire.send(HEAD + b"Content-Length: 300000000\r\nExpect: 100-continue\r\n\r\n")
        status, headers, _ = wire.response()
        assert (status, headers["connection"]) == (413, "close")
        assert wire.is_closed()
        assert time.monotonic() - began < 1


def test_a_slow_body_is_closed_over_a_real_connection(slow_app: FastAPI, serve: Serve, connect: Connect) -> None:
    with serve(slow_app) as port:
        wire = connect(port)
        wire.send(HEAD + b"Content-Length: 21\r\n\r\n")
        for byte in GOOD[:3]:  # it keeps trickling: only the whole counts
            wire.send(bytes([byte]))
            time.sleep(0.1)
        status, headers, body = wire.response()
        assert (status, headers["connection"]) == (408, "close")
        assert json.loads(body)["type"].endswith(":body-too-slow")
        assert wire.is_closed()


def test_a_body_nobody_asked_for_leaves_the_connection_usable(app: FastAPI, serve: Serve, connect: Connect) -> None:
    with serve(app) as port:
        wire = connect(port)
        wire.send(b"POST /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50000)
        time.sleep(0.05)
        wire.send(b"x" * 50000 + NEXT)
        assert wire.response()[0] == 404
        assert wire.response()[0] == 200


def test_after_a_crash_the_same_connection_goes_on(app: FastAPI, serve: Serve, connect: Connect) -> None:
    post = b"POST /api/v1/crash HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with serve(app) as port:
        wire = connect(port)
        for request in (
            b"GET /api/v1/crash HTTP/1.1\r\nHost: x\r\n\r\n",
            post + b"Content-Length: 21\r\n\r\n" + GOOD,
            post + b"Transfer-Encoding: chunked\r\n\r\n15\r\n" + GOOD + b"\r\n0\r\n\r\n",
        ):
            wire.send(request)
            status, headers, body = wire.response()
            assert (status, headers["content-type"]) == (500, "application/problem+json")
            assert "connection" not in headers and headers["x-request-id"] in json.loads(body)["detail"]
            wire.send(NEXT)
            assert wire.response()[0] == 200


def test_after_every_other_refusal_too(app: FastAPI, serve: Serve, connect: Connect) -> None:
    refused = {
        403: b"POST /api/v1/attempts HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\nContent-Length: 21\r\n\r\n" + GOOD,
        415: b"POST /api/v1/attempts HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n" + GOOD,
        400: HEAD + b"Content-Length: 21\r\n\r\n" + GOOD.replace(b"1", b"x"),
        422: HEAD + b"Content-Length: 21\r\n\r\n" + GOOD.replace(b"answer", b"reswer"),
    }
    with serve(app) as port:
        wire = connect(port)
        for expected, request in refused.items():
            wire.send(request)
            assert wire.response()[0] == expected
            wire.send(NEXT)
            assert wire.response()[0] == 200
