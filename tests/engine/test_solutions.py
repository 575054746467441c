"""Worked steps: the question's own numbers, ending in the key."""

import re

import pytest

from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import build, issue
from app.engine.skills import SKILLS
from app.engine.solutions import solution_steps, way_in_words
from tests.engine import reference

STEPS = {"activation": 1, "derivative": 2, "delta": 1, "chain": 3, "comprehension": 3}
MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}")


def _column(values: list[float], decimals: int = 3) -> str:
    return r" \\ ".join(f"{reference.half_up(x, decimals):.{decimals}f}" for x in values)


@pytest.mark.parametrize(("skill", "level"), reference.VECTORS)
@pytest.mark.parametrize("format", ["numeric", "choice"])
def test_steps_hold_the_numbers_and_end_in_the_key(skill: str, level: int, format: str) -> None:
    for question in issue(skill, level, format, 10, seed=5):
        exact = reference.solved(skill, level, question.id.seed or 0, question.id.version)
        steps = solution_steps(question)
        assert len(steps) == STEPS[skill]
        order = ["h", "dsigma", "dz"][-STEPS[skill] :] if skill == "delta" else ["h", "dsigma", "dz"][: STEPS[skill]]
        for symbol, step in zip(order, steps, strict=True):
            columns = MATRIX.findall(step.latex)
            assert columns[-1] == _column(exact[symbol])
            assert step.text.endswith(".")
            assert step.latex.count("{") == step.latex.count("}")
            if symbol == "h":
                exponents = re.findall(r"e\^\{(-?[\d.]+)\}", columns[0])
                assert [float(x) for x in exponents] == [-z for z in exact["z"]]
            elif symbol == "dsigma":
                factors = re.findall(r"(-?[\d.]+)\\,\(1 - (-?[\d.]+)\)", columns[0])
                assert [(float(a), float(b)) for a, b in factors] == [(reference.half_up(h),) * 2 for h in exact["h"]]
            else:
                assert columns[0] == _column(exact["dh"], level - 1)
                assert columns[1] == _column(exact["dsigma"])


def test_the_lessons_steps() -> None:
    steps = solution_steps(build(lesson_id("comprehension")))
    assert [MATRIX.findall(step.latex)[-1] for step in steps] == [
        r"0.881 \\ 0.731 \\ 0.953 \\ 0.269",
        r"0.105 \\ 0.197 \\ 0.045 \\ 0.197",
        r"0.105 \\ -0.197 \\ 0.090 \\ -0.197",
    ]
    assert "e^{-2}" in steps[0].latex
    assert "e^{1}" in steps[0].latex


def test_steps_are_the_same_for_both_formats() -> None:
    numeric, choice = (build(QuestionId("chain", 2, format, 1, 99)) for format in ("numeric", "choice"))
    assert solution_steps(numeric) == solution_steps(choice)


@pytest.mark.parametrize("skill", SKILLS)
def test_the_way_in_words_is_that_of_the_steps(skill: str) -> None:
    assert way_in_words(SKILLS[skill]) == [step.text for step in solution_steps(build(lesson_id(skill)))]
