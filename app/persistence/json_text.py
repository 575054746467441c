"""How JSON columns are written: compact, readable in a database shell, and strict."""

import json
from typing import Any


def to_json(value: Any) -> str:
    """JSON text of `value`. Raises ValueError for NaN and infinities, which are not JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
