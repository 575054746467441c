"""Templates to responses. Each template has one context, a dataclass in a module of contexts; the two are named alike."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse

from app.analytics.suggestion import days_ago
from app.resources import folder
from app.security.principals import Principal, is_instructor
from app.services.assignment_times import local_input, show_local
from app.web.contexts import ErrorPage
from app.web.mathematics import mathml, running
from app.web.prose import drawn_prose, prose
from app.web.static import static_address

_BUFFERED = 200  # of Jinja's pieces to a chunk


def percent(share: float | None) -> str:
    """A share as a person writes it; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def _moment(when: datetime | None) -> str:
    return "–" if when is None else f"{when:%d %b %Y, %H:%M} UTC"


def _sureness(probability: float) -> str:
    """In whole per cent, cut off: what is known from answers is never known altogether."""
    return f"{min(int(100 * probability), 99)} %"


def duration(seconds: float) -> str:
    """A time as a person says it: to the second below two minutes, to ten seconds below ten minutes, else in minutes."""
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    if seconds < 595:
        minutes, rest = divmod(round(seconds / 10) * 10, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{seconds / 60:.0f} min"


def _day_month(day: date) -> str:
    return f"{day.day} {day:%b}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else each page asks the file system of each template it is made of
    )
    environment.filters.update(mathml=mathml, running=running, prose=prose, drawn_prose=drawn_prose)
    environment.filters.update(percent=percent, moment=_moment, duration=duration)
    environment.filters.update(sureness=_sureness, day_month=_day_month, days_ago=days_ago)
    environment.filters.update(local=show_local, local_input=local_input)
    environment.globals.update(static=static_address)
    return environment


_environment_once = _environment()


def page(
    request: Request,
    context: Any,
    principal: Principal | None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """The page of a context: its class names the template."""
    return HTMLResponse(whole_page(context, principal, request.url.path, request.url.netloc), status, headers)


def whole_page(context: Any, principal: Principal | None, path: str, host: str) -> str:
    """The text of a page for a visitor, at an address of this host."""
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    text: str = _environment_once.get_template(context.template).render(
        **values,
        principal=principal,
        staff=principal is not None and is_instructor(principal),
        path=path,
        host=host,
    )
    return text


def fragment(context: Any) -> str:
    """The part of a page that a context describes, as it is sent to a page that is open."""
    return _environment_once.get_template(context.template).render(
        {field.name: getattr(context, field.name) for field in fields(context)}
    )


def chunks(context: Any) -> Iterator[bytes]:
    """What a context describes, as it is made: for pages that are long, and whose context goes on making what they show."""
    stream = _environment_once.get_template(context.template).stream(
        {field.name: getattr(context, field.name) for field in fields(context)}
    )
    stream.enable_buffering(_BUFFERED)
    return (str(piece).encode() for piece in stream)


def streamed(context: Any) -> StreamingResponse:
    """The same as a response; it is worked out beside the event loop, piece by piece."""
    return StreamingResponse(chunks(context), media_type="text/html")


def error_page(request: Request, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> HTMLResponse:
    """Any error outside the REST interface, in words."""
    phrase = HTTPStatus(status).phrase
    shown = ErrorPage(title=phrase.capitalize() if title in ("", phrase) else title, detail=detail, status=status)
    return page(request, shown, None, status, dict(headers) if headers else None)
