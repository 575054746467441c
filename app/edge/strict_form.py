"""Forms read to the letter.

The parser decodes a multipart form in whatever character set its sender names. Some of those make half characters of
plain text, some crash; and any form may hold NUL, which PostgreSQL cannot look up. What gets through then breaks
something later, so it is refused here, before any route sees it.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.responses import Response

from app.edge.problems import Problem, bad_input
from app.edge.routes import ShortRoute

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_UTF_8 = frozenset({b"utf-8", b"utf8"})


class StrictFormRoute(ShortRoute):
    """The route class of everything that takes forms: `APIRouter(route_class=StrictFormRoute)`.

    Refuses with 415 a form in another character set than UTF-8, with 422 one that holds NUL.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            if request.method in _READS:
                return await handle(request)
            try:
                await _check(request)  # the request keeps what was read for whoever asks next
                return await handle(request)
            finally:
                await request.close()

        return handle_strictly


async def _check(request: Request) -> None:
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if options.get(b"charset", b"utf-8").lower() not in _UTF_8:
        raise Problem(415, "The form must be UTF-8", "Send the form in UTF-8, as every browser does.", "not-utf-8")
    form = await request.form()
    if any("\0" in text for name, value in form.multi_items() for text in (name, value) if isinstance(text, str)):
        raise bad_input([{"pointer": "", "detail": "A text may not hold NUL characters."}])
