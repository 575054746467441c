"""Numbers and vectors as people read and write them: decimal rounding, plain text, LaTeX.

Rounding to a grid is done on integer counts of 1e-9, half away from zero, so that a value such as 2 x 0.0525 rounds as it does on
paper and not as its binary neighbour would.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.engine.sigmoid import Array

DECIMALS = 3
MINUS = "−"
_QUANTUM = 1e9
_STEPS = tuple(10 ** (9 - decimals) for decimals in range(10))  # of 1e-9, in a unit of the last decimal
_SCALES = tuple(10.0**decimals for decimals in range(10))
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def round_decimal(x: Array, decimals: int = DECIMALS) -> Array:
    """x rounded to `decimals` places, half away from zero; any shape with |x| < 1e6, same shape back.

    The nearest double to each decimal is returned, so equal decimals compare equal.
    """
    step = _STEPS[decimals]
    quanta: NDArray[np.int64] = np.rint(np.abs(x) * _QUANTUM).astype(np.int64)
    counts = (quanta + step // 2) // step
    rounded: Array = np.copysign(counts / _SCALES[decimals], x) + 0.0  # + 0.0 turns -0.0 into 0.0
    return rounded


def decimals_needed(x: Array) -> int:
    """The fewest places, up to 3, in which every entry can be written without loss."""
    return next((places for places in range(DECIMALS) if np.array_equal(round_decimal(x, places), x)), DECIMALS)


@lru_cache(maxsize=4096)  # most that is written lies on a grid, and comes again and again
def latex_number(x: float, decimals: int) -> str:
    """``-1.5`` with one decimal -> ``"-1.5"``, for LaTeX."""
    # As round_decimal, on one float: an array of one would take ten times as long, and a page has hundreds.
    step = _STEPS[decimals]
    count = (round(abs(x) * _QUANTUM) + step // 2) // step
    text = f"{count / _SCALES[decimals]:.{decimals}f}"
    return "-" + text if x < 0 and count else text


def plain_number(x: float, decimals: int) -> str:
    """The same number for people, with the real minus sign: ``"−1.5"``."""
    return latex_number(x, decimals).replace("-", MINUS)


def plain_array(x: Array, decimals: int) -> str:
    """A vector as ``[2, 1, 3, −1]``; a matrix as rows in brackets."""
    return _plain_lists(x.tolist(), decimals)


def _plain_lists(x: object, decimals: int) -> str:
    if isinstance(x, list):
        return "[" + ", ".join([_plain_lists(row, decimals) for row in x]) + "]"
    return plain_number(cast(float, x), decimals)


def latex_entries(x: Array, entry: Callable[[float], str]) -> str:
    """A vector as a column in brackets, a matrix row by row, a single number bare; each entry written by `entry`."""
    if x.ndim == 0:
        return entry(float(x))
    if x.ndim == 1:
        lines = [entry(value) for value in x.tolist()]
    else:
        lines = [" & ".join([entry(value) for value in row]) for row in x.tolist()]
    return r"\begin{bmatrix}" + r" \\ ".join(lines) + r"\end{bmatrix}"


def latex_array(x: Array, decimals: int) -> str:
    """A vector as a column in brackets, a matrix row by row."""
    return latex_entries(x, lambda value: latex_number(value, decimals))


def json_numbers(x: Array) -> object:
    """Floats as nested lists, row-major, whole numbers as integers, a single number bare: the form of ``given``, ``key`` and
    option values in the REST contract.
    """
    return _plain(x.tolist(), x.ndim)


def _plain(value: Any, depth: int) -> object:
    if depth > 1:
        return [_plain(row, depth - 1) for row in value]
    if depth == 1:  # nearly all of them: not each by a call of its own
        return [int(number) if number.is_integer() else number for number in value]
    return int(value) if value.is_integer() else value


def subscript(k: int) -> str:
    """``12`` -> ``"₁₂"``, for plain text."""
    return str(k).translate(_SUBSCRIPTS)
