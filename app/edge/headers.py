"""What every response tells the browser: trust nothing but this site, keep nothing, name the request."""

import re
from random import getrandbits

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pictures may be data, because the icons of the API's description are.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }.items()
)
_NAMES = frozenset(name for name, _ in _ALWAYS)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
_KEEP_NOTHING = (b"cache-control", b"no-store")
_ASK_AGAIN = (b"cache-control", b"no-cache")
RATE_LIMIT = "rate_limit_headers"
"""In a request's state: headers that tell how many calls are left, on refusals too."""

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class SecurityHeaders:
    """ASGI middleware: adds the headers that a response has not set itself, and X-Request-Id.

    Without a Cache-Control of its own a response is not stored; one that carries an ETag is, and asked
    about each time. Where calls are limited, it tells how many are left. An incoming X-Request-Id of up to
    64 plain characters is kept; else one is made. It is in `request.state.request_id`, for the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        is_https = scope["scheme"] == "https"

        async def add_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name for name, _ in headers}  # in small letters, as ASGI wants them
                headers += _ALWAYS if present.isdisjoint(_NAMES) else [one for one in _ALWAYS if one[0] not in present]
                if is_https and _HTTPS_ONLY[0] not in present:
                    headers.append(_HTTPS_ONLY)
                if b"cache-control" not in present:
                    headers.append(_ASK_AGAIN if b"etag" in present else _KEEP_NOTHING)
                headers.append((b"x-request-id", request_id))
                if RATE_LIMIT in scope["state"]:
                    told: dict[str, str] = scope["state"][RATE_LIMIT]
                    headers += [(name.lower().encode(), value.encode()) for name, value in told.items()]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, add_headers)


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            if _SANE_ID.fullmatch(value):
                return bytes(value)
            break
    return b"%016x" % getrandbits(64)  # a name, no secret
