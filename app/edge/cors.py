"""Pages of other sites that may call the REST interface, where `QUIZ_CORS_ORIGINS` names them.

Such a page acts by a token, never by this site's cookie: the cookie of whoever looks at it is taken away from its requests
before anybody reads it, and browsers are not told to send one.
"""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

TRUSTED = "trusted_origin"
"""In a request's state: it comes from a page that may call the interface."""

_PATH = "/api/"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SENT = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-Id")
_READ = ("ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")
_A_DAY = 86_400


class ApiCors:
    """ASGI middleware: CORS for the REST interface alone, answered for the named origins and for no other."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._cors = CORSMiddleware(
            app,
            allow_origins=sorted(self._origins),
            allow_methods=_METHODS,
            allow_headers=_SENT,
            expose_headers=_READ,
            max_age=_A_DAY,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PATH) or not self._is_named(scope):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        scope.setdefault("state", {})[TRUSTED] = True
        await self._cors({**scope, "headers": headers}, receive, send)

    def _is_named(self, scope: Scope) -> bool:
        origins = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"origin"]
        return len(origins) == 1 and origins[0] in self._origins
