"""Drills: every question passes the gate and shows the mistake in most entries; which mistakes have one."""

import numpy as np
import pytest

from app.engine.drill import drillable, issue_showing, share_shown, skills_showing
from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.question_id import lesson_id
from app.engine.questions import Batch, Question, build, issue
from app.engine.skills import LEVELS, SKILLS
from app.engine.wrong_rules import RULES
from tests.engine import reference
from tests.engine.reference_layer import flat
from tests.sizes import size

CODES = sorted({rule.code for rules in RULES.values() for rule in rules})
SEEDS = size(12, 300)


def counted_again(question: Question, code: str) -> float:
    """The share, from the reference: in the boxes that hold anything, and of several ways the one that shows least."""
    skill = question.skill.id
    exact = reference.solved(skill, question.id.level, question.id.seed or 0, question.id.version)
    shares = [0.0]
    for symbol in reference.SKILLS[skill]:
        key, widths = flat(exact[symbol]), reference.tolerance(skill, symbol, exact)
        ways = []
        for value in reference.by_code(reference.wrong_values(skill, symbol, exact)).get(code, []):
            boxes = [
                abs(wrong - right) > 2 * width for wrong, right, width in zip(value, key, widths, strict=True) if wrong or right
            ]
            ways.append(sum(boxes) / len(boxes))
        if ways:
            shares.append(min(ways))
    return max(shares)


@pytest.mark.parametrize("code", CODES)
def test_shows_in_most_entries(code: str) -> None:
    assert drillable(code)
    # Transposing moves nothing on the diagonal, which is half of a 2 × 2 matrix.
    transposing = all(rule.square for rules in RULES.values() for rule in rules if rule.code == code)
    kinds = set()
    for seed in range(SEEDS):
        question = issue_showing(code, seed)
        kinds.add((question.skill.id, question.id.level))
        assert question.id.format == "numeric" and question.id.seed is not None
        assert bool(question.batch.fit()[0])
        share = share_shown(question, code)
        assert share > 0.5 or (transposing and share == 0.5)
        assert counted_again(question, code) == share
    assert {skill for skill, _ in kinds} <= {skill.id for skill in skills_showing(code)}
    assert len({level for _, level in kinds}) > 1 or transposing


def test_the_shortest_questions_that_show_it() -> None:
    assert [skill.id for skill in skills_showing("exponent-sign-flipped")] == ["activation"]
    assert {skill.id for skill in skills_showing("upstream-sign-dropped")} == {"delta", "chain"}


def test_a_seed_draws_the_same_again() -> None:
    assert issue_showing("one-minus-h", 7).id == issue_showing("one-minus-h", 7).id
    assert len({str(issue_showing("one-minus-h", seed).id) for seed in range(20)}) == 20
    # Every bit of the seed counts, and no more than 64 of them.
    assert len({str(issue_showing("one-minus-h", 7 ^ 1 << bit).id) for bit in range(64)}) == 64
    assert issue_showing("one-minus-h", 7 + 2**64).id == issue_showing("one-minus-h", 7).id
    assert issue_showing("one-minus-h", -1).id == issue_showing("one-minus-h", 2**64 - 1).id


@pytest.mark.parametrize("code", CODES)
def test_at_the_level_wanted_wherever_that_can_show_it(code: str) -> None:
    able = {(skill.id, level) for skill in skills_showing(code) for level in LEVELS if _shows(code, skill.id, level)}
    for level in LEVELS:
        wanted = {skill.id: level for skill in skills_showing(code)}
        for seed in range(4):
            drawn = issue_showing(code, seed, wanted)
            assert drawn.id.level == level or not any((skill, level) in able for skill in wanted)
    # A skill that is not named is drawn at the first level.
    first = {issue_showing(code, seed, {}).id.level for seed in range(4)}
    assert first == {1} or not any(level == 1 for _, level in able)


def _shows(code: str, skill: str, level: int) -> bool:
    """Whether the first dozen questions of a kind all show it in most entries, so that a drill need not look elsewhere."""
    return all(share_shown(question, code) > 0.5 for question in issue(skill, level, "numeric", 12, 5))


def test_what_has_no_rule_has_no_drill() -> None:
    assert not drillable("no-such-mistake") and not drillable("")
    without = set(MISCONCEPTIONS) - set(CODES)
    assert not any(drillable(code) for code in without)


def test_a_drill_that_there_is_not_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no-such-mistake"):
        issue_showing("no-such-mistake", 1)


def test_the_share_by_hand() -> None:
    lesson = build(lesson_id("chain"))  # dh = [1, −1, 2, −1]: dropping its sign shows in two entries of four
    assert share_shown(lesson, "upstream-sign-dropped") == 0.5
    assert share_shown(lesson, "sign-flipped") == 1.0
    assert share_shown(build(lesson_id("activation")), "sign-flipped") == 0.0
    # η dW is ½ everywhere. As it is, it stands where W is 1; with its sign lost, it is right nowhere.
    update = SKILLS["update"]
    givens = {"W": [[1, 2], [3, 4]], "b": [1, 1], "dW": [[1, 1], [1, 1]], "db": [1, 1], "eta": 0.5}
    solved = update.solve({symbol: np.array([value], dtype=float) for symbol, value in givens.items()})
    assert share_shown(Question(lesson_id("update"), Batch(update, 1, 1, solved)), "step-alone") == 0.75
    assert set(SKILLS) >= {skill.id for code in CODES for skill in skills_showing(code)}
