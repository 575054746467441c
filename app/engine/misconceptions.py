"""The registry of wrong rules, the only place where they live.

Diagnosis, the wrong options of a choice, hints, statistics and the gate all read it. A misconception is a stable code:
it never depends on the numbers drawn, so that it can be counted across questions. A rule says how that misconception
works out one quantity; rules that are algebraically the same share one code (h (h - 1) for σ′ and a flipped dh give the
same dz), and what equals the key is no rule (1 - h for h gives the right σ′).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from app.engine.sigmoid import Array, sigmoid_derivative
from app.engine.skills import Part, Quantities, Skill


@dataclass(frozen=True)
class Misconception:
    """code: for ever. title: a few words, for lists. feedback: what a tutor would say; it never holds a number of the
    question.
    """

    code: str
    title: str
    feedback: str


@dataclass(frozen=True)
class Rule:
    """One misconception at work: solved quantities [B, …] -> the value it leads to, of the key's shape.

    since: the draw version from which the rule takes part in the gate and the options; diagnosis uses every rule.
    feedback: said in place of the misconception's own where this quantity wants other words.
    """

    code: str
    value: Callable[[Quantities], Array]
    since: int = 1
    feedback: str | None = None


_REGISTERED = (
    # The activation
    Misconception(
        "exponent-sign-flipped",
        "e^z in place of e^−z",
        "The exponent in σ(z) = 1/(1 + e^−z) carries a minus sign; yours had lost it. A quick check: a positive z must "
        "come out above one half.",
    ),
    Misconception(
        "read-left-to-right",
        "1/1 + e^−z, read left to right",
        "The fraction bar groups: the whole sum 1 + e^−z stands below it. Work out the sum first, then divide 1 by it. "
        "An activation always lies between 0 and 1.",
    ),
    Misconception(
        "activation-skipped",
        "z itself, without σ",
        "You handed z on as it came in. The unit squashes it first: put each entry through σ(z) = 1/(1 + e^−z).",
    ),
    Misconception(
        "tanh-for-sigma",
        "tanh(z) in place of σ(z)",
        "These are the values of tanh, the sigmoid's cousin that runs from −1 to 1. This layer uses σ(z) = 1/(1 + "
        "e^−z), which runs from 0 to 1.",
    ),
    Misconception(
        "relu-for-sigma",
        "relu(z) in place of σ(z)",
        "Negative entries cut to zero and the others kept: that is relu. This layer uses σ(z) = 1/(1 + e^−z), "
        "which bends every entry and never quite reaches 0 or 1.",
    ),
    Misconception(
        "derivative-for-activation",
        "σ′(z) in place of σ(z)",
        "You went one step too far: that is the slope σ′(z). Asked is the height of the curve, h = σ(z).",
    ),
    # The derivative
    Misconception(
        "h-for-derivative",
        "h in place of σ′(z)",
        "h = σ(z) is how strongly the unit fires. What is needed here is how fast that changes with z: the slope σ′(z) "
        "= h (1 − h).",
    ),
    Misconception(
        "z-times-one-minus-z",
        "z (1 − z) in place of h (1 − h)",
        "The form is right, but it wants the activation in it: x (1 − x) gives the slope when x is h = σ(z), not when it is z.",
    ),
    Misconception(
        "one-minus-h",
        "1 − h in place of h (1 − h)",
        "Half of the formula is there. The slope is a product of two factors, h and 1 − h; the factor h is missing.",
    ),
    Misconception(
        "one-minus-h-squared",
        "1 − h² in place of h (1 − h)",
        "1 − h² is the slope for tanh, written with tanh's own output. For the sigmoid the slope is h (1 − h).",
    ),
    Misconception(
        "sign-flipped",
        "every sign the wrong way round",
        "Every entry has the opposite sign. σ rises everywhere, so σ′(z) is positive: h (1 − h), not h (h − 1), and dz "
        "keeps the signs of dh.",
    ),
    Misconception(
        "derivative-at-h",
        "σ′ applied to h in place of z",
        "You put h through the sigmoid once more. σ′ is taken at z, and h = σ(z) is already inside it: σ′(z) = h (1 − "
        "h), with no second σ.",
    ),
    Misconception(
        "derivative-twice",
        "x (1 − x) applied twice",
        "You had the slope, and then applied x (1 − x) to it again. Once is enough: σ′(z) = h (1 − h).",
    ),
    # The product
    Misconception(
        "upstream-left-out",
        "dh left out",
        "That is the slope σ′(z) alone. The gradient that arrives from above, dh, is to be multiplied by it, entry by entry.",
    ),
    Misconception(
        "upstream-sign-dropped",
        "sign of dh dropped",
        "The sizes are right; the minus signs of dh were lost on the way. σ′(z) is never negative, so each entry of dz "
        "has the sign of its dh.",
    ),
    Misconception(
        "added-not-multiplied",
        "added where ⊗ multiplies",
        "You added dh and σ′(z). The chain rule multiplies: ⊗ means entry times entry.",
    ),
    Misconception(
        "derivative-left-out",
        "dh handed through unchanged",
        "That is dh as it arrived. Going back through the activation, each entry is scaled by the slope of σ at its own z.",
    ),
    Misconception(
        "dot-product",
        "a dot product in every entry",
        "You summed the products into one number. ⊗ keeps them apart: every entry has its own product, and the result "
        "is a vector.",
    ),
)

MISCONCEPTIONS: Mapping[str, Misconception] = {known.code: known for known in _REGISTERED}


def _upstream_times(
    derivative: Callable[[Quantities], Array],
) -> Callable[[Quantities], Array]:
    return lambda solved: solved["dh"] * derivative(solved)


def _dot_product(solved: Quantities) -> Array:
    products = solved["dz"]
    return np.broadcast_to(products.sum(axis=-1, keepdims=True), products.shape)


_H = (
    Rule("exponent-sign-flipped", lambda s: 1.0 - s["h"]),
    Rule("read-left-to-right", lambda s: 1.0 + np.exp(-s["z"])),
    Rule("activation-skipped", lambda s: s["z"]),
    Rule("tanh-for-sigma", lambda s: np.tanh(s["z"])),
    Rule("relu-for-sigma", lambda s: np.maximum(s["z"], 0.0)),
    Rule("derivative-for-activation", lambda s: s["dsigma"]),
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
    Rule("dot-product", _dot_product),
    Rule("derivative-twice", lambda s: s["dz"] * (1.0 - s["dsigma"])),
)

_DZ_FROM_Z = _DZ_FROM_DSIGMA + tuple(
    Rule(rule.code, _upstream_times(rule.value)) for rule in _DSIGMA if rule.code not in {known.code for known in _DZ_FROM_DSIGMA}
)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "h": _H,
    "dsigma": _DSIGMA,
    "dz-from-dsigma": _DZ_FROM_DSIGMA,
    "dz-from-z": _DZ_FROM_Z,
}


def rules_of_draw(name: str, version: int) -> tuple[Rule, ...]:
    """The rules that a draw version froze for its gate and options."""
    return tuple(rule for rule in RULES[name] if rule.since <= version)


def rule_of(part: Part, code: str | None) -> Rule | None:
    """The rule by which a misconception works out this part, if it has one."""
    return next((rule for rule in RULES[part.rules] if rule.code == code), None)


def misconceptions_of(skill: Skill) -> tuple[Misconception, ...]:
    """Every misconception that a skill can show, each once, in the registry's order."""
    codes = {rule.code for part in skill.parts for rule in RULES[part.rules]}
    return tuple(known for known in _REGISTERED if known.code in codes)


def explained(rule: Rule) -> Misconception:
    """A rule's misconception, in the words that fit the quantity it was made in."""
    known = MISCONCEPTIONS[rule.code]
    return Misconception(known.code, known.title, rule.feedback or known.feedback)
