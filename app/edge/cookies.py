"""The one cookie: which session this browser is.

Over https its name starts with `__Host-`: browsers then take it only from this very host over https, so
neither a neighbouring subdomain nor someone on the line can plant one. Plain http, as on a classroom's
network, can't have that.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

_OVER_HTTPS = "__Host-session"
_OVER_HTTP = "session"


def _is_secure(request: HTTPConnection) -> bool:
    return bool(request.scope["scheme"] == "https")


def _name(request: HTTPConnection) -> str:
    return _OVER_HTTPS if _is_secure(request) else _OVER_HTTP


def read_session(request: HTTPConnection) -> str | None:
    """The session's secret as this browser shows it, or None. Over https only the protected cookie counts."""
    return request.cookies.get(_name(request)) or None


def set_session(response: Response, request: HTTPConnection, secret: str, *, max_age: int) -> None:
    """Give the browser its session, for `max_age` seconds."""
    response.set_cookie(
        _name(request),
        secret,
        max_age=max_age,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, request: HTTPConnection) -> None:
    """Take the session back from the browser."""
    response.delete_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax")
