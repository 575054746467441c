"""No address of ours holds NUL. PostgreSQL cannot even look one up, so no route should get to see it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.problems import Problem


class PlainAddresses:
    """ASGI middleware: 404 for an address, query included, that holds NUL."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            raise Problem(404, "Not found", "There is nothing at this address.", "not-found")
        await self.app(scope, receive, send)
