"""How one entry of a worked quantity comes about, with its numbers: what a walk through a solution shows entry by entry.

A rule says which quantities its own is worked from, and writes one entry twice: as a formula with the entry's place, and with
the numbers. Places count from 1, as on paper. Data, never HTML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from app.engine.notation import DECIMALS, latex_number
from app.engine.questions import Question

Place = tuple[int, ...]
Shown = Callable[[str, Place], str]
"""(symbol, place) -> that entry's number in LaTeX."""


@dataclass(frozen=True)
class Entry:
    """LaTeX: name = formula = numbers = value. formula, numbers: in pieces between which a long sum may be broken; numbers is
    empty where the formula has none.
    """

    name: str
    formula: tuple[str, ...]
    numbers: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Rule:
    """uses: symbols of what the quantity is worked from. formula: place -> LaTeX. numbers: the same with numbers in it,
    None where it only names another quantity's entry.

    formula takes the numbers of columns and rows that a sum runs over: (place, terms).
    """

    uses: tuple[str, ...]
    formula: Callable[[Place, int], str]
    numbers: Callable[[Shown, Place, int], str] | None = None
    sums_over: tuple[str, int] | None = None


_NAMES: Mapping[str, str] = {
    "z": "z_{%s}",
    "h": "h_{%s}",
    "dsigma": r"\sigma'(z_{%s})",
    "dh": "dh_{%s}",
    "dz": "dz_{%s}",
    "J": "J_{%s}",
    "W": "W_{%s}",
    "b": "b_{%s}",
    "h_prev": r"h_{\text{prev},%s}",
    "dW": "dW_{%s}",
    "db": "db_{%s}",
    "dh_prev": r"dh_{\text{prev},%s}",
    "W_new": r"W_{\text{new},%s}",
    "b_new": r"b_{\text{new},%s}",
}


def entry_name(symbol: str, place: Place) -> str:
    """``("dW", (0, 1))`` -> ``dW_{12}``."""
    return _NAMES[symbol] % "".join(str(k + 1) for k in place)


def _sum(terms: int, left: Callable[[int], str], right: Callable[[int], str]) -> str:
    return " + ".join(rf"{left(k)} \cdot {right(k)}" for k in range(terms))


_h = Rule(
    uses=("z",),
    formula=lambda at, n: rf"\sigma({entry_name('z', at)})",
    numbers=lambda shown, at, n: rf"\frac{{1}}{{1 + e^{{-{shown('z', at)}}}}}",
)
_dsigma = Rule(
    uses=("h",),
    formula=lambda at, n: rf"{entry_name('h', at)}\,(1 - {entry_name('h', at)})",
    numbers=lambda shown, at, n: rf"{shown('h', at)}\,(1 - {shown('h', at)})",
)
_dz = Rule(
    uses=("dh", "dsigma"),
    formula=lambda at, n: rf"{entry_name('dh', at)} \cdot {entry_name('dsigma', at)}",
    numbers=lambda shown, at, n: rf"{shown('dh', at)} \cdot {shown('dsigma', at)}",
)
_J = Rule(
    uses=("dsigma",),
    formula=lambda at, n: (
        rf"\frac{{\partial {entry_name('h', at[:1])}}}{{\partial {entry_name('z', at[1:])}}}"
        + (rf" = {entry_name('dsigma', at[:1])}" if at[0] == at[1] else "")
    ),
)
_z = Rule(
    uses=("W", "h_prev", "b"),
    formula=lambda at, n: (
        _sum(n, lambda k: entry_name("W", (*at, k)), lambda k: entry_name("h_prev", (k,))) + f" + {entry_name('b', at)}"
    ),
    numbers=lambda shown, at, n: (
        _sum(n, lambda k: shown("W", (*at, k)), lambda k: shown("h_prev", (k,))) + f" + {shown('b', at)}"
    ),
    sums_over=("W", 1),
)
_dW = Rule(
    uses=("dz", "h_prev"),
    formula=lambda at, n: rf"{entry_name('dz', at[:1])} \cdot {entry_name('h_prev', at[1:])}",
    numbers=lambda shown, at, n: rf"{shown('dz', at[:1])} \cdot {shown('h_prev', at[1:])}",
)
_db = Rule(uses=("dz",), formula=lambda at, n: entry_name("dz", at))
_dh_prev = Rule(
    uses=("W", "dz"),
    formula=lambda at, n: _sum(n, lambda k: entry_name("W", (k, *at)), lambda k: entry_name("dz", (k,))),
    numbers=lambda shown, at, n: _sum(n, lambda k: shown("W", (k, *at)), lambda k: shown("dz", (k,))),
    sums_over=("W", 0),
)


def _updated(symbol: str) -> Rule:
    gradient = f"d{symbol}"
    return Rule(
        uses=(symbol, gradient, "eta"),
        formula=lambda at, n: rf"{entry_name(symbol, at)} - \eta \cdot {entry_name(gradient, at)}",
        numbers=lambda shown, at, n: rf"{shown(symbol, at)} - {shown('eta', ())} \cdot {shown(gradient, at)}",
    )


RULES: Mapping[str, Rule] = {
    "h": _h,
    "dsigma": _dsigma,
    "dz": _dz,
    "J": _J,
    "z": _z,
    "dW": _dW,
    "db": _db,
    "dh_prev": _dh_prev,
    "W_new": _updated("W"),
    "b_new": _updated("b"),
}


def worked_entries(question: Question, symbol: str) -> tuple[Entry, ...]:
    """Every entry of a quantity that the question's solution works out, row-major."""
    rule, value = RULES[symbol], question.quantity(symbol)

    def shown(of: str, place: Place) -> str:
        written = latex_number(float(question.quantity(of)[place]), decimals_shown(question, of))
        return f"({written})" if written.startswith("-") else written

    terms = 0
    if rule.sums_over is not None:
        matrix, axis = rule.sums_over
        terms = question.quantity(matrix).shape[axis]
    return tuple(
        Entry(
            name=entry_name(symbol, place),
            formula=_pieces(rule, rule.formula(place, terms)),
            numbers=_pieces(rule, rule.numbers(shown, place, terms)) if rule.numbers else (),
            value=latex_number(float(value[place]), DECIMALS) if value[place] else "0",
        )
        for place in product(*(range(n) for n in value.shape))
    )


def _pieces(rule: Rule, latex: str) -> tuple[str, ...]:
    if rule.sums_over is None:
        return (latex,)
    first, *rest = latex.split(" + ")
    return (first, *("{} + " + term for term in rest))  # {}: the + stands between two terms, not before a number


def decimals_shown(question: Question, symbol: str) -> int:
    """Decimal places in which a quantity of the question is written: a given one as given, a worked one to 3."""
    return question.given_decimals(symbol) if symbol in question.given else DECIMALS
