"""A bound on what the head of a request may take: bytes and time.

The server itself has neither: a head sent a byte a minute held its connection for ever, and one without end grew the server.
`body.py` bounds what comes after it.
"""

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MOST_HEAD_SECONDS = 15.0  # also until a new connection says its first word
MOST_HEAD_BYTES = 64 * 1024


class BoundedHttp(HttpToolsProtocol):
    """One connection of uvicorn's, for its setting `http`.

    408 for a head that takes longer, 431 for one that is larger, 400 for what is no HTTP, and then it is closed; one that never
    said a word is closed without an answer.
    """

    _head_deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = False  # a message has begun, and its head is not there yet

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Only now, since nearly every head is there at once and needs no timer. Empty lines before a request begin no message.
        if (self._in_head or self._is_idle()) and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(431, "The head is too large", f"A request's head may have at most {MOST_HEAD_BYTES} bytes.")
            elif self._head_deadline is None:
                self._expect_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_is_there()  # what came before it, or did not
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._head_is_there()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What the server would say as plain text, of a head that is none, or a body that breaks off the rules."""
        detail = "This is no request in HTTP/1.1, or its body does not keep to the chunks or the length that its head tells of."
        self._refuse(400, "Not HTTP", detail, in_the_body=self.cycle is not None and self.cycle.more_body)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self._head_deadline = self.loop.call_later(MOST_HEAD_SECONDS, self._too_slow)

    def _head_is_there(self) -> None:
        self._in_head = False
        self._head_bytes = 0
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _too_slow(self) -> None:
        if self._head_bytes:
            detail = f"The request's head did not arrive within {MOST_HEAD_SECONDS:g} seconds."
            self._refuse(408, "The head took too long", detail)
        else:
            self.transport.close()

    def _refuse(self, status: int, title: str, detail: str, in_the_body: bool = False) -> None:
        self._head_is_there()
        unanswered = self._is_idle() or (in_the_body and not self.cycle.response_started)
        if unanswered and not self.transport.is_closing():  # else it would end up in the middle of another answer
            problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
            body = json.dumps(problem).encode()
            head = b"content-type: application/problem+json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()
