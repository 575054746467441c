"""How far a correctly worked answer may lie from the key: 2u + ρ.

u = 0.0005 is half a unit in the third decimal. 2u is one unit in the last digit, so that at the last step rounding and
cutting off are both fine. ρ bounds how far the key moves when every intermediate quantity of the worked solution is
rounded to 3 decimals, that is, moved by at most u; e^-z is not counted as an intermediate quantity. Each function here
derives one ρ; shapes are those of the quantity, with any leading axes.
"""

import numpy as np

from app.engine.sigmoid import Array

U = 0.0005
LAST_DIGIT = 2 * U


def rho_none(key: Array) -> Array:
    """Nothing is rounded on the way: h = σ(z) in one step, or a key computed from what is shown."""
    return np.zeros_like(key)


def rho_dsigma(h: Array) -> Array:
    """σ′ = h (1 - h) with h moved by δ, |δ| <= u.

    (h + δ)(1 - h - δ) = h (1 - h) + δ (1 - 2h) - δ², so ρ = |1 - 2h| u + u².
    """
    return np.abs(1.0 - 2.0 * h) * U + U * U


def rho_dz(dh: Array, h: Array) -> Array:
    """dz = dh σ′ with h moved by at most u, then σ′ again: ρ = |dh| (|1 - 2h| u + u² + u)."""
    return np.abs(dh) * (rho_dsigma(h) + U)
