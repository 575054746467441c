"""The worked way of a question, step by step with its own numbers; data, never HTML."""

from dataclasses import dataclass

from app.engine.notation import DECIMALS, latex_array, latex_entries, latex_number
from app.engine.questions import Question
from app.engine.sigmoid import Array


@dataclass(frozen=True)
class Step:
    """text: a sentence. latex: the same step as a formula with the numbers in it."""

    text: str
    latex: str


def solution_steps(question: Question) -> tuple[Step, ...]:
    """The steps to every part of the question, in the order in which one works."""
    solved = {symbol: value[0] for symbol, value in question.batch.solved.items()}
    asked = {part.symbol for part in question.parts}
    if question.skill.id == "delta":
        return (_multiply(question, solved["dh"], solved["dsigma"], solved["dz"]),)
    steps = [_activate(question, solved["z"], solved["h"])]
    if asked != {"h"}:
        steps.append(_slope(solved["h"], solved["dsigma"]))
    if "dz" in asked:
        steps.append(_multiply(question, solved["dh"], solved["dsigma"], solved["dz"]))
    return tuple(steps)


def _shown(values: Array) -> str:
    return latex_array(values, DECIMALS)


def _activate(question: Question, z: Array, h: Array) -> Step:
    decimals = question.given_decimals("z")
    fractions = latex_entries(z, lambda value: rf"\frac{{1}}{{1 + e^{{{latex_number(-value, decimals)}}}}}")
    return Step(
        "Put each entry of z through the sigmoid: h = σ(z) = 1/(1 + e^−z).",
        rf"h = \sigma(z) = {fractions} = {_shown(h)}",
    )


def _slope(h: Array, dsigma: Array) -> Step:
    products = latex_entries(
        h,
        lambda value: rf"{latex_number(value, DECIMALS)}\,(1 - {latex_number(value, DECIMALS)})",
    )
    return Step(
        "The slope of the sigmoid comes from its own height: σ′(z) = h (1 − h), entry by entry.",
        rf"\sigma'(z) = h \otimes (1 - h) = {products} = {_shown(dsigma)}",
    )


def _multiply(question: Question, dh: Array, dsigma: Array, dz: Array) -> Step:
    return Step(
        "Let the gradient through: each entry of dh is multiplied by the slope at its own z, dz = dh ⊗ σ′(z).",
        rf"dz = dh \otimes \sigma'(z) = {latex_array(dh, question.given_decimals('dh'))} \otimes {_shown(dsigma)} = {_shown(dz)}",
    )
