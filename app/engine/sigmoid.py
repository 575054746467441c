"""The logistic sigmoid and its derivative, accurate for every finite z.

Both are written with e = exp(-|z|) <= 1, which never overflows and keeps full relative precision in both tails
(``s * (1 - s)`` loses it: at z = 25 it is off by 4e-6).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^-z), entry by entry; any shape, same shape back."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(z: Array) -> Array:
    """σ′(z) = σ(z) (1 - σ(z)) = σ(z) σ(-z), entry by entry; any shape, same shape back, in (0, 0.25]."""
    e = np.exp(-np.abs(z))
    return e / ((1.0 + e) * (1.0 + e))
