"""What a prompt says of its givens, and what is issued when little is asked for."""

import ast
import re

import numpy as np
import pytest

from app.engine import questions
from app.engine.question_id import lesson_id
from app.engine.questions import SPOKEN, build, build_many, issue
from app.engine.skills import FORMATS, LEVELS, SKILLS
from tests.engine import reference


@pytest.mark.parametrize("skill", SKILLS)
def test_the_lessons_numbers_are_shown_whole(skill: str) -> None:
    """They belong to no level, so that a level's decimals would cut some of them off."""
    question = build(lesson_id(skill))
    for symbol, value in question.given.items():
        shown = re.search(rf"{re.escape(SPOKEN.get(symbol, symbol))} = (\[[^a-zA-Z]*\]|[−\d.]+\d)", question.prompt)
        assert shown is not None, symbol
        assert np.array_equal(np.array(ast.literal_eval(shown[1].replace("−", "-"))), value), symbol


def test_prompts_by_hand() -> None:
    assert build(lesson_id("activation")).prompt.startswith("Given z = [2, 1, 3, −1]. Work out")
    assert build(lesson_id("chain")).prompt.startswith("Given z = [2, 1, 3, −1] and dh = [1, −1, 2, −1]. Work out")
    assert " and η = 0.5. Take one step" in build(lesson_id("update")).prompt
    assert build(lesson_id("chain")).prompt_latex.startswith(
        r"z = \begin{bmatrix}2 \\ 1 \\ 3 \\ -1\end{bmatrix},\quad dh = \begin"
    )


def test_one_number_question_is_issued_unless_more_or_a_choice_is_wanted() -> None:
    (question,) = issue("chain", 1)
    assert question.id.format == "numeric"


def test_a_hundred_are_issued_at_once() -> None:
    assert len({str(question.id) for question in issue("backward-pass", 3, count=100, seed=1)}) == 100


def test_a_gate_that_lets_nothing_pass_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "fit", lambda skill, version, solved: np.zeros(len(solved["z"]), dtype=np.bool_))
    with pytest.raises(RuntimeError, match="chain at level 2"):
        issue("chain", 2, seed=1)


@pytest.mark.parametrize(("skill", "level"), reference.EVERY)
def test_givens_are_shown_in_the_decimals_they_are_drawn_in_and_no_more(skill: str, level: int) -> None:
    solved = build_many(skill, level, reference.spread_seeds(200), version=2).solved
    for symbol in SKILLS[skill].given:
        needed = max(len(f"{abs(x):.9f}".rstrip("0").partition(".")[2]) for x in solved[symbol].ravel())
        assert SKILLS[skill].given_decimals(symbol, level) == needed


def test_levels_and_formats() -> None:
    assert LEVELS == (1, 2, 3)
    assert FORMATS == ("numeric", "choice")
