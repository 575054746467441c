"""Clients that send slowly or without end: they are cut off, and nobody else notices."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from app.edge.body import MOST_SECONDS
from app.edge.connections import MOST_HEAD_SECONDS
from app.persistence.migrate import upgrade
from tests.api.processes import ServerProcess
from tests.sizes import FULL, size

SLOW = 400
HEAD = b"POST /api/v1/questions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

# Nobody wants to wait fifteen seconds in each `make test`.
SHORTER = "import app.edge.body, app.edge.connections\napp.edge.body.MOST_SECONDS = app.edge.connections.MOST_HEAD_SECONDS = 4.0"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    url = f"sqlite:///{tmp_path_factory.mktemp('slow') / 'quiz.db'}"
    upgrade(url)
    with ServerProcess(url, before="" if FULL else SHORTER) as server:
        yield server


def connect(server: ServerProcess, *sent: bytes) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=40)
    for data in sent:
        wire.sendall(data)
    return wire


def last_words(wire: socket.socket) -> bytes:
    """All that the server still says before it closes."""
    with wire:
        said = b""
        try:
            while data := wire.recv(65536):
                said += data
        except ConnectionResetError:
            pass
        return said


def memory(server: ServerProcess) -> float:
    """The most that the server has held so far, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def test_the_times_are_those_that_are_promised() -> None:
    assert MOST_SECONDS == MOST_HEAD_SECONDS == 15


def test_four_hundred_slow_connections_keep_nobody_out(server: ServerProcess) -> None:
    """A quarter each: nothing said, half a head, a head and no body, half a body."""
    kinds = [(), (HEAD,), (HEAD, b"Content-Length: 21\r\n\r\n"), (HEAD, b"Content-Length: 21\r\n\r\n", b'{"skill"')]
    slow = [connect(server, *kinds[number % 4]) for number in range(SLOW)]
    assert httpx.get(f"{server.base_url}/api/v1/skills", timeout=30).status_code == 200
    # They keep trickling: only a whole head and a whole body count.
    for wire in slow[1::4]:
        wire.sendall(b"X-A")
    said = [last_words(wire)[:12] for wire in slow]
    assert set(said[0::4]) == {b""}
    assert set(said[1::4]) | set(said[2::4]) | set(said[3::4]) == {b"HTTP/1.1 408"}
    assert httpx.get(f"{server.base_url}/api/v1/skills", timeout=30).status_code == 200


def test_a_connection_may_rest_between_two_requests(server: ServerProcess) -> None:
    wire = connect(server)
    for pause in (0.0, 0.2, 0.2):
        time.sleep(pause)
        wire.sendall(b"GET /api/v1/skills HTTP/1.1\r\nHost: x\r\n")
        time.sleep(pause)
        wire.sendall(b"\r\n")
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        wire.settimeout(0.2)
        with pytest.raises(TimeoutError):
            while True:
                wire.recv(65536)
        wire.settimeout(10)
    wire.close()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux how much memory a process has held")
def test_endless_heads_and_bodies_cost_little_memory(server: ServerProcess) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    header = b"X-" + b"a" * 1000 + b": " + b"b" * 7000 + b"\r\n"
    httpx.post(f"{server.base_url}/api/v1/questions", json={"skill": "chain"}, timeout=30).raise_for_status()
    before = memory(server)

    def flood(endless_head: bool) -> bytes:
        wire = connect(server, HEAD if endless_head else HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(size(500, 5000)):
                wire.sendall(header if endless_head else chunk)
        except OSError:  # cut off in the middle
            wire.close()
            return b""
        return last_words(wire)

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(flood, [False, True] * size(8, 50)))
    assert {words[:12] for words in said} <= {b"", b"HTTP/1.1 413", b"HTTP/1.1 431"}
    assert memory(server) - before < 20
    wire = connect(server, HEAD + b"X: " + b"b" * 70_000)
    assert last_words(wire).startswith(b"HTTP/1.1 431")
