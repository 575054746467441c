"""The page that follows a class as it answers, and the events that keep it so."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from app.edge.parameters import Count
from app.engine.skills import SKILLS
from app.services import courses, live
from app.services.live import Watch
from app.services.reach import OPEN_COURSE, course_of
from app.web.class_contexts import LivePage, LivePanel
from app.web.rendering import fragment, page
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)

STREAM_SECONDS = 12.0
"""How long one stream lasts; the browser opens the next by itself, and misses nothing, since it says which event it saw last.
So who may look is asked again each time, and a server that is told to stop is not held up by those who watch.
"""
_ALIVE_SECONDS = 2.0  # without news; the page takes longer silence for a lost connection

View = Annotated[Literal["desk", "projector"], Query()]


def _readable(request: Request, staff: Staff, course: Annotated[str, Query()] = OPEN_COURSE) -> str:
    """The course's id. Refuses before a stream begins, when a status can still tell."""
    course_of(request.app.state.database, staff, course)
    return course


Readable = Annotated[str, Depends(_readable)]


@router.get("/live")
def show_live(request: Request, staff: Staff, course: Readable, view: View = "desk") -> Response:
    database = request.app.state.database
    report = live.live_report(database, staff, datetime.now(UTC), course)
    taught = courses.courses_taught(database, staff)
    return page(request, LivePage(report, _titles(), view == "projector", course, taught), staff)


@router.get("/live/events", response_class=EventSourceResponse)
async def follow(
    request: Request,
    staff: Staff,
    course: Readable,
    view: View = "desk",
    after: Count = 0,
    last_event_id: Annotated[str, Header()] = "",
) -> AsyncIterator[ServerSentEvent]:
    """`class` events hold the whole panel anew, so that whoever missed some needs none of them; `alive` ones hold nothing."""
    database, watch = request.app.state.database, _watch(request)
    seen = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19 else after
    end = time.monotonic() + STREAM_SECONDS
    yield ServerSentEvent(event="alive", raw_data="-", retry=300)
    async with watch.listening():
        while (left := end - time.monotonic()) > 0:
            if await watch.newer_than(seen, min(_ALIVE_SECONDS, left)):
                report = await asyncio.to_thread(live.live_report, database, staff, datetime.now(UTC), course)
                seen = report.newest
                yield ServerSentEvent(
                    event="class", id=str(seen), raw_data=fragment(LivePanel(report, _titles(), view == "projector"))
                )
            elif watch.reachable:
                yield ServerSentEvent(event="alive", raw_data="-")


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch


def _titles() -> dict[str, str]:
    return {skill.id: skill.title for skill in SKILLS.values()}
