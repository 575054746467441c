"""The load generator, a process of its own: `python -m bench.load` reads a Load from its input and prints a Sample.

It has to cost less than what it measures, so it speaks HTTP/1.1 by hand: requests are written as prepared, and of a
response only its status and length are looked at.
"""

import asyncio
import json
import pickle
import re
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import cast

_STATUS = slice(9, 12)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """requests: for each connection what it sends, one after the other; `again`: from the start when they are used up.

    seconds: after which nothing more is sent.
    """

    port: int
    requests: list[list[bytes]]
    again: bool
    seconds: float


@dataclass(frozen=True)
class Sample:
    """What came of a load. p50, p99: milliseconds from a request to the end of its response."""

    count: int
    seconds: float
    p50: float
    p99: float
    statuses: dict[str, int]

    @property
    def rate(self) -> float:
        return self.count / self.seconds


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way at a time."""

    def __init__(self, requests: list[bytes], again: bool) -> None:
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._again = again
        self._place = 0
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def begin(self, deadline: float) -> None:
        self._deadline = deadline
        self._send()

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        head = received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(received, 0, head + 2)
        if length is None:
            self._fail("a response without Content-Length")
        elif len(received) >= head + 4 + int(length[1]):
            self.latencies.append(perf_counter() - self._sent_at)
            self.statuses[received[_STATUS].decode()] += 1
            received.clear()
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"the server closed a connection: {error}")

    def _send(self) -> None:
        if self._place == len(self._requests) and self._again:
            self._place = 0
        self._sent_at = perf_counter()
        if self._place == len(self._requests) or self._sent_at > self._deadline:
            if not self.done.done():
                self.done.set_result(None)
            return
        self._transport.write(self._requests[self._place])
        self._place += 1

    def _fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError(reason))


async def measure(load: Load) -> Sample:
    """Puts the load on the server at 127.0.0.1."""
    loop = asyncio.get_running_loop()
    connections = []
    for requests in load.requests:
        _, connection = await loop.create_connection(
            lambda requests=requests: _Connection(requests, load.again),  # type: ignore[misc]
            "127.0.0.1",
            load.port,
        )
        connections.append(connection)
    began = perf_counter()
    for connection in connections:
        connection.begin(began + load.seconds)
    async with asyncio.timeout(load.seconds + 30):
        await asyncio.gather(*(connection.done for connection in connections))
    seconds = perf_counter() - began
    latencies = sorted(latency * 1000 for connection in connections for latency in connection.latencies)
    statuses = sum((connection.statuses for connection in connections), Counter[str]())
    count = len(latencies)
    return Sample(count, seconds, latencies[count // 2], latencies[min(count * 99 // 100, count - 1)], dict(statuses))


def main() -> None:
    measured = measure(pickle.load(sys.stdin.buffer))
    try:
        import uvloop
    except ImportError:
        sample = asyncio.run(measured)
    else:
        sample = uvloop.run(measured)
    json.dump(asdict(sample), sys.stdout)


if __name__ == "__main__":
    # The class that was pickled is bench.load.Load, not __main__.Load.
    from bench.load import main as run_main

    run_main()
