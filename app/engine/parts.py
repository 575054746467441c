"""The asked quantities: how rounding on the way moves each, and what it follows from.

Arrays carry a leading axis over questions, [B, …], everywhere in this module. Shapes in the notes leave it out: n units,
m inputs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine import tolerance
from app.engine.network import diagonal, input_gradient, products, summed, weight_gradient
from app.engine.notation import round_decimal
from app.engine.sigmoid import Array, sigmoid

Quantities = Mapping[str, Array]
Follow = Callable[[Quantities, Array], Array]


@dataclass(frozen=True)
class Part:
    """One asked quantity.

    rules: the set of wrong rules that apply (a key of wrong_rules.RULES); parts worked from the same givens share one.
    routes: solved quantities, decimals -> values that rounding intermediate quantities to so many decimals leads to, before
        the last rounding.
    follows: (earlier part, how this part is worked from it), nearest first.
    possible: solved quantities, values -> whether such a quantity can have them at all, entry by entry.
    diagonal: a diagonal matrix. Its zeros are there by structure: they may be zero, and it is scored by rows, so that they
        earn nothing.
    """

    symbol: str
    title: str
    rules: str
    routes: Callable[[Quantities, int], tuple[Array, ...]] = lambda solved, decimals: ()
    follows: tuple[tuple[str, Follow], ...] = ()
    possible: Callable[[Quantities, Array], NDArray[np.bool_]] = lambda solved, values: np.isfinite(values)
    diagonal: bool = False


def dsigma_of(h: Array) -> Array:
    """σ′ from h, as it is worked out on paper."""
    return h * (1.0 - h)


def _dsigma_routes(solved: Quantities, decimals: int) -> tuple[Array, ...]:
    return (dsigma_of(round_decimal(solved["h"], decimals)),)


def _dz_routes(solved: Quantities, decimals: int) -> tuple[Array, ...]:
    dh = solved["dh"]
    from_rounded_h = dsigma_of(round_decimal(solved["h"], decimals))
    return (
        dh * from_rounded_h,
        dh * round_decimal(from_rounded_h, decimals),
        dh * round_decimal(solved["dsigma"], decimals),
    )


H = Part(
    symbol="h",
    title="the activation h = σ(z)",
    rules="h",
    possible=lambda solved, h: (h > 0.0) & (h < 1.0),
)
DSIGMA = Part(
    symbol="dsigma",
    title="the derivative σ′(z)",
    rules="dsigma",
    routes=_dsigma_routes,
    possible=lambda solved, dsigma: (dsigma > 0.0) & (dsigma <= 0.25),
)
DZ_FROM_Z = Part(
    symbol="dz",
    title="the gradient dz = dh ⊗ σ′(z)",
    rules="dz-from-z",
    routes=_dz_routes,
)
DZ_FROM_DSIGMA = Part(
    symbol="dz",
    title="the gradient dz = dh ⊗ σ′(z)",
    rules="dz-from-dsigma",
)
LINKED_DSIGMA = replace(DSIGMA, follows=(("h", lambda solved, h: dsigma_of(h)),))
LINKED_DZ = replace(
    DZ_FROM_Z,
    follows=(
        ("dsigma", lambda solved, dsigma: solved["dh"] * dsigma),
        ("h", lambda solved, h: solved["dh"] * dsigma_of(h)),
    ),
)

JACOBIAN = Part(
    symbol="J",
    title="the Jacobian J = ∂h/∂z",
    rules="J",
    routes=lambda solved, decimals: tuple(diagonal(route) for route in _dsigma_routes(solved, decimals)),
    diagonal=True,
)
Z = Part(
    symbol="z",
    title="the cumulative input z = W h_prev + b",
    rules="z",
    routes=lambda solved, decimals: (
        summed(round_decimal(products(solved["W"], solved["h_prev"]), decimals), axis=-1) + solved["b"],
    ),
)
DW = Part(
    symbol="dW",
    title="the gradient of the weights dW = dz h_prevᵀ",
    rules="dW-from-dz",
)


DB = Part(
    symbol="db",
    title="the gradient of the biases db = dz",
    rules="db",
)


def _summed_rounded(W: Array, dz: Array, decimals: int) -> Array:
    """Wᵀ dz with each product rounded before it is added, as on paper."""
    return summed(round_decimal(W * dz[:, :, None], decimals), axis=1)


DH_PREV = Part(
    symbol="dh_prev",
    title="the gradient passed back dh_prev = Wᵀ dz",
    rules="dh_prev-from-dz",
    routes=lambda solved, decimals: (_summed_rounded(solved["W"], solved["dz"], decimals),),
)
W_NEW = Part(
    symbol="W_new",
    title="the new weights W − η dW",
    rules="W_new",
    routes=lambda solved, decimals: (solved["W"] - round_decimal(solved["eta"][:, None, None] * solved["dW"], decimals),),
)
B_NEW = Part(
    symbol="b_new",
    title="the new biases b − η db",
    rules="b_new",
    routes=lambda solved, decimals: (solved["b"] - round_decimal(solved["eta"][:, None] * solved["db"], decimals),),
)

# Who rounds what on the way through a layer: everything, all but the products of a sum, from h on, or one quantity alone.
_HABITS = (
    ("products", "z", "h", "dsigma", "dz"),
    ("z", "h", "dsigma", "dz"),
    ("h", "dsigma", "dz"),
    ("h", "dsigma"),
    ("h",),
    ("dsigma",),
    ("dz",),
)


def _layer_routes(symbol: str) -> Callable[[Quantities, int], tuple[Array, ...]]:
    return lambda solved, decimals: tuple(_rounding(solved, habit, decimals)[symbol] for habit in _HABITS)


def _rounding(solved: Quantities, habit: tuple[str, ...], decimals: int) -> dict[str, Array]:
    """A pass through a layer in which what `habit` names is rounded before it is used; the values before that rounding."""

    def used(name: str, value: Array) -> Array:
        return round_decimal(value, decimals) if name in habit else value

    z = summed(used("products", products(solved["W"], solved["h_prev"])), axis=-1) + solved["b"]
    h = sigmoid(used("z", z))
    dsigma = dsigma_of(used("h", h))
    dz = solved["dh"] * used("dsigma", dsigma)
    passed_on = used("dz", dz)
    back = _summed_rounded(solved["W"], passed_on, decimals) if "products" in habit else input_gradient(solved["W"], passed_on)
    return {
        "h": h,
        "dsigma": dsigma,
        "dz": dz,
        "dW": weight_gradient(passed_on, solved["h_prev"]),
        "db": dz,
        "dh_prev": back,
    }


def _dz_possible(solved: Quantities, dz: Array) -> NDArray[np.bool_]:
    """σ′ lies in (0, 1/4], so dz is not zero and at most a quarter of dh in size; nor is it dh times one number repeated."""
    size, upstream = np.abs(dz), np.abs(solved["dh"])
    least, most = (size - tolerance.U) / upstream, (size + tolerance.U) / upstream
    repeated = least.max(axis=-1, keepdims=True) <= most.min(axis=-1, keepdims=True)
    possible: NDArray[np.bool_] = (size > 0.0) & (size <= 0.25 * upstream) & ~repeated
    return possible


def _from_dz(work: Follow) -> tuple[tuple[str, Follow], ...]:
    """What is worked from dz follows from an own dz, an own σ′ or an own h."""
    return (
        ("dz", work),
        ("dsigma", lambda solved, dsigma: work(solved, solved["dh"] * dsigma)),
        ("h", lambda solved, h: work(solved, solved["dh"] * dsigma_of(h))),
    )


def _through_layer(part: Part, rules: str, follows: tuple[tuple[str, Follow], ...]) -> Part:
    """The same quantity asked at the end of a pass through a layer, where all that comes before may have been rounded."""
    symbol = part.symbol
    return replace(part, rules=rules, routes=_layer_routes(symbol), follows=follows)


LAYER_PARTS = (
    _through_layer(H, "h-from-layer", ()),
    _through_layer(DSIGMA, "dsigma", LINKED_DSIGMA.follows),
    replace(_through_layer(DZ_FROM_Z, "dz-from-z", LINKED_DZ.follows), possible=_dz_possible),
    _through_layer(DW, "dW-from-layer", _from_dz(lambda solved, dz: weight_gradient(dz, solved["h_prev"]))),
    _through_layer(DB, "db", _from_dz(lambda solved, dz: dz)),
    _through_layer(DH_PREV, "dh_prev-from-layer", _from_dz(lambda solved, dz: input_gradient(solved["W"], dz))),
)
