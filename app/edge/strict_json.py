"""JSON read to the letter.

Python's reader is generous: NaN, Infinity, the last of two equal keys, numbers rounded to binary, half a
character. What gets through then breaks something later, or grades an answer nobody gave. Here each of
these is refused, with its place, before any model sees it; and a number with a point or an exponent stays
the decimal that was typed.
"""

import json
import re
from collections.abc import Callable, Coroutine, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from app.edge.problems import MOST_FAULTS, Fault, Problem, bad_input, bad_json, json_pointer
from app.edge.routes import ShortRoute

MOST_DEPTH = 32
LONGEST_NUMBER = 64
_LONGEST_EXPONENT = 4  # more digits of exponent, and turning the decimal into an integer takes seconds and megabytes

# A text, closed or running to the end, or a bracket. Nothing in it can match in two ways, so the scan takes
# one pass.
_TEXT_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_CONTENT_TYPE = re.compile(r'\s*application/json\s*(?:;\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*;?\s*)?', re.IGNORECASE)


class _Unfit:
    """Stands in the parsed document where something must be refused, until its place is known. made: how many there ever were."""

    __slots__ = ("detail", "key", "status")
    made = 0

    def __init__(self, status: int, detail: str, key: str | None = None) -> None:
        _Unfit.made += 1
        self.status = status
        self.detail = detail
        self.key = key


def _integer(literal: str) -> int | _Unfit:
    return int(literal) if len(literal) <= LONGEST_NUMBER else _too_long()


def _decimal(literal: str) -> Decimal | _Unfit:
    if len(literal) > LONGEST_NUMBER:
        return _too_long()
    exponent = literal.lower().partition("e")[2].lstrip("+-0")
    if len(exponent) > _LONGEST_EXPONENT:
        return _Unfit(422, f"A number's exponent may have at most {_LONGEST_EXPONENT} digits.")
    return Decimal(literal)


def _too_long() -> _Unfit:
    return _Unfit(422, f"A number may have at most {LONGEST_NUMBER} characters.")


def _constant(name: str) -> _Unfit:
    return _Unfit(400, f"{name} is no JSON number.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Unfit:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Unfit(400, "This key appears twice.", key)
        seen.add(key)
    raise AssertionError("unreachable: fewer keys than pairs means that one repeats")


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_object)


def read_json(raw: bytes) -> Any:
    """The document in these bytes; numbers come as int or, with a point or an exponent, as Decimal.

    Raises Problem: 400 for what is not UTF-8 or not JSON by RFC 8259, is nested deeper than 32, repeats a
    key, holds NaN, an infinity or half a surrogate pair; 422 for a number of over 64 characters or with an
    exponent of over 4 digits, and for NUL in a text.
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        _refuse("The body starts with a byte order mark; send UTF-8 without one.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"The body is not UTF-8: byte {error.start} is wrong.")
    if "\0" in text:
        _refuse("The body holds NUL bytes; it may be UTF-16 or UTF-32. Send UTF-8.")
    if _is_too_deep(raw):
        _refuse(f"The JSON is nested deeper than {MOST_DEPTH} levels.")
    made = _Unfit.made
    try:
        document = _decoder.decode(text)
    except json.JSONDecodeError as error:
        _refuse(f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.")
    if _Unfit.made == made and "\\" not in text and text.isascii():
        return document  # nothing to look for: texts are as they stand, and all else has been taken
    found = list(islice(_unfit(document, ()), MOST_FAULTS))
    if found:
        # What makes it no JSON at all comes first; the rest is only worth telling about JSON.
        status = min(status for status, _ in found)
        raise (bad_json if status == 400 else bad_input)([fault for of_status, fault in found if of_status == status])
    return document


def _refuse(detail: str) -> NoReturn:
    raise bad_json([{"pointer": "", "detail": detail}]) from None


def _is_too_deep(raw: bytes) -> bool:
    """Found out before parsing, because the parser would recurse as deep as the sender likes."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for match in _TEXT_OR_BRACKET.finditer(raw):
        mark = match[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth > MOST_DEPTH:
                return True
        elif mark in (b"]", b"}"):
            depth -= 1
    return False


def _unfit(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[int, Fault]]:
    """Every fault in the document, with its status, in the document's order."""
    if isinstance(value, str):
        yield from _unfit_text(value, path)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, (str, list, dict, _Unfit)):
                yield from _unfit(item, (*path, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unfit_text(key, (*path, key))
            if isinstance(item, (str, list, dict, _Unfit)):
                yield from _unfit(item, (*path, key))
    elif isinstance(value, _Unfit):
        place = path if value.key is None else (*path, value.key)
        yield value.status, {"pointer": json_pointer(place), "detail": value.detail}


def _unfit_text(text: str, path: tuple[str | int, ...]) -> Iterator[tuple[int, Fault]]:
    if "\0" in text:
        yield 422, {"pointer": json_pointer(path), "detail": "A text may not hold NUL characters."}
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            yield 400, {"pointer": json_pointer(path), "detail": "This text holds half a surrogate pair."}


class StrictRequest(Request):
    """A request whose body is JSON in UTF-8, read strictly, or a form."""

    async def body(self) -> bytes:
        """The raw body. 415 if there is one that doesn't call itself JSON, or that is compressed."""
        if hasattr(self, "_body"):  # it was looked at when it was read
            return self._body
        raw = await super().body()
        if raw and self.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Problem(
                415,
                "The body must not be compressed",
                "Send the body as it is, without Content-Encoding.",
                "compressed",
                headers={"Accept-Encoding": "identity"},
            )
        if raw and not _CONTENT_TYPE.fullmatch(self.headers.get("content-type", "")):
            raise Problem(
                415,
                "The body must be JSON",
                "Send the body as UTF-8 with Content-Type: application/json.",
                "not-json",
                headers={"Accept": "application/json"},
            )
        return raw

    async def json(self) -> Any:
        """The document; see read_json for what is refused."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


class StrictRoute(ShortRoute):
    """The route class of everything that takes JSON: `APIRouter(route_class=StrictRoute)`.

    FastAPI asks the request it is handed for body and document, also in routers that are included
    elsewhere, so handing it a strict one is all there is to it. Forms are read by another way and stay as
    they are.
    """

    reads_json = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly
