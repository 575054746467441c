"""Long answers as NDJSON, one JSON document to a line, sent as they are made, for clients that name it in `Accept`."""

import re
from collections.abc import AsyncIterator, Iterable

from pydantic import BaseModel
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

NDJSON = "application/x-ndjson"
_NEVER = re.compile(r"q\s*=\s*0(\.0*)?")  # a weight of nothing: anything but this


def wants_lines(request: Request) -> bool:
    """Whether the client names NDJSON among what it accepts; a wildcard means JSON, as ever."""
    accepted = ([part.strip() for part in one.lower().split(";")] for one in request.headers.get("accept", "").split(","))
    return any(kind == NDJSON and not any(map(_NEVER.fullmatch, weights)) for kind, *weights in accepted)


def as_lines(documents: AsyncIterator[BaseModel] | Iterable[BaseModel], status: int) -> StreamingResponse:
    """A response of these documents. If a client goes away, no further ones are made."""
    made = documents if isinstance(documents, AsyncIterator) else iterate_in_threadpool(documents)

    async def lines() -> AsyncIterator[str]:
        async for document in made:
            yield document.model_dump_json() + "\n"

    return StreamingResponse(lines(), status, media_type=NDJSON)
