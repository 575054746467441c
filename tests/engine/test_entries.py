"""Entry by entry: every step of every solution can be walked, and the numbers in each line lead to its value."""

import math
import re

import numpy as np
import pytest

from app.engine.entries import RULES, decimals_shown, entry_name, worked_entries
from app.engine.question_id import lesson_id
from app.engine.questions import Question, build, issue
from app.engine.skills import LEVELS, SKILLS
from app.engine.solutions import solution_steps
from tests.engine import reference

QUESTIONS = [(skill, level) for skill in SKILLS for level in LEVELS]


def questions(skill: str, level: int) -> list[Question]:
    drawn = issue(skill, level, count=5, seed=7)
    return [build(lesson_id(skill)), *drawn] if level == 1 else drawn


def evaluate(latex: str) -> float:
    """The LaTeX of a line as arithmetic, worked out by Python."""
    text = re.sub(r"\\frac\{1\}\{1 \+ e\^\{(.*)\}\}", r"1/(1 + exp(\1))", latex)
    text = text.replace(r"\cdot", "*").replace(r"\,", "*")
    assert "\\" not in text, latex
    return float(eval(text, {"exp": math.exp, "__builtins__": {}}))


@pytest.mark.parametrize(("skill", "level"), QUESTIONS)
def test_every_line_adds_up(skill: str, level: int) -> None:
    for question in questions(skill, level):
        for step in solution_steps(question):
            value = question.batch.solved[step.symbol][0]
            entries = worked_entries(question, step.symbol)
            assert len(entries) == value.size
            for entry, exact in zip(entries, value.ravel(), strict=True):
                shown = float(entry.value)
                assert abs(shown - exact) <= 0.0005 + 1e-12
                if entry.numbers:  # rounded factors of at most some 6 in size, up to a handful of them
                    assert abs(evaluate("".join(entry.numbers).replace("{}", "")) - shown) <= 0.02, entry


NAMES = {
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
    "eta": r"\eta%s",
}
NAME = re.compile("|".join(re.escape(name).replace("%s", "([1-9]*)") for name in sorted(NAMES.values(), key=len, reverse=True)))
SYMBOLS = [symbol for symbol, _ in sorted(NAMES.items(), key=lambda named: len(named[1]), reverse=True)]


def named(match: re.Match[str]) -> tuple[str, tuple[int, ...]]:
    """The quantity and the place, from 0, of a name in a formula."""
    return SYMBOLS[(match.lastindex or 0) - 1], tuple(int(digit) - 1 for digit in match[match.lastindex or 0])


def terms(question: Question, symbol: str) -> int:
    """How many terms an entry's sum has: z has one for each input and the bias, dh_prev one for each unit."""
    units, inputs = np.shape(question.given["W"]) if symbol in ("z", "dh_prev") else (1, 1)
    return {"z": inputs + 1, "dh_prev": units}.get(symbol, 1)


@pytest.mark.parametrize(("skill", "level"), QUESTIONS)
def test_a_formula_names_what_its_entry_is_worked_from(skill: str, level: int) -> None:
    for question in issue(skill, level, count=3, seed=7):
        exact = reference.solved(skill, level, question.id.seed or 0, question.id.version)

        def at(match: re.Match[str], exact: dict = exact) -> str:
            symbol, place = named(match)
            return f"({float(np.array(exact[symbol])[place])!r})"

        def typed(match: re.Match[str], exact: dict = exact, question: Question = question) -> str:
            symbol, place = named(match)
            places = reference.decimals(skill, symbol, level) if symbol in question.given else 3
            written = f"{reference.half_up(float(np.array(exact[symbol])[place]), places):.{places}f}"
            return f"({written})" if written.startswith("-") else written

        for step in solution_steps(question):
            symbol, key = step.symbol, np.array(exact[step.symbol])
            for place, entry in zip(np.ndindex(key.shape), worked_entries(question, symbol), strict=True):
                assert entry.name == NAMES[symbol] % "".join(str(k + 1) for k in place)
                assert entry.value == (f"{reference.half_up(key[place]):.3f}" if key[place] else "0")
                assert len(entry.formula) == terms(question, symbol)
                assert all(piece.startswith("{} + ") for piece in entry.formula[1:] + entry.numbers[1:])
                formula, numbers = ("".join(pieces).replace("{} + ", " + ") for pieces in (entry.formula, entry.numbers))
                if symbol == "J":
                    unit, by = place
                    derivative, _, formula = formula.partition(" = ")
                    assert derivative == rf"\frac{{\partial h_{{{unit + 1}}}}}{{\partial z_{{{by + 1}}}}}"
                    assert formula == (rf"\sigma'(z_{{{unit + 1}}})" if unit == by else "")
                    assert not numbers
                    if unit != by:
                        continue
                found = {named(match)[0] for match in NAME.finditer(formula)}
                assert found == set(RULES[symbol].uses)
                if symbol == "h":
                    formula = re.sub(r"\\sigma\((.*)\)", r"\\frac{1}{1 + e^{-\1}}", formula)
                assert abs(evaluate(NAME.sub(at, formula)) - key[place]) < 1e-12
                # With numbers it is the same line, each number as it is written where it comes from; a name alone needs none.
                assert numbers == ("" if symbol in ("J", "db") else NAME.sub(typed, formula))
                assert len(entry.numbers) == (len(entry.formula) if numbers else 0)


def test_what_is_given_is_shown_as_given() -> None:
    (question,) = issue("update", 2, seed=7)
    for symbol, value in question.given.items():
        assert np.array_equal(question.quantity(symbol), value)
        assert decimals_shown(question, symbol) == reference.decimals("update", symbol, 2)
    assert decimals_shown(question, "W_new") == 3


@pytest.mark.parametrize(("skill", "level"), QUESTIONS)
def test_a_step_uses_only_what_is_on_the_board(skill: str, level: int) -> None:
    for question in questions(skill, level):
        known = set(question.given)
        for step in solution_steps(question):
            assert set(RULES[step.symbol].uses) <= known, step
            assert step.symbol not in known
            known.add(step.symbol)
        assert {part.symbol for part in question.parts} <= known


def test_places_count_from_one_row_before_column() -> None:
    assert entry_name("dW", (0, 1)) == "dW_{12}"
    assert entry_name("h_prev", (2,)) == r"h_{\text{prev},3}"


def test_off_the_diagonal_nothing_is_used() -> None:
    question = build(lesson_id("jacobian"))
    n = len(question.given["z"])
    for k, entry in enumerate(worked_entries(question, "J")):
        row, column = divmod(k, n)
        assert (r"\sigma'" in entry.formula[0]) == (row == column)
        assert (float(entry.value) != 0) == (row == column)


def test_negative_numbers_stand_in_parentheses() -> None:
    question = build(lesson_id("chain"))
    assert np.array_equal(question.given["dh"], [1, -1, 2, -1])
    assert [entry.numbers for entry in worked_entries(question, "dz")] == [
        (r"1 \cdot 0.105",),
        (r"(-1) \cdot 0.197",),
        (r"2 \cdot 0.045",),
        (r"(-1) \cdot 0.197",),
    ]
