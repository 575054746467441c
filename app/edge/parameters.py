"""What stands in an address, read to the letter: no parameter that is overlooked, and no number that Python alone would take."""

import re
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BeforeValidator
from starlette.datastructures import QueryParams

from app.edge.problems import MOST_FAULTS, Fault, bad_input, json_pointer

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


def _plain_digits(value: Any) -> Any:
    if isinstance(value, str) and _DIGITS.fullmatch(value) is None:
        raise ValueError("This must be a whole number, written in digits.")
    return value


PLAIN_DIGITS = BeforeValidator(_plain_digits)
"""For a whole number with limits of its own: it goes behind them, or the description would not tell them."""

Count = Annotated[int, PLAIN_DIGITS]
"""A whole number from 0 of at most 18 digits."""


def check_parameters(sent: QueryParams, taken: Collection[str]) -> None:
    """Raises Problem, 422, for a parameter that is not taken, or comes twice.

    Overlooked, a `learner_id` where `learner` is taken would give everybody's attempts.
    """
    names = [name for name, _ in sent.multi_items()]
    none = f"There is no such parameter; this takes {', '.join(taken)}." if taken else "This takes no parameters."
    told = {
        name: none if name not in taken else "This parameter comes twice."
        for name in names
        if name not in taken or names.count(name) > 1
    }
    if told:
        faults: list[Fault] = [
            {"pointer": json_pointer((name,)), "detail": detail, "source": "query"} for name, detail in told.items()
        ]
        raise bad_input(faults[:MOST_FAULTS])
