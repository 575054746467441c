"""The worked way of a question, step by step with its own numbers; data, never HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.engine.notation import DECIMALS, latex_array, latex_entries, latex_number
from app.engine.questions import LATEX, Question
from app.engine.sigmoid import Array
from app.engine.skills import Skill


@dataclass(frozen=True)
class Step:
    """text: a sentence. latex: the same step as a formula with the numbers in it. symbol: the quantity it works out, one of
    those that the question's batch has solved.
    """

    text: str
    latex: str
    symbol: str


def solution_steps(question: Question) -> tuple[Step, ...]:
    """The steps to every part of the question, in the order in which one works."""
    sheet = _Paper(question)
    steps = []
    for symbol in question.skill.way:
        text, work = _STEPS[symbol]
        steps.append(Step(text, f"{work(sheet)} = {sheet.latex(symbol)}", symbol))
    return tuple(steps)


def way_in_words(skill: Skill) -> list[str]:
    """The sentences of the steps alone, which are the same for every question of a skill."""
    return [_STEPS[symbol][0] for symbol in skill.way]


class _Paper:
    """A question's numbers as they are written: givens with their own decimals, all else with 3."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._written: dict[str, str] = {}

    def __getitem__(self, symbol: str) -> Array:
        return self._question.quantity(symbol)

    def decimals(self, symbol: str) -> int:
        return self._question.given_decimals(symbol) if symbol in self._question.given else DECIMALS

    def latex(self, symbol: str, transposed: bool = False) -> str:
        """The array in brackets; a vector as a column or, `transposed`, as a row."""
        if transposed:
            return latex_array(self[symbol][None, :], self.decimals(symbol))
        if symbol not in self._written:  # most are written twice: where they come from, and where they go
            self._written[symbol] = latex_array(self[symbol], self.decimals(symbol))
        return self._written[symbol]

    def number(self, symbol: str, *place: int) -> str:
        return latex_number(float(self[symbol][place]), self.decimals(symbol))

    def factor(self, symbol: str, *place: int) -> str:
        """A number that stands after an operation sign: a negative one in parentheses."""
        number = self.number(symbol, *place)
        return f"({number})" if number.startswith("-") else number

    def product(self, a: str, place_a: tuple[int, ...], b: str, place_b: tuple[int, ...]) -> str:
        return rf"{self.factor(a, *place_a)} \cdot {self.factor(b, *place_b)}"


def _column(lines: list[str]) -> str:
    return r"\begin{bmatrix}" + r" \\ ".join(lines) + r"\end{bmatrix}"


def _cumulative_input(paper: _Paper) -> str:
    n, m = paper["W"].shape
    sums = [" + ".join([*(paper.product("W", (i, j), "h_prev", (j,)) for j in range(m)), paper.factor("b", i)]) for i in range(n)]
    return rf"z = W\,{LATEX['h_prev']} + b = {_column(sums)}"


def _activation(paper: _Paper) -> str:
    decimals = paper.decimals("z")
    fractions = latex_entries(paper["z"], lambda value: rf"\frac{{1}}{{1 + e^{{{latex_number(-value, decimals)}}}}}")
    return rf"h = \sigma(z) = {fractions}"


def _slope(paper: _Paper) -> str:
    products = latex_entries(
        paper["h"],
        lambda value: rf"{latex_number(value, DECIMALS)}\,(1 - {latex_number(value, DECIMALS)})",
    )
    return rf"\sigma'(z) = h \otimes (1 - h) = {products}"


def _delta(paper: _Paper) -> str:
    return rf"dz = dh \otimes \sigma'(z) = {paper.latex('dh')} \otimes {paper.latex('dsigma')}"


def _jacobian(paper: _Paper) -> str:
    n = len(paper["z"])
    rows = [" & ".join(rf"\sigma'(z_{{{i + 1}}})" if i == j else "0" for j in range(n)) for i in range(n)]
    return rf"J = \frac{{\partial h}}{{\partial z}} = {_column(rows)}"


def _weight_gradient(paper: _Paper) -> str:
    return rf"dW = dz\,{LATEX['h_prev']}^{{\top}} = {paper.latex('dz')}\,{paper.latex('h_prev', transposed=True)}"


def _bias_gradient(paper: _Paper) -> str:
    return "db = dz"


def _input_gradient(paper: _Paper) -> str:
    n, m = paper["W"].shape
    sums = [" + ".join(paper.product("W", (i, j), "dz", (i,)) for i in range(n)) for j in range(m)]
    return rf"{LATEX['dh_prev']} = W^{{\top}} dz = {_column(sums)}"


def _update(new: str, old: str, gradient: str) -> Callable[[_Paper], str]:
    return lambda paper: (
        rf"{LATEX[new]} = {old} - \eta\,{gradient} = {paper.latex(old)} - {paper.latex('eta')} \cdot {paper.latex(gradient)}"
    )


_STEPS: Mapping[str, tuple[str, Callable[[_Paper], str]]] = {
    "z": (
        "Sum what comes in: entry i of z is row i of W times h_prev, product by product, plus the bias: z = W h_prev + b.",
        _cumulative_input,
    ),
    "h": ("Put each entry of z through the sigmoid: h = σ(z) = 1/(1 + e^−z).", _activation),
    "dsigma": ("The slope of the sigmoid comes from its own height: σ′(z) = h (1 − h), entry by entry.", _slope),
    "dz": (
        "Let the gradient through: each entry of dh is multiplied by the slope at its own z, dz = dh ⊗ σ′(z).",
        _delta,
    ),
    "J": (
        "Each entry of h depends on its own z alone. So row i of J holds the slope at that z on the diagonal, and every "
        "other derivative in the row is 0.",
        _jacobian,
    ),
    "dW": (
        "Each weight carries one input to one unit, so its gradient is dz of that unit times h_prev of that input: "
        "dW = dz h_prevᵀ, a row for each unit.",
        _weight_gradient,
    ),
    "db": ("Each bias is added to its unit’s sum as it is, so its gradient is that of the sum: db = dz.", _bias_gradient),
    "dh_prev": (
        "Each input went out along its column of W to every unit, so the gradient comes back along that column, summed: "
        "dh_prev = Wᵀ dz.",
        _input_gradient,
    ),
    "W_new": (
        "Go a step against the gradient: scale dW by the learning rate η and subtract it, entry by entry.",
        _update("W_new", "W", "dW"),
    ),
    "b_new": ("The biases take the same step: b − η db.", _update("b_new", "b", "db")),
}
