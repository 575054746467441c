"""Comparing answers as decimals.

A typed 0.1055 has no exact double, and neither has the bound it may lie on. Both sides are therefore counted in units
of 1e-12 before they are compared: far below anything a person types, far above binary noise, and every decimal of up to
12 places is exact. Sizes up to 1e3 are exact integers in a double; an answer so large that they are not is wrong by far
more than the rounding.
"""

import numpy as np
from numpy.typing import NDArray

from app.engine.sigmoid import Array

_UNITS = np.array(1e12)  # an array, which NumPy multiplies by faster than by a number


def counted(x: Array) -> Array:
    """x in whole units of 1e-12; any shape, same shape back."""
    units: Array = np.rint(x * _UNITS)
    return units


def within(answers: Array, target: Array, tolerance: Array) -> NDArray[np.bool_]:
    """|answers - target| <= tolerance, entry by entry, as decimals; NaN (nothing given) is within nothing."""
    result: NDArray[np.bool_] = np.abs(counted(answers) - counted(target)) <= counted(tolerance)
    return result
