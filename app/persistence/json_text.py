"""How JSON columns are written: compact, readable in a database shell, and strict."""

import json
from typing import Any

# Made once: json.dumps would make it anew each time.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def to_json(value: Any) -> str:
    """JSON text of `value`. Raises ValueError for NaN and infinities, which are not JSON."""
    return _encode(value)
