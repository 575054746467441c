"""Slips of the pen that any vector or matrix can have, whatever is asked.

Each test says which answers are the key but for that slip. Arguments everywhere: answers, key and tolerance [B, …] of the
part's shape; right [B, E], which of the E entries are right. Result [B]. Missing entries (NaN) match nothing.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.engine.misconceptions import SLIPS
from app.engine.parts import Part, Quantities
from app.engine.sigmoid import Array
from app.engine.tolerance import LAST_DIGIT, U
from app.grading.decimals import within

Rows = NDArray[np.bool_]
SlipTest = Callable[[Array, Array, Array, Rows], Rows]

_PLACES = range(6)  # pairs of neighbouring digits, from the third decimal to the thousands
_GRID_NOISE = 1e-6
_COARSE = 2  # decimals


def _one_sign_flipped(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    negated = within(-answers, key, tolerance).reshape(right.shape)
    return _one_wrong(right) & (right | negated).all(axis=1)


def _two_entries_swapped(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    wrong = ~right
    swapped = wrong.sum(axis=1) == 2
    first = wrong.argmax(axis=1)
    last = right.shape[1] - 1 - wrong[:, ::-1].argmax(axis=1)
    rows = np.arange(len(right))
    exchanged = answers.reshape(right.shape).copy()
    exchanged[rows, first], exchanged[rows, last] = exchanged[rows, last], exchanged[rows, first]
    fits: Rows = swapped & within(exchanged, key.reshape(right.shape), tolerance.reshape(right.shape)).all(axis=1)
    return fits


def _order_reversed(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    if answers.ndim != 2:  # a matrix has no one order to run in
        return np.zeros(len(answers), dtype=np.bool_)
    # Two wrong entries have merely changed places.
    reverse: Rows = within(answers[:, ::-1], key, tolerance).all(axis=1) & ((~right).sum(axis=1) > 2)
    return reverse


def _digits_transposed(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    """One entry, typed to at most 3 decimals, becomes right when two of its neighbouring digits change places."""
    thousandths = np.abs(answers).reshape(right.shape) * 1000.0
    counts = np.rint(thousandths)
    on_grid = np.abs(thousandths - counts) < _GRID_NOISE
    mended = right.copy()
    for place in _PLACES:
        low, high = counts // 10**place % 10, counts // 10 ** (place + 1) % 10
        exchanged = counts + (high - low) * 10**place + (low - high) * 10 ** (place + 1)
        typed = np.copysign(exchanged / 1000.0, answers.reshape(right.shape))
        mended |= on_grid & (low != high) & within(typed, key.reshape(right.shape), tolerance.reshape(right.shape))
    return _one_wrong(right) & mended.all(axis=1)


def _factor_of_ten(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    """The whole answer, or one entry of it, ten times too large or too small; a small one is again typed to 3 decimals. A zero
    has no digits that could be right.
    """
    large = within(answers, 10.0 * key, 10.0 * tolerance).reshape(right.shape)
    small = (within(answers, key / 10.0, tolerance / 10.0 + U) & ((answers != 0) | (key == 0))).reshape(right.shape)
    whole = large.all(axis=1) | small.all(axis=1)
    one = _one_wrong(right) & (right | large | small).all(axis=1)
    moved: Rows = whole | one
    return moved


def _two_decimals(answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    """Rounded or cut off at the second decimal: half a unit there, or on the side of zero a whole one, beside what is allowed
    anyway."""
    hundredths = answers.reshape(right.shape) * 100.0
    on_grid = np.abs(hundredths - np.rint(hundredths)) < _GRID_NOISE
    rounded = within(answers, key, tolerance + 8.0 * U)
    cut_off = within(answers, key, tolerance + 18.0 * U) & (np.abs(answers) <= np.abs(key))
    something: Rows = (hundredths != 0).any(axis=1)
    return (on_grid & (rounded | cut_off).reshape(right.shape)).all(axis=1) & something


def _rounded_too_coarsely(part: Part, solved: Quantities, answers: Array, key: Array) -> Rows:
    """Worked rightly, with numbers kept to two decimals on the way."""
    found = np.zeros(len(answers), dtype=np.bool_)
    last_digit = np.full_like(key, LAST_DIGIT)
    for route in part.routes(solved, _COARSE):
        found |= within(answers, route, last_digit).reshape(len(answers), -1).all(axis=1)
    return found


def _one_wrong(right: Rows) -> Rows:
    one: Rows = (~right).sum(axis=1) == 1
    return one


_TESTS: dict[str, SlipTest] = {
    "one-sign-flipped": _one_sign_flipped,
    "two-entries-swapped": _two_entries_swapped,
    "order-reversed": _order_reversed,
    "digits-transposed": _digits_transposed,
    "factor-of-ten": _factor_of_ten,
    "two-decimals": _two_decimals,
}


def slips(part: Part, solved: Quantities, answers: Array, key: Array, tolerance: Array, right: Rows) -> Rows:
    """Which slips would explain which answers, [S, B], in the order of SLIPS."""
    found = {code: test(answers, key, tolerance, right) for code, test in _TESTS.items()}
    found["rounded-too-coarsely"] = _rounded_too_coarsely(part, solved, answers, key) & ~found["two-decimals"]
    return np.stack([found[code] for code in SLIPS])
