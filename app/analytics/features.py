"""What about the numbers drawn may make a question harder than its neighbours of the same level."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SATURATED = 2.5
"""|z| beyond which σ is so flat that σ′ has its first figure in the second decimal: σ′(2.5) = 0.070."""


def features(givens: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[np.bool_]]:
    """For each feature, in words, which of the questions have it, [questions].

    Args:
        givens: what was given in questions of one skill and level, symbol to number or nested lists.

    Minus signs and numbers are counted; "many" is more than the median of these questions, so that both kinds occur where
    they differ at all.
    """
    if not givens:
        return {}
    named = {f"some |z| above {SATURATED}": np.array([_saturated(given) for given in givens])}
    numbers = [_numbers(list(given.values())) for given in givens]
    minuses = np.array([sum(number < 0 for number in of_one) for of_one in numbers])
    sizes = np.array([len(of_one) for of_one in numbers])
    for counts, word in ((minuses, "minus signs"), (sizes, "numbers given")):
        middle = int(np.median(counts))
        named[f"more than {middle} {word}"] = counts > middle
    return named


def _saturated(given: Mapping[str, Any]) -> bool:
    if "z" in given:
        return any(abs(number) > SATURATED for number in _numbers(given["z"]))
    if {"W", "h_prev", "b", "dh"} <= given.keys():  # a layer that is gone through both ways: z is worked out first
        z = np.asarray(given["W"], dtype=np.float64) @ np.asarray(given["h_prev"], dtype=np.float64) + np.asarray(given["b"])
        return bool((np.abs(z) > SATURATED).any())
    return False


def _numbers(value: Any) -> list[float]:
    """Nested lists, flat: for a handful of numbers, quicker than an array of them."""
    if not isinstance(value, list):
        return [value]
    return [number for one in value for number in (_numbers(one) if isinstance(one, list) else (one,))]
