"""HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2): for those that only ask whether all is well."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware: what is inside sees a GET. No body is sent, and a stream is at its end after its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        ended = False

        async def send_head(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b""})

        asked = {**scope, "method": "GET"}  # the server keeps its own, by which it knows that no body follows
        try:
            await self.app(asked, receive, send_head)
        finally:
            if "route" in asked:  # for the log
                scope["route"] = asked["route"]
