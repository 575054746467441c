"""The tiers of diagnosis, on hand-made draws and to the last unit of the edge between them."""

import numpy as np
import pytest

from app.engine.misconceptions import SLIPS
from app.engine.parts import Part
from app.engine.question_id import lesson_id
from app.engine.questions import Batch, build
from app.engine.skills import SKILLS
from app.engine.wrong_rules import RULES
from app.grading.answers import read_answer
from app.grading.diagnosis import NONE, misconception_at
from app.grading.grade import grade, grade_many
from tests.grading.draws import fit_batch, keys

EVERY_PART = [(skill.id, part.symbol) for skill in SKILLS.values() for part in skill.parts]


def _chain(z: list[float], dh: list[float]) -> Batch:
    skill = SKILLS["chain"]
    return Batch(skill, 1, 2, skill.solve({"z": np.array([z]), "dh": np.array([dh])}))


def _named(batch: Batch, answer: np.ndarray) -> str | None:
    part: Part = batch.skill.parts[0]
    found = misconception_at(part, int(grade_many(batch, {part.symbol: answer})[part.symbol].rule[0]), whole=True)
    return found and found.code


@pytest.mark.parametrize(("skill", "symbol"), EVERY_PART)
def test_rules_are_counted_first_and_slips_after_them(skill: str, symbol: str) -> None:
    part = SKILLS[skill].part(symbol)
    codes = [rule.code for rule in RULES[part.rules]]
    named = [misconception_at(part, k, True) for k in range(len(codes) + len(SLIPS))]
    assert [known and known.code for known in named] == codes + list(SLIPS)
    assert misconception_at(part, NONE, True) is None


def test_a_slip_of_one_answer_is_named() -> None:
    question = build(lesson_id("chain"))
    part = grade(question, read_answer(question, {"dz": [0.105, 0.197, 0.09, -0.197]})).parts[0]
    assert part.misconception is not None
    assert part.misconception.code == "one-sign-flipped"
    assert part.entries == [True, False, True, True]


def test_typed_to_three_decimals_goes_before_rounding_on_the_way() -> None:
    """With h = 0.012, dh (1 − h²) is 0.0015 from dh: rounding could lead from one to the other, typing 3 decimals could not."""
    batch = _chain([-4.4, -4.4, -4.4], [10, 12, -11])
    dh, h = batch.solved["dh"], batch.solved["h"]
    squared = dh * (1 - h**2)
    assert (np.abs(dh - squared) > 0.001).all()
    assert (np.abs(dh - squared) + 0.001 < batch.tolerance(batch.skill.parts[0])).all()
    away = np.sign(dh) * 0.001
    assert _named(batch, dh + away) == "derivative-left-out"
    assert _named(batch, squared - away) == "one-minus-h-squared"
    # Farther than one unit of the last digit from both, they tie.
    assert _named(batch, dh + 1.00001 * away) is None


def test_the_edge_of_rounding_on_the_way_belongs_to_the_rule() -> None:
    """Counted in units of 1e-12, as answers are compared."""
    batch = _chain([2, 1, 3, -1], [1, -1, 2, -1])
    part = batch.skill.parts[0]
    for rule in RULES[part.rules]:
        if rule.code == "dot-product":  # one number repeated: its edge meets another's
            continue
        edge = np.rint(rule.value(batch.solved) * 1e12) + np.rint(batch.tolerance(part) * 1e12)
        assert _named(batch, edge / 1e12) == rule.code
        assert _named(batch, (edge + 2) / 1e12) != rule.code


def test_rounding_moves_a_transposed_product_as_it_moves_the_entry_it_came_from() -> None:
    batch = fit_batch("backward-pass", 1)
    part = batch.skill.part("dW")
    index = next(k for k, rule in enumerate(RULES[part.rules]) if rule.code == "transposed-outer-product")
    value, allowed = RULES[part.rules][index].value(batch.solved), np.swapaxes(batch.tolerance(part), 1, 2)
    edge = np.rint(value * 1e12) + np.rint(allowed * 1e12)
    alone = {symbol: np.full_like(key, np.nan) for symbol, key in keys(batch).items()}
    on, beyond = (grade_many(batch, alone | {"dW": (edge + more) / 1e12})["dW"] for more in (0, 2))
    assert (on.rule[on.by_rule] == index).all()
    assert on.by_rule.mean() > 0.95
    assert not beyond.by_rule.any()
