"""Entry by entry: every step of every solution can be walked, and the numbers in each line lead to its value."""

import math
import re

import numpy as np
import pytest

from app.engine.entries import RULES, entry_name, worked_entries
from app.engine.question_id import lesson_id
from app.engine.questions import Question, build, issue
from app.engine.skills import LEVELS, SKILLS
from app.engine.solutions import solution_steps

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
