"""How JSON columns are written: compact, readable in a database shell, and strict."""

import json
from typing import Any

from pydantic_core import to_json as spell

# Made once: json.dumps would make it anew each time.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def to_json(value: Any) -> str:
    """JSON text of `value`. Raises ValueError for NaN and infinities, which are not JSON, and for lone surrogates."""
    text = spell(value).decode()
    # It takes a quarter of the standard library's time, but writes these by their names; words in a text are all right.
    return _encode(value) if "NaN" in text or "Infinity" in text else text
