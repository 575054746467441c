"""What is no HTTP is refused in the words of every other refusal, and the connection is closed."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.servers import Server, serve_fresh

POST = b"POST /api/v1/questions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
WHOLE = POST + b'Content-Length: 18\r\n\r\n{"skill": "chain"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve_fresh(tmp_path_factory.mktemp("connections")) as running:
        yield running


def said(server: Server, *sent: bytes) -> bytes:
    """All that the server says until it closes the connection."""
    address = urlsplit(server.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        for piece in sent:
            wire.sendall(piece)
        return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.mark.parametrize(
    "sent",
    [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost x\r\n\r\n", POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["no request line", "no header", "no chunk"],
)
def test_what_is_no_http_gets_a_problem_document(server: Server, sent: bytes) -> None:
    head, _, body = said(server, sent).partition(b"\r\n\r\n")
    assert (
        head.startswith(b"HTTP/1.1 400 ") and b"content-type: application/problem+json" in head and b"connection: close" in head
    )
    document = json.loads(body)
    assert (document["status"], document["title"]) == (400, "Not HTTP")


def test_an_answer_on_its_way_is_not_broken_by_what_follows_it(server: Server) -> None:
    answers = said(server, WHOLE + b"GARBAGE\r\n\r\n").split(b"HTTP/1.1 ")[1:]
    assert all(answer.startswith((b"201 ", b"400 ")) for answer in answers)
    for answer in answers:
        json.loads(answer.partition(b"\r\n\r\n")[2])  # whole, each
