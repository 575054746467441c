"""The lesson's sections, in the order in which a gradient is followed, and the numbers that they quote."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from markupsafe import Markup

from app.engine import network
from app.engine.notation import DECIMALS, latex_entries, latex_number, plain_number, round_decimal
from app.engine.question_id import lesson_id
from app.engine.questions import build
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative


@dataclass(frozen=True)
class Section:
    """skill: what to try at its end. level: at which. template: by the anchor."""

    anchor: str
    title: str
    skill: str
    level: int = 1

    @property
    def walk(self) -> str:
        """The address of a walk through the lesson's numbers."""
        return f"/q/{lesson_id(self.skill)}/walk"

    @property
    def template(self) -> str:
        return f"lesson/sections/{self.anchor}.html"


SECTIONS = (
    Section("unit", "One unit, and a layer of them", "pre-activation"),
    Section("sigmoid", "The sigmoid", "activation"),
    Section("slope", "How steep it is", "derivative"),
    Section("check", "Check your own σ′", "derivative", 2),
    Section("chain-rule", "The chain rule through a vector", "chain"),
    Section("jacobian", "Why there is “+0+0”", "jacobian"),
    Section("product", "So it is a product, entry by entry", "delta"),
    Section("weights", "The weights and the biases", "weight-gradient"),
    Section("back", "Back to the layer before", "input-gradient"),
    Section("picture", "All of it in one picture", "backward-pass"),
    Section("update", "One step downhill", "update"),
    Section("vanishing", "Why the gradient vanishes", "chain", 3),
    Section("exercise", "Now you: the exercise", "comprehension"),
)
EXPLAINED: Mapping[str, str] = {
    "z": "unit",
    "h": "sigmoid",
    "dsigma": "slope",
    "J": "jacobian",
    "dz": "product",
    "dW": "weights",
    "db": "weights",
    "dh_prev": "back",
    "W_new": "update",
    "b_new": "update",
}
"""Symbol -> anchor of the section that explains it."""


@dataclass(frozen=True)
class Numbers:
    """The lesson's quantities, exact; written as the lesson writes them: whole or short ones as they are, the rest to 3 decimals.

    Beside those of the question it has L = Σ dh_i h_i, of which dh is the gradient, and L_new, what L is after the update.
    """

    of: Mapping[str, Array]

    def array(self, symbol: str) -> Markup:
        """The whole quantity as LaTeX; Markup, since & parts the columns of a matrix."""
        value = self.of[symbol]
        decimals = self.decimals(symbol)
        if value.ndim == 0:
            return Markup(latex_number(float(value), decimals))
        # A zero that is there by structure is written as one.
        return Markup(latex_entries(value, lambda entry: latex_number(entry, decimals) if entry else "0"))

    def at(self, symbol: str, *place: int) -> str:
        """One entry in plain text; places count from 1."""
        return plain_number(float(self.of[symbol][tuple(k - 1 for k in place)]), self.decimals(symbol))

    def tex(self, symbol: str, *place: int) -> Markup:
        """One entry for LaTeX, in parentheses where it is negative, so that it can follow a sign."""
        written = self.at(symbol, *place).replace("−", "-")
        return Markup(f"({written})" if written.startswith("-") else written)

    def decimals(self, symbol: str) -> int:
        value = self.of[symbol]
        exact = (d for d in range(DECIMALS) if np.allclose(round_decimal(value, d), value, rtol=0, atol=1e-12))
        return next(exact, DECIMALS)


@cache
def lesson_numbers() -> Numbers:
    """The quantities of the lesson's own layer, from its questions, and what follows from them."""
    layer = {symbol: value[0] for symbol, value in build(lesson_id("backward-pass")).batch.solved.items()}
    eta = build(lesson_id("update")).batch.solved["eta"][0]
    layer["J"] = np.diag(layer["dsigma"])
    layer["W_transposed"] = layer["W"].T
    layer["L"] = layer["dh"] @ layer["h"]
    layer["eta"] = eta
    layer["W_new"], layer["b_new"] = layer["W"] - eta * layer["dW"], layer["b"] - eta * layer["db"]
    z_new = network.pre_activation(layer["W_new"], layer["h_prev"], layer["b_new"])
    layer["z_new"], layer["h_new"] = z_new, sigmoid(z_new)
    layer["L_new"] = layer["dh"] @ layer["h_new"]
    return Numbers(layer)


@dataclass(frozen=True)
class Fading:
    """One layer of a deep chain, counted from its end. gradient: what is left of a gradient of 1. most: (1/4)^layers, the most
    that can be left with weights of 1. width: of a bar in per cent.
    """

    layers: int
    gradient: str
    most: str
    width: float


@cache
def fading(depth: int = 8) -> tuple[Fading, ...]:
    """A gradient of 1 on its way back through `depth` sigmoid layers of one unit each, with weights 1, biases 0 and input 1."""
    weight, bias, h = np.ones((1, 1)), np.zeros(1), np.ones(1)
    slopes = []
    for _ in range(depth):
        z = network.pre_activation(weight, h, bias)
        slopes.append(sigmoid_derivative(z))
        h = sigmoid(z)
    gradient, left = np.ones(1), []
    for layers, slope in enumerate(reversed(slopes), start=1):
        gradient = network.input_gradient(weight, gradient * slope)
        size = float(gradient[0])
        left.append(Fading(layers, plain_number(size, 6), plain_number(0.25**layers, 6), round(100 * size, 3)))
    return tuple(left)
