"""The wrong rules, the only place where they live: how each misconception works out each quantity.

Diagnosis, the wrong options of a choice, hints, statistics and the gate all read them. Rules that are algebraically the
same share one code (h (h - 1) for σ′ and a flipped dh give the same dz), and what equals the key is no rule (1 - h for h
gives the right σ′).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from app.engine.misconceptions import MISCONCEPTIONS, SLIPS, Misconception
from app.engine.network import diagonal, input_gradient, outer, pre_activation, transposed, weight_gradient
from app.engine.parts import Part, Quantities
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative
from app.engine.skills import Skill

Value = Callable[[Quantities], Array]


@dataclass(frozen=True, eq=False)
class Rule:
    """One misconception at work: solved quantities [B, …] -> the value it leads to, of the key's shape.

    square: it has the key's shape only where W is square; elsewhere the shape itself gives it away.
    tolerance: the key's tolerance -> how far rounding on the way moves this rule's value, for a rule that puts the entries
        elsewhere; None: as far as the key.
    since: the draw version from which the rule takes part in the gate and the options; diagnosis uses every rule.
    feedback: said in place of the misconception's own where this quantity wants other words.
    """

    code: str
    value: Value
    square: bool = False
    tolerance: Callable[[Array], Array] | None = None
    since: int = 1
    feedback: str | None = None


# What people do most. A choice holds two of these, so that it is not given away by values that nobody would believe.
_COMMON = frozenset(
    {
        "bias-left-out",
        "bias-subtracted",
        "delta-sign-dropped",
        "derivative-for-activation",
        "derivative-twice",
        "entrywise-product",
        "exponent-sign-flipped",
        "full-jacobian",
        "gradient-added",
        "h-for-derivative",
        "h-for-input",
        "one-minus-h",
        "rate-left-out",
        "sign-flipped",
        "slope-of-input-applied",
        "tanh-for-sigma",
        "transposed-outer-product",
        "transposed-weights",
        "untransposed-weights",
        "upstream-for-delta",
        "upstream-left-out",
        "upstream-sign-dropped",
    }
)


def is_common(rule: Rule) -> bool:
    """Whether this is one of the mistakes that people make most."""
    return rule.code in _COMMON


def _upstream_times(derivative: Value) -> Value:
    return lambda solved: solved["dh"] * derivative(solved)


def _everywhere(x: Array, like: Array) -> Array:
    """The sum of each question's entries, in every place of `like`."""
    return np.broadcast_to(x.sum(axis=-1, keepdims=True), like.shape)


def _filled(x: Array, like: Array) -> Array:
    """A vector [B, n] along every row of a matrix [B, …, n]."""
    return np.broadcast_to(x[:, None, :], like.shape)


_H = (
    Rule("exponent-sign-flipped", lambda s: 1.0 - s["h"]),
    Rule("read-left-to-right", lambda s: 1.0 + np.exp(-s["z"])),
    Rule("activation-skipped", lambda s: s["z"]),
    Rule("tanh-for-sigma", lambda s: np.tanh(s["z"])),
    Rule("relu-for-sigma", lambda s: np.maximum(s["z"], 0.0)),
    Rule("derivative-for-activation", lambda s: s["dsigma"]),
)

_H_FROM_LAYER = (
    *_H,
    Rule("bias-left-out", lambda s: sigmoid(s["z"] - s["b"])),
    Rule("transposed-weights", lambda s: sigmoid(pre_activation(transposed(s["W"]), s["h_prev"], s["b"])), square=True),
)

_DSIGMA = (
    Rule("h-for-derivative", lambda s: s["h"]),
    Rule("z-times-one-minus-z", lambda s: s["z"] * (1.0 - s["z"])),
    Rule("one-minus-h", lambda s: 1.0 - s["h"]),
    Rule("one-minus-h-squared", lambda s: 1.0 - s["h"] ** 2),
    Rule(
        "sign-flipped",
        lambda s: -s["dsigma"],
        feedback="Every entry came out negative. σ rises everywhere, so its slope is positive: h (1 − h), not h (h − 1).",
    ),
    Rule("derivative-at-h", lambda s: sigmoid_derivative(s["h"])),
    Rule("derivative-twice", lambda s: s["dsigma"] * (1.0 - s["dsigma"])),
)

