"""Numbers in addresses, read to the letter: Python's own reading also takes "1_0" and Arabic digits."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


def _plain_digits(value: Any) -> Any:
    if isinstance(value, str) and _DIGITS.fullmatch(value) is None:
        raise ValueError("This must be a whole number, written in digits.")
    return value


PLAIN_DIGITS = BeforeValidator(_plain_digits)
"""For a whole number with limits of its own: it goes behind them, or the description would not tell them."""

Count = Annotated[int, PLAIN_DIGITS]
"""A whole number from 0 of at most 18 digits."""
