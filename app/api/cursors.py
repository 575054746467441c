"""Cursors: opaque to clients, so that what they stand for can change. Today: the id to read on after."""

import re

from app.edge.problems import bad_parameter

_CURSOR = re.compile(r"a([1-9][0-9]{0,17})", re.ASCII)


def write_cursor(after_id: int) -> str:
    return f"a{after_id}"


def read_cursor(text: str | None) -> int:
    """The id to read on after; 0 from the beginning. 422 for what is no cursor."""
    if text is None:
        return 0
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise bad_parameter("query", "since", "This is no cursor; send the `next` or `resume` of an earlier page.")
    return int(match[1])