# The product with a mistaken σ′ is the mistaken σ′ times dh; its flipped sign is that of a flipped dh.
_DZ_FROM_DSIGMA = (
    Rule("upstream-left-out", lambda s: s["dsigma"]),
    Rule("upstream-sign-dropped", lambda s: np.abs(s["dz"])),
    Rule(
        "sign-flipped",
        lambda s: -s["dz"],
        feedback="Every entry has the opposite sign. σ rises everywhere, so σ′(z) is positive and each entry of dz keeps "
        "the sign of its dh.",
    ),
    Rule("added-not-multiplied", lambda s: s["dh"] + s["dsigma"]),
    Rule("derivative-left-out", lambda s: s["dh"]),
    Rule("dot-product", lambda s: _everywhere(s["dz"], s["dz"])),
    Rule("derivative-twice", lambda s: s["dz"] * (1.0 - s["dsigma"])),
)

_DZ_FROM_Z = _DZ_FROM_DSIGMA + tuple(
    Rule(rule.code, _upstream_times(rule.value)) for rule in _DSIGMA if rule.code not in {known.code for known in _DZ_FROM_DSIGMA}
)


def _on_diagonal(rule: Rule) -> Rule:
    return Rule(rule.code, lambda s: diagonal(rule.value(s)))


_J = (
    *(_on_diagonal(rule) for rule in _DSIGMA if rule.code != "sign-flipped"),
    Rule(
        "sign-flipped",
        lambda s: -s["J"],
        feedback="The diagonal came out negative. σ rises everywhere, so its slopes are positive: h (1 − h), not h (h − 1).",
    ),
    Rule("full-jacobian", lambda s: _filled(s["dsigma"], s["J"])),
    Rule("full-jacobian", lambda s: transposed(_filled(s["dsigma"], s["J"]))),
    Rule("slopes-summed", lambda s: diagonal(_everywhere(s["dsigma"], s["dsigma"]))),
)

_Z = (
    Rule("bias-left-out", lambda s: s["z"] - s["b"]),
    Rule("bias-subtracted", lambda s: s["z"] - 2.0 * s["b"]),
    Rule("bias-with-every-product", lambda s: s["z"] + (s["W"].shape[-1] - 1) * s["b"]),
    Rule("transposed-weights", lambda s: pre_activation(transposed(s["W"]), s["h_prev"], s["b"]), square=True),
    Rule("activated-too-early", lambda s: sigmoid(s["z"])),
    Rule("entrywise-product", lambda s: np.einsum("bii->bi", s["W"]) * s["h_prev"] + s["b"], square=True),
    Rule("input-left-out", lambda s: s["W"].sum(axis=-1) + s["b"]),
)

_NO_MINUS_YET = (
    "Every entry has the opposite sign. There is no minus in this formula; the minus of gradient descent comes later, in "
    "the update."
)

_DW = (
    Rule("transposed-outer-product", lambda s: outer(s["h_prev"], s["dz"]), square=True, tolerance=transposed),
    Rule(
        "added-not-multiplied",
        lambda s: s["dz"][:, :, None] + s["h_prev"][:, None, :],
        feedback="You added dz and h_prev. The outer product multiplies: entry (i, j) is dz of unit i times h_prev of input j.",
    ),
    Rule("input-left-out", lambda s: np.broadcast_to(s["dz"][:, :, None], s["dW"].shape)),
    Rule("delta-left-out", lambda s: _filled(s["h_prev"], s["dW"])),
    Rule("sign-flipped", lambda s: -s["dW"], feedback=_NO_MINUS_YET),
    Rule("delta-sign-dropped", lambda s: np.abs(s["dW"])),
    Rule("entrywise-product", lambda s: diagonal(s["dz"] * s["h_prev"]), square=True),
    Rule("slope-of-input-applied", lambda s: weight_gradient(s["dz"], s["h_prev"] * (1.0 - s["h_prev"]))),
)

_DW_FROM_LAYER = (
    *_DW,
    Rule("upstream-for-delta", lambda s: weight_gradient(s["dh"], s["h_prev"])),
    Rule("h-for-input", lambda s: outer(s["dz"], s["h"]), square=True),
)

_DB = (
    Rule("upstream-for-delta", lambda s: s["dh"]),
    Rule("upstream-left-out", lambda s: s["dsigma"]),
    Rule("sign-flipped", lambda s: -s["db"], feedback=_NO_MINUS_YET),
    Rule("delta-sign-dropped", lambda s: np.abs(s["db"])),
    Rule("units-summed", lambda s: _everywhere(s["db"], s["db"])),
    Rule("input-applied-to-bias", lambda s: s["db"] * s["h_prev"], square=True),
)

