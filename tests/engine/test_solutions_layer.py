"""Worked steps of the skills with matrices: the question's own numbers, each step ending in what it works out."""

import re

import numpy as np
import pytest

from app.engine.question_id import lesson_id
from app.engine.questions import LATEX, build, issue
from app.engine.solutions import solution_steps
from app.web.mathematics import mathml
from tests.engine import reference

LAST = re.compile(r"\\begin\{bmatrix\}((?:(?!\\begin).)*?)\\end\{bmatrix\}$")
ORDER = {
    "jacobian": ["h", "dsigma", "J"],
    "pre-activation": ["z"],
    "weight-gradient": ["dW"],
    "input-gradient": ["dh_prev"],
    "update": ["W_new", "b_new"],
    "backward-pass": ["z", "h", "dsigma", "dz", "dW", "db", "dh_prev"],
}


def _written(latex: str) -> list[list[float]]:
    match = LAST.search(latex)
    assert match, latex
    return [[float(x) for x in row.split("&")] for row in match[1].split(r"\\")]


@pytest.mark.parametrize(("skill", "level"), reference.LAYERS)
def test_each_step_ends_in_what_it_works_out(skill: str, level: int) -> None:
    for question in issue(skill, level, "numeric", 10, seed=5):
        exact = reference.solved(skill, level, question.id.seed or 0, question.id.version)
        steps = solution_steps(question)
        assert [step.symbol for step in steps] == ORDER[skill]
        for step in steps:
            value = np.array(exact[step.symbol])
            assert step.latex.startswith(LATEX[step.symbol] + " =")
            written = np.array(_written(step.latex)).reshape(value.shape)
            assert written.ravel().tolist() == [reference.half_up(x) for x in value.ravel()]
            assert step.text.endswith(".")
            mathml(step.latex, True)


def test_the_jacobian_is_written_with_its_slopes_on_the_diagonal() -> None:
    written, _ = re.findall(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", solution_steps(build(lesson_id("jacobian")))[-1].latex)
    z = len(build(lesson_id("jacobian")).given["z"])
    rows = [row.strip().split(" & ") for row in written.split(r"\\")]
    assert rows == [[rf"\sigma'(z_{{{i}}})" if i == j else "0" for j in range(1, z + 1)] for i in range(1, z + 1)]


def test_sums_are_written_product_by_product() -> None:
    steps = solution_steps(build(lesson_id("pre-activation")))
    assert r"3 \cdot 0.50 + (-2) \cdot 0.25 + 1" in steps[0].latex
    back = solution_steps(build(lesson_id("input-gradient")))
    assert r"3 \cdot 0.105 + (-1) \cdot (-0.197) + 6 \cdot 0.090 + (-5) \cdot (-0.197)" in back[0].latex
    outer = solution_steps(build(lesson_id("weight-gradient")))
    assert r"\begin{bmatrix}0.50 & 0.25\end{bmatrix}" in outer[0].latex
    update = solution_steps(build(lesson_id("update")))
    assert r"- 0.5 \cdot \begin{bmatrix}" in update[0].latex
