"""A bound on what a request's body may take: bytes and time.

The server itself has neither: a stream without end grew it to gigabytes, and a body sent a byte a minute
held its connection for ever. So the body is read here, before anything else sees it. Bodies are small in
this program; in return every address, also one that does not exist or never looks at its body, is
protected, and no connection is left with half a body in it.
"""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.problems import Problem, error_response

MOST_BYTES = 256 * 1024
MOST_SECONDS = 15.0

# After a refusal the rest is read and thrown away for a moment. Closing at once, with bytes still on their
# way, makes the client's system discard the answer, and the client sees a broken connection instead of the
# reason.
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 4 * 1024 * 1024


class BodyLimit:
    """ASGI middleware: a body in one piece, or a refusal.

    413 for one over `most_bytes`, counted as they arrive; 408 for one that takes over `most_seconds`. Both
    close the connection.
    """

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.most_seconds = most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _announces_body(scope):
            await self.app(scope, receive, send)
            return
        if _declared_length(scope) > self.most_bytes:
            # A client that waits for "100 Continue" has sent nothing and won't.
            waits = any(name == b"expect" for name, _ in scope["headers"])
            await _refuse(self._too_large(), scope, receive, send, linger=not waits)
            return
        try:
            async with asyncio.timeout(self.most_seconds):
                body = await self._read(receive)
        except TimeoutError:
            await _refuse(self.too_slow(), scope, receive, send, linger=False)
            return
        except _TooLarge:
            await _refuse(self._too_large(), scope, receive, send, linger=True)
            return
        if body is None:  # the client is gone
            return

        unread = True

        async def replay() -> Message:
            nonlocal unread
            if unread:
                unread = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        await self.app(scope, replay, send)

    async def _read(self, receive: Receive) -> bytes | None:
        body = bytearray()  # not a list of pieces: those could be of a byte each, and cost forty
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if len(body) > self.most_bytes:
                raise _TooLarge
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> Problem:
        detail = f"A request's body may have at most {self.most_bytes} bytes."
        return Problem(413, "The body is too large", detail, "body-too-large")

    def too_slow(self) -> Problem:
        detail = f"The body did not arrive within {self.most_seconds:g} seconds."
        return Problem(408, "The body took too long", detail, "body-too-slow")


class _TooLarge(Exception):
    pass


def _announces_body(scope: Scope) -> bool:
    """In HTTP/1.1 a request without either header has no body."""
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in scope["headers"])


def _declared_length(scope: Scope) -> int:
    """What the client says, 0 if nothing. Good for refusing early; the bytes are counted all the same."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:18])
    return 0


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send, *, linger: bool) -> None:
    response = error_response(Request(scope, receive), problem)
    response.headers["connection"] = "close"

    async def send_lingering(message: Message) -> None:
        if message["type"] != "http.response.body" or message.get("more_body", False):
            await send(message)
            return
        await send({**message, "more_body": True})
        await _discard(receive)
        await send({"type": "http.response.body", "body": b""})

    await response(scope, receive, send_lingering if linger else send)


async def _discard(receive: Receive) -> None:
    count = 0
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while count < _LINGER_BYTES:
                message = await receive()
                if not message.get("more_body", False):
                    return
                count += len(message.get("body", b""))
    except TimeoutError:
        pass