_DH_PREV = (
    Rule("untransposed-weights", lambda s: input_gradient(transposed(s["W"]), s["dz"]), square=True),
    Rule("entrywise-product", lambda s: np.einsum("bii->bi", s["W"]) * s["dz"], square=True),
    Rule("delta-left-out", lambda s: s["W"].sum(axis=-2)),
    Rule("sign-flipped", lambda s: -s["dh_prev"], feedback=_NO_MINUS_YET),
    Rule("delta-sign-dropped", lambda s: input_gradient(s["W"], np.abs(s["dz"]))),
    Rule("averaged-not-summed", lambda s: s["dh_prev"] / s["W"].shape[-2]),
)

_DH_PREV_FROM_LAYER = (
    *_DH_PREV,
    Rule("upstream-for-delta", lambda s: input_gradient(s["W"], s["dh"])),
)


def _updates(old: str, gradient: str) -> tuple[Rule, ...]:
    def eta(s: Quantities) -> Array:
        return s["eta"].reshape(-1, *(1,) * (s[old].ndim - 1))

    return (
        Rule("gradient-added", lambda s: s[old] + eta(s) * s[gradient]),
        Rule("rate-left-out", lambda s: s[old] - s[gradient]),
        Rule("rate-on-everything", lambda s: eta(s) * (s[old] - s[gradient])),
        Rule("step-alone", lambda s: eta(s) * s[gradient]),
        Rule("step-alone", lambda s: -eta(s) * s[gradient]),
        Rule("divided-by-rate", lambda s: s[old] - s[gradient] / eta(s)),
    )


_W_NEW = (
    *_updates("W", "dW"),
    Rule("transposed-gradient", lambda s: s["W"] - s["eta"][:, None, None] * transposed(s["dW"]), square=True),
)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "h": _H,
    "dsigma": _DSIGMA,
    "dz-from-dsigma": _DZ_FROM_DSIGMA,
    "dz-from-z": _DZ_FROM_Z,
    "J": _J,
    "z": _Z,
    "dW-from-dz": _DW,
    "dh_prev-from-dz": _DH_PREV,
    "W_new": _W_NEW,
    "b_new": _updates("b", "db"),
    "h-from-layer": _H_FROM_LAYER,
    "dW-from-layer": _DW_FROM_LAYER,
    "db": _DB,
    "dh_prev-from-layer": _DH_PREV_FROM_LAYER,
}


def rules_of(part: Part, solved: Quantities) -> tuple[Rule, ...]:
    """The rules that lead to a value of the key's shape, with these shapes."""
    registered = RULES[part.rules]
    return registered if _is_square(solved) else tuple(rule for rule in registered if not rule.square)


def rules_of_draw(part: Part, solved: Quantities, version: int) -> tuple[Rule, ...]:
    """The rules that a draw version froze for its gate and options."""
    return tuple(rule for rule in rules_of(part, solved) if rule.since <= version)


def _is_square(solved: Quantities) -> bool:
    """Whether units and inputs are as many: told by the layer's arrays, whichever there are."""
    if "W" in solved:
        n, m = solved["W"].shape[-2:]
        return bool(n == m)
    return "h_prev" not in solved or solved["h_prev"].shape == solved["dz"].shape


_BUT_FOR_ONE = "One mistake fits every entry but one, and that one has a slip of its own."


def rule_of(part: Part, code: str | None) -> Rule | None:
    """The rule by which a misconception works out this part, if it has one."""
    return next((rule for rule in RULES[part.rules] if rule.code == code), None)


def misconceptions_of(skill: Skill) -> tuple[Misconception, ...]:
    """Every misconception that a skill can show, each once, in the registry's order; slips of the pen last."""
    codes = {rule.code for part in skill.parts for rule in RULES[part.rules]} | set(SLIPS)
    return tuple(known for known in MISCONCEPTIONS.values() if known.code in codes)


def explained(rule: Rule, but_for_one: bool = False) -> Misconception:
    """A rule's misconception, in the words that fit the quantity it was made in.

    but_for_one: it explains every entry but one, and its words must not claim more.
    """
    known = MISCONCEPTIONS[rule.code]
    feedback = rule.feedback or known.feedback
    return Misconception(known.code, known.title, f"{_BUT_FOR_ONE} {feedback}" if but_for_one else feedback)
