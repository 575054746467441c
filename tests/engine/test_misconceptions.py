"""The registry of wrong rules: what each works out, and that all can be told apart."""

import re

import numpy as np
import pytest

from app.engine.misconceptions import MISCONCEPTIONS, SLIPS
from app.engine.questions import build_many
from app.engine.sigmoid import sigmoid_derivative
from app.engine.skills import SKILLS
from app.engine.wrong_rules import RULES, explained, misconceptions_of, rule_of, rules_of, rules_of_draw
from tests.engine import reference

EVERY = pytest.mark.parametrize(("skill", "level"), reference.EVERY)


@EVERY
def test_rules_work_out_what_their_names_say(skill: str, level: int) -> None:
    seeds = reference.spread_seeds(60)
    solved = build_many(skill, level, seeds, version=1).solved
    for part in SKILLS[skill].parts:
        rules = rules_of(part, solved)
        for row, seed in enumerate(seeds):
            expected = reference.by_code(reference.wrong_values(skill, part.symbol, reference.solved(skill, level, int(seed))))
            assert sorted(rule.code for rule in rules) == sorted(code for code, ways in expected.items() for _ in ways)
            for rule in rules:
                value = rule.value(solved)
                assert value.shape == solved[part.symbol].shape
                assert np.abs(value[row].ravel() - expected[rule.code].pop(0)).max() < 1e-12, rule.code


def test_codes_are_stable_words() -> None:
    assert all(code == known.code for code, known in MISCONCEPTIONS.items())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in MISCONCEPTIONS)
    assert len({known.title for known in MISCONCEPTIONS.values()}) == len(MISCONCEPTIONS)
    assert len({known.feedback for known in MISCONCEPTIONS.values()}) == len(MISCONCEPTIONS)


def test_every_rule_is_registered_and_everything_registered_has_a_rule() -> None:
    codes = {rule.code for rules in RULES.values() for rule in rules}
    assert codes == set(MISCONCEPTIONS) - set(SLIPS)
    assert {part.rules for skill in SKILLS.values() for part in skill.parts} == set(RULES)


def _arbitrary(skill: str, square: bool, count: int = 400) -> dict[str, np.ndarray]:
    """A skill's quantities from arbitrary givens, off any grid and with more entries than a question has."""
    random = np.random.default_rng(1)
    n, m = 12, 12 if square else 11
    z, b, dh = (random.uniform(-4, 4, (count, n)) for _ in range(3))
    anything = {
        "z": z,
        "b": b,
        "dh": dh,
        "dsigma": sigmoid_derivative(z),
        "dz": dh * sigmoid_derivative(z),
        "db": random.uniform(-1, 1, (count, n)),
        "W": random.uniform(-3, 3, (count, n, m)),
        "dW": random.uniform(-1, 1, (count, n, m)),
        "h_prev": random.uniform(0, 1, (count, m)),
        "eta": random.uniform(0.1, 0.5, count),
    }
    return SKILLS[skill].solve({symbol: anything[symbol] for symbol in SKILLS[skill].given})


@pytest.mark.parametrize("square", [True, False])
@pytest.mark.parametrize("skill", SKILLS)
def test_no_rule_is_the_key_or_another_rule(skill: str, square: bool) -> None:
    solved = _arbitrary(skill, square)
    for part in SKILLS[skill].parts:
        values = [("the key", solved[part.symbol])] + [(rule.code, rule.value(solved)) for rule in rules_of(part, solved)]
        for k, (first, a) in enumerate(values):
            assert a.shape == solved[part.symbol].shape
            for second, b in values[:k]:
                apart = np.abs(a - b).reshape(len(a), -1).max(axis=1) > 1e-6
                assert apart.mean() > 0.99, (first, second)


@pytest.mark.parametrize("skill", ["pre-activation", "weight-gradient", "input-gradient", "update", "backward-pass"])
def test_what_needs_a_square_matrix_is_left_out_elsewhere(skill: str) -> None:
    square, oblong = _arbitrary(skill, True), _arbitrary(skill, False)
    for part in SKILLS[skill].parts:
        assert rules_of(part, square) == RULES[part.rules]
        assert rules_of(part, oblong) == tuple(rule for rule in RULES[part.rules] if not rule.square)


