"""What answer sheets and question banks tell of mistakes, against the slow reference."""

from types import SimpleNamespace

import numpy as np
import pytest

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.question_id import QuestionId
from app.engine.questions import build
from app.engine.wrong_rules import RULES, is_common, rule_of
from app.engine.wrong_values import WrongValue, mistake_behind, telling_entries, wrong_values
from tests.engine import reference

EVERY = pytest.mark.parametrize(("skill", "level"), reference.EVERY)
SEEDS = [int(seed) for seed in reference.spread_seeds(12, start=60)]


@EVERY
def test_every_rule_of_the_reference_with_its_value_and_tolerance(skill: str, level: int) -> None:
    for seed in SEEDS:
        question = build(QuestionId(skill, level, "numeric", 2, seed))
        exact = reference.solved(skill, level, seed, 2)
        for part in question.parts:
            expected = reference.by_code(reference.wrong_values(skill, part.symbol, exact))
            own = np.array(reference.tolerance(skill, part.symbol, exact)).reshape(part.shape)
            found = wrong_values(part)
            codes = [wrong.misconception.code for wrong in found]
            assert sorted(codes) == sorted(code for code, ways in expected.items() for _ in ways)
            # in the registry's order, and usual is what people make most
            listed = [rule.code for rule in RULES[part.part.rules]]
            assert codes == [code for code in listed if code in expected]
            for wrong in found:
                rule = rule_of(part.part, wrong.misconception.code)
                assert rule is not None
                assert wrong.usual == is_common(rule)
                assert wrong.misconception.title == MISCONCEPTIONS[rule.code].title
                assert wrong.value.shape == wrong.tolerance.shape == part.shape
                assert np.abs(wrong.value.ravel() - expected[rule.code].pop(0)).max() < 1e-12
                # A transposed outer product has moved each product, and what rounding may do to it, elsewhere.
                moved = own.T if rule.code == "transposed-outer-product" else own
                assert np.abs(wrong.tolerance - moved).max() < 1e-12


@EVERY
def test_an_entry_tells_where_nothing_else_comes_near(skill: str, level: int) -> None:
    met = set()
    for seed in SEEDS:
        for part in build(QuestionId(skill, level, "numeric", 2, seed)).parts:
            wrong = wrong_values(part)
            telling = telling_entries(part, wrong)
            assert telling.shape == (len(wrong), *part.shape)
            for k, one in enumerate(wrong):
                for place in np.ndindex(part.shape):
                    tells = abs(one.value[place] - part.key[place]) > one.tolerance[place] + part.tolerance[place]
                    for other in wrong:
                        if other.misconception.code != one.misconception.code:
                            apart = abs(other.value[place] - one.value[place])
                            tells = tells and apart > other.tolerance[place] + one.tolerance[place]
                    assert telling[(k, *place)] == tells
                    met.add(bool(tells))
    assert True in met


def test_a_misconception_is_no_rival_of_its_own_other_way() -> None:
    """A full Jacobian by rows and by columns has the same diagonal: that alone must not keep either from telling."""
    part = build(QuestionId("jacobian", 3, "numeric", 2, SEEDS[0])).parts[0]
    wrong = wrong_values(part)
    twice = [k for k, one in enumerate(wrong) if one.misconception.code == "full-jacobian"]
    assert len(twice) == 2
    for way in twice:
        assert telling_entries(part, wrong)[way].any()


def test_where_tolerances_touch_an_answer_may_be_either() -> None:
    """On the edge is right, and so is an answer that lies on two edges at once: there an entry tells nothing."""
    part = SimpleNamespace(key=np.array([0.0, 0.0, 0.0]), tolerance=np.full(3, 0.5))
    known = list(MISCONCEPTIONS.values())
    half = np.full(3, 0.5)
    first = WrongValue(known[0], np.array([1.0, 1.5, 4.0]), half, True)
    second = WrongValue(known[1], np.array([9.0, 9.0, 5.0]), half, True)
    assert telling_entries(part, (first, second)).tolist() == [[False, True, False], [True, True, False]]
    third = WrongValue(known[1], np.array([9.0, 9.0, 5.0 + 2**-40]), half, True)
    assert telling_entries(part, (first, third)).tolist() == [[False, True, True], [True, True, True]]


def test_the_mistake_behind_an_option() -> None:
    part = build(QuestionId("chain", 2, "choice", 2, SEEDS[0])).parts[0]
    assert part.options is not None
    for option in part.options:
        behind = mistake_behind(part, option)
        assert (behind and behind.code) == option.code
    assert mistake_behind(part, None) is None
