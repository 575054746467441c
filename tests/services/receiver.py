"""A receiver of webhooks as they are: an https server that answers, fails, is slow, or dies midway, as it is told to.

receiver.pem is a certificate of nobody's, with its key, for receiver.test and localhost; it opens nothing.
"""

import hashlib
import ssl
import struct
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

CERTIFICATE = Path(__file__).with_name("receiver.pem")


@dataclass
class Received:
    """One message as it arrived. answered: the status it got."""

    path: str
    headers: dict[str, str]
    body: bytes
    answered: int | None = None


Act = Callable[[Received, int], int | None]
"""(message, how many came before it) -> the status to answer, or None to cut the connection."""


@dataclass
class Receiver:
    port: int = 0
    act: Act = lambda received, before: 204
    received: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str = "/events", host: str = "receiver.test") -> str:
        return f"https://{host}:{self.port}{path}"

    def accepted(self, path: str = "/events") -> list[Received]:
        with self.lock:
            return [one for one in self.received if one.path == path and one.answered is not None and one.answered < 300]

    def wait_for(self, count: int, path: str = "/events", seconds: float = 20.0) -> list[Received]:
        end = time.monotonic() + seconds
        while len(self.accepted(path)) < count:
            assert time.monotonic() < end, f"{len(self.accepted(path))} of {count} messages came"
            time.sleep(0.01)
        return self.accepted(path)


@contextmanager
def receiving(act: Act = lambda received, before: 204) -> Iterator[Receiver]:
    """An https server on a free port until the block ends."""
    receiver = Receiver(act=act)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.lock:
                before = len(receiver.received)
                receiver.received.append(one)
            status = receiver.act(one, before)
            if status is None:
                self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))  # a reset, in the midst
                self.close_connection = True
                return
            with receiver.lock:
                one.answered = status
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", receiver.url("/elsewhere"))
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def trusting() -> ssl.SSLContext:
    """What a client needs to believe the receiver."""
    return ssl.create_default_context(cafile=CERTIFICATE)


def signature(secret: str, received: Received) -> str:
    """What the signature should be, worked out from the definition of HMAC (RFC 2104) and of Standard Webhooks alone."""
    key = b64decode(secret.split("_", 1)[1]).ljust(64, b"\0")
    content = b".".join((received.headers["webhook-id"].encode(), received.headers["webhook-timestamp"].encode(), received.body))
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key) + content).digest()
    outer = hashlib.sha256(bytes(one ^ 0x5C for one in key) + inner).digest()
    return "v1," + b64encode(outer).decode()