def test_one_minus_h_is_no_rule_for_the_slope_worked_through() -> None:
    """h (1 - h) is the same for h and 1 - h: no rule of σ′ or dz may be blamed on the flipped exponent."""
    assert all(rule.code != "exponent-sign-flipped" for name in RULES if not name.startswith("h") for rule in RULES[name])


def test_titles_are_short_and_feedback_holds_no_numbers() -> None:
    for known in MISCONCEPTIONS.values():
        assert 3 < len(known.title) <= 40
        assert known.title.strip(" .") == known.title
    feedback = [known.feedback for known in MISCONCEPTIONS.values()]
    feedback += [rule.feedback for rules in RULES.values() for rule in rules if rule.feedback is not None]
    for text in feedback:
        assert 40 < len(text) <= 250
        assert text.rstrip()[-1] == "."
        assert not re.search(r"\d[.,]\d", text)
        # 0, 1 and the square of 1 − h² belong to formulas
        assert set(re.findall(r"\d+", text)) <= {"0", "1"}
        assert "<" not in text
        assert "-" not in re.sub(r"\w-\w", "", text)  # the minus of formulas is the real one


@pytest.mark.parametrize("skill", reference.SKILLS)
def test_what_a_skill_can_show(skill: str) -> None:
    exact = reference.solved(skill, 1, 1)  # square, so that every rule has its place
    rules = {code for symbol in reference.SKILLS[skill] for code, _ in reference.wrong_values(skill, symbol, exact)}
    expected = rules | set(SLIPS)
    shown = [known.code for known in misconceptions_of(SKILLS[skill])]
    assert set(shown) == expected
    assert len(shown) == len(expected)
    assert shown == [code for code in MISCONCEPTIONS if code in expected]


def test_rules_by_code_and_version() -> None:
    part = SKILLS["chain"].parts[0]
    for rule in RULES[part.rules]:
        assert rule_of(part, rule.code) is rule
        assert rule.since == 1
    assert rule_of(part, None) is None
    assert rule_of(part, "tanh-for-sigma") is None
    solved = _arbitrary("chain", True)
    assert rules_of_draw(part, solved, 1) == RULES[part.rules]
    assert rules_of_draw(part, solved, 0) == ()


def test_feedback_fits_the_quantity() -> None:
    slope, product = SKILLS["derivative"].parts[0], SKILLS["chain"].parts[0]
    words = [explained(rule) for part in (slope, product) if (rule := rule_of(part, "sign-flipped"))]
    assert [word.code for word in words] == ["sign-flipped"] * 2
    assert words[0].title == words[1].title
    assert "dh" not in words[0].feedback
    assert "dh" in words[1].feedback
    plain = rule_of(product, "dot-product")
    assert plain is not None
    assert explained(plain) == MISCONCEPTIONS["dot-product"]
    for skill in SKILLS.values():
        for part in skill.parts:
            if part.symbol in ("h", "dsigma"):
                # A learner who was never given dh must not be told about it.
                assert not any(re.search(r"\bdh\b", explained(rule).feedback) for rule in RULES[part.rules])


@pytest.mark.parametrize("skill", SKILLS)
def test_a_mistake_of_many_formulas_is_told_in_the_words_of_this_one(skill: str) -> None:
    """Whoever was given dz knows of no dh; and whoever was given σ′(z) made no mistake in h (1 − h)."""
    known = set(_arbitrary(skill, True, 1))
    for part in SKILLS[skill].parts:
        for code in ("sign-flipped", "added-not-multiplied"):
            rule = rule_of(part, code)
            text = explained(rule).feedback if rule else ""
            assert set(re.findall(r"\b(?:dh_prev|dW|db|dz|dh)\b", text)) <= known, (part.symbol, code)
            if part.symbol not in ("dsigma", "J"):
                assert not re.search(r"\bh\b", text), part.symbol
