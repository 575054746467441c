"""The numbers that each skill gives, by level.

Level 1 looks like the lesson's exercise: few entries, whole numbers or one decimal. Each level has more entries and one
decimal more. Matrices are square at levels 1 and 2, so that a transposition has the right shape and shows itself by its
numbers alone; at level 3 they are not, so that shapes are practised too.
"""

from dataclasses import dataclass

import numpy as np

from app.engine.notation import round_decimal
from app.engine.sampling import Draw
from app.engine.sigmoid import Array, sigmoid_derivative

Givens = dict[str, Array]
Range = tuple[int, int]


@dataclass(frozen=True)
class _Size:
    """A level's arrays: entries, decimals, and the sizes of z and dh in units of the last decimal."""

    entries: int
    decimals: int
    z: Range
    dh: Range


# z stays where σ′ is still far from 0 beside the tolerance; the gate refuses the few draws that are not.
_VECTORS = {
    1: _Size(4, 0, (1, 3), (1, 3)),
    2: _Size(5, 1, (2, 35), (5, 30)),
    3: _Size(6, 2, (15, 375), (50, 250)),
}
_JACOBIAN = {1: (3, 0, (1, 3)), 2: (3, 1, (2, 30)), 3: (4, 2, (15, 300))}  # entries, decimals, and the sizes of z

_MATRICES = {1: (2, 2), 2: (3, 3), 3: (3, 4)}
_LAYERS = {1: (2, 2), 2: (2, 2), 3: (2, 3)}  # a whole backward pass by hand is long enough with two units

# In units of the last decimal, which these have one more of than the level's other numbers.
_ACTIVATIONS = {1: (1, 9), 2: (5, 95), 3: (50, 950)}
_DELTAS = {1: (1, 9), 2: (10, 60), 3: (30, 450)}
_GRADIENTS = {1: (2, 20), 2: (15, 150), 3: (100, 900)}
_WEIGHTS_TO_UPDATE = {1: (2, 30), 2: (15, 250), 3: (100, 2500)}
_WEIGHTS = {1: (1, 3), 2: (3, 25), 3: (20, 200)}
_BIASES = {1: (1, 3), 2: (2, 20), 3: (15, 150)}
# η: smallest and largest, and its decimals.
_RATES = {1: (1, 5, 1), 2: (15, 50, 2), 3: (15, 50, 2)}


def draw_z(draw: Draw, level: int) -> Givens:
    size = _VECTORS[level]
    return {"z": draw.signed(size.entries, *size.z, size.decimals)}


def draw_z_dh(draw: Draw, level: int) -> Givens:
    size = _VECTORS[level]
    return draw_z(draw, level) | {"dh": draw.signed(size.entries, *size.dh, size.decimals)}


def draw_dh_dsigma(draw: Draw, level: int) -> Givens:
    drawn = draw_z_dh(draw, level)
    return {"dh": drawn["dh"], "dsigma": round_decimal(sigmoid_derivative(drawn["z"]))}


def draw_z_of_jacobian(draw: Draw, level: int) -> Givens:
    entries, decimals, z = _JACOBIAN[level]
    return {"z": draw.signed(entries, *z, decimals)}


def draw_layer_forward(draw: Draw, level: int) -> Givens:
    n, m = _MATRICES[level]
    return _layer(draw, level, n, m)


def draw_dz_h_prev(draw: Draw, level: int) -> Givens:
    n, m = _MATRICES[level]
    return {"dz": draw.signed(n, *_DELTAS[level], level), "h_prev": draw.positive(m, *_ACTIVATIONS[level], level)}


def draw_W_dz(draw: Draw, level: int) -> Givens:
    n, m = _MATRICES[level]
    return {"W": _matrix(draw, n, m, _WEIGHTS[level], level - 1), "dz": draw.signed(n, *_DELTAS[level], level)}


def draw_update(draw: Draw, level: int) -> Givens:
    n, m = _LAYERS[level]
    smallest, largest, decimals = _RATES[level]
    return {
        "W": _matrix(draw, n, m, _WEIGHTS_TO_UPDATE[level], level),
        "b": draw.signed(n, *_WEIGHTS_TO_UPDATE[level], level),
        "dW": _matrix(draw, n, m, _GRADIENTS[level], level),
        "db": draw.signed(n, *_GRADIENTS[level], level),
        "eta": draw.positive(1, smallest, largest, decimals)[:, 0],
    }


def draw_layer_and_dh(draw: Draw, level: int) -> Givens:
    n, m = _LAYERS[level]
    return _layer(draw, level, n, m) | {"dh": draw.signed(n, *_VECTORS[level].dh, level - 1)}


def given_decimals(symbol: str, level: int, skill_id: str) -> int:
    """Decimal places in which a given is shown: σ′ is given rounded to 3; the rest gets one more with each level."""
    if symbol == "dsigma":
        return 3
    if symbol == "eta":
        return _RATES[level][2]
    more = symbol in ("h_prev", "dz") or skill_id == "update"
    return level if more else level - 1


def _layer(draw: Draw, level: int, n: int, m: int) -> Givens:
    return {
        "W": _matrix(draw, n, m, _WEIGHTS[level], level - 1),
        "b": draw.signed(n, *_BIASES[level], level - 1),
        "h_prev": draw.positive(m, *_ACTIVATIONS[level], level),
    }


def _matrix(draw: Draw, n: int, m: int, size: Range, decimals: int) -> Array:
    flat = draw.signed(n * m, *size, decimals)
    return np.ascontiguousarray(flat.reshape(-1, n, m))
