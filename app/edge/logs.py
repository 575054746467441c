"""The log as JSON, a line to each event, for machines that gather logs. In force where QUIZ_LOG is json.

A line says when, how grave, from where and what, and under which request. What visitors send is not in it: of an address its
route's template, of headers and bodies nothing, since links, codes and tokens are secrets.
"""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("app.requests")

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")  # W3C Trace Context


class JsonLines(logging.Formatter):
    """A record as one JSON object; `extra={"said": {…}}` adds to it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request_id := _request_id.get()) is not None:
            line["request_id"] = request_id
        line.update(getattr(record, "said", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def write_json_lines() -> None:
    """From now on whatever is logged in this process goes to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logger.setLevel(logging.INFO)


class RequestLog:
    """ASGI middleware: a line for each request, and its id on every line that is logged on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _request_id.set(scope.get("state", {}).get("request_id"))
        began, status, size = time.perf_counter(), 0, 0

        async def note(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", None)
            said = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "bytes": size,
                "milliseconds": round((time.perf_counter() - began) * 1000, 2),
            }
            if (trace := _trace_id(scope)) is not None:
                said["trace_id"] = trace
            logger.info("%s %s %d", scope["method"], route, status, extra={"said": said})


def _trace_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"traceparent":
            match = _TRACE.fullmatch(value)
            return match[1].decode() if match else None
    return None
