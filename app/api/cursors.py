"""Cursors: opaque to clients, so that what they stand for can change. Today: the id to read on after."""

import re

from app.services.refusals import Unusable

_CURSOR = re.compile(r"a([1-9][0-9]{0,17})", re.ASCII)


def write_cursor(after_id: int) -> str:
    return f"a{after_id}"


def read_cursor(text: str | None) -> int:
    """The id to read on after; 0 from the beginning. Raises Unusable for what is no cursor."""
    if text is None:
        return 0
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise Unusable("/since", "This is no cursor; send the `next` of an earlier page.")
    return int(match[1])
