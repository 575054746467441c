"""Other sites may not act in a visitor's name.

A browser sends this site's cookie also with what another site's page makes it send. It says where a request
comes from, though: Sec-Fetch-Site (over https and on localhost) and Origin (also over plain http). Judging
by those needs no token in any form; it is what Go's CrossOriginProtection does. A client that sends neither
is no browser, and has no visitor to be abused.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.cors import TRUSTED
from app.edge.credentials import bearer_token
from app.edge.problems import Problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORT = {"http": ":80", "https": ":443"}


class CrossSiteGuard:
    """ASGI middleware: 403 for a request that may change something and comes from a page of another site.

    A request with a bearer token needs no proof: no other site can make a browser send one. Its cookie
    counts for nothing then (app.edge.credentials sees to that). Nor does one from a page that was named in the settings,
    which comes without a cookie (app.edge.cors).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE and comes_from_elsewhere(scope):
            raise Problem(
                403,
                "Refused: sent from another site",
                "A page of another site, or of another address of this one, tried to change something here "
                "in your name. Open this site's own page and try there.",
                "cross-site",
            )
        await self.app(scope, receive, send)


def comes_from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that a page of another origin sent this request, one that is not trusted."""
    if scope.get("state", {}).get(TRUSTED):
        return False
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name, value)
    if bearer_token(headers.get(b"authorization")) is not None:
        return False
    site = headers.get(b"sec-fetch-site")
    if site:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if not origin:
        return False
    scheme: str = scope["scheme"]
    own = f"{scheme}://{headers.get(b'host', b'').decode('latin-1')}"
    return _normal(origin.decode("latin-1"), scheme) != _normal(own, scheme)


def _normal(origin: str, scheme: str) -> str:
    return origin.lower().removesuffix(_DEFAULT_PORT.get(scheme, ""))
