"""The middleware in its one right order."""

from collections.abc import Sequence

from starlette.middleware import Middleware

from app.edge.addresses import PlainAddresses
from app.edge.body import MOST_BYTES, MOST_SECONDS, BodyLimit
from app.edge.compression import Compression
from app.edge.cors import ApiCors
from app.edge.csrf import CrossSiteGuard
from app.edge.head import HeadAsGet
from app.edge.headers import SecurityHeaders
from app.edge.logs import RequestLog
from app.edge.problems import ErrorBoundary


def middleware(
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
    cors_origins: Sequence[str] = (),
    log_requests: bool = False,
) -> list[Middleware]:
    """For `FastAPI(middleware=...)`, outermost first. cors_origins: whose pages may call the REST interface.

    The headers go round everything, so that refusals and crashes carry them too. The boundary goes round
    whatever may refuse or crash. The body is read before anything else judges, so that no refusal leaves half a
    body in a connection.
    """
    return [
        Middleware(SecurityHeaders),
        *([Middleware(RequestLog)] if log_requests else []),
        Middleware(HeadAsGet),
        Middleware(Compression),
        *([Middleware(ApiCors, origins=cors_origins)] if cors_origins else []),
        Middleware(ErrorBoundary),
        Middleware(BodyLimit, most_bytes=most_bytes, most_seconds=most_seconds),
        Middleware(PlainAddresses),
        Middleware(CrossSiteGuard),
    ]
