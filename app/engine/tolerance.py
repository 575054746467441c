"""How far a correctly worked answer may lie from the key: 2u + ρ.

u = 0.0005 is half a unit in the third decimal. 2u is one unit in the last digit, so that at the last step rounding and
cutting off are both fine. ρ bounds how far the key moves when every intermediate quantity of the worked solution is
rounded to 3 decimals, that is, moved by at most u; e^-z is not counted as an intermediate quantity. Each function here
derives one ρ; shapes are those of the quantity, with any leading axes.
"""

from collections.abc import Mapping

import numpy as np

from app.engine.network import diagonal, input_gradient, weight_gradient
from app.engine.sigmoid import Array, sigmoid

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


def rho_jacobian(h: Array) -> Array:
    """J = diag(σ′(z)): on the diagonal as σ′; the zeros beside it are not worked out, so nothing moves them."""
    return diagonal(rho_dsigma(h))


def rho_sum(terms: int, like: Array) -> Array:
    """A sum of products, each rounded before it is added: ρ = (number of terms) u."""
    return np.full_like(like, terms * U)


def rho_update(like: Array) -> Array:
    """W - η dW with the product rounded: ρ = u."""
    return rho_sum(1, like)


def rho_layer(solved: Mapping[str, Array]) -> dict[str, Array]:
    """A whole pass through a layer of n units and m inputs, from z onwards; symbol -> ρ.

    Each bound is that of the quantities it is worked from, themselves moved by their own ρ and then rounded (+ u):

        z:       m products rounded:                         ρ_z = m u
        h:       σ rises, so the ends of z ± (ρ_z + u) are the farthest that h gets; ρ_h is the larger distance
        σ′:      h moved by δ = ρ_h + u:                     ρ_σ′ = |1 - 2h| δ + δ²
        dz, db:  ρ_dz = |dh| (ρ_σ′ + u); db is dz itself, not worked out anew
        dW:      ρ_dW = (ρ_dz + u) h_prevᵀ
        dh_prev: n products rounded:                         ρ = Σ_i |W_ij| (ρ_dz,i + u) + n u
    """
    W, h_prev, z, h = solved["W"], solved["h_prev"], solved["z"], solved["h"]
    n, m = W.shape[-2:]
    move = m * U + U
    rho_h = np.maximum(sigmoid(z + move) - h, h - sigmoid(z - move))
    delta = rho_h + U
    rho_slope = np.abs(1.0 - 2.0 * h) * delta + delta * delta
    rho_delta = np.abs(solved["dh"]) * (rho_slope + U)
    return {
        "h": rho_h,
        "dsigma": rho_slope,
        "dz": rho_delta,
        "db": rho_delta,
        "dW": weight_gradient(rho_delta + U, np.abs(h_prev)),
        "dh_prev": input_gradient(np.abs(W), rho_delta + U) + n * U,
    }
