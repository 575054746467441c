"""The edge of 2u + ρ: on it is right, a hair beyond is not; judged by exact decimals."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from app.engine.question_id import QuestionId
from app.engine.questions import build, build_many
from app.engine.skills import SKILLS
from app.grading.answers import read_answer
from app.grading.decimals import within
from app.grading.grade import grade, grade_many
from tests.engine import reference
from tests.grading.draws import fit_batch, flat, keys
from tests.sizes import size

levels = pytest.mark.parametrize("level", reference.LEVELS)
UNIT = Decimal("0.001")
HAIR = Decimal("1e-9")


def _exact_key(question) -> list[Decimal]:
    """dh σ′ in decimals, from the givens as they are written."""
    return [
        Decimal(repr(float(dh))) * Decimal(repr(float(dsigma)))
        for dh, dsigma in zip(question.given["dh"], question.given["dsigma"], strict=True)
    ]


@levels
@pytest.mark.parametrize(
    ("offset", "right"),
    [
        (UNIT, True),
        (-UNIT, True),
        (UNIT - HAIR, True),
        (HAIR - UNIT, True),
        (UNIT + HAIR, False),
        (-UNIT - HAIR, False),
        (Decimal(0), True),
    ],
)
def test_typed_exactly_on_the_edge(level: int, offset: Decimal, right: bool) -> None:
    for seed in reference.spread_seeds(size(100, 2000), start=level * 1000):
        question = build(QuestionId("delta", level, "numeric", 1, int(seed)))
        typed = [str(key + offset) for key in _exact_key(question)]
        part = grade(question, read_answer(question, {"dz": typed})).parts[0]
        assert part.entries == [right] * len(typed)
        assert part.score == float(right)
        as_numbers = [float(text) for text in typed]
        assert grade(question, read_answer(question, {"dz": as_numbers})).parts[0] == part


def test_the_contracts_example() -> None:
    tolerance = np.array([0.001])
    for key in (0.1055, 3 * 0.0355 - 0.001, 0.1055 + 1e-16):
        for answer, right in ((0.1045, True), (0.1065, True), (0.104499999, False), (0.106500001, False)):
            assert within(np.array([answer]), np.array([key]), tolerance).tolist() == [right]
    assert abs(0.1055 - 0.1045) > 0.001  # what doubles alone would say


def test_any_decimals_near_the_edge_are_judged_as_fractions() -> None:
    random = np.random.default_rng(2)
    count = size(20_000, 300_000)
    keys_ = random.integers(-999_999, 999_999, count)  # in 1e-5
    offsets = random.choice([-1, 1], count) * (100_000 + random.integers(-3, 4, count))  # in 1e-8, edge 100,000
    answers = np.array([float(Decimal(int(k) * 1000 + int(o)).scaleb(-8)) for k, o in zip(keys_, offsets, strict=True)])
    targets = np.array([float(Decimal(int(k)).scaleb(-5)) for k in keys_])
    expected = [abs(Fraction(int(o), 10**8)) <= Fraction(1, 1000) for o in offsets]
    assert within(answers, targets, np.full(count, 0.001)).tolist() == expected
    assert {True, False} == set(expected)


@pytest.mark.parametrize(("skill", "level"), reference.EVERY)
def test_every_entry_has_its_own_edge(skill: str, level: int) -> None:
    batch = fit_batch(skill, level)
    random = np.random.default_rng(level)
    # Nothing to follow through from: a part worked from the learner's own rounded one has another edge.
    alone = {symbol: np.full_like(key, np.nan) for symbol, key in keys(batch).items()}
    for part in SKILLS[skill].parts:
        key, tolerance = batch.key(part), batch.tolerance(part)
        sign = random.choice([-1.0, 1.0], key.shape)
        inside = random.random(key.shape) < 0.5
        answer = key + sign * (tolerance + np.where(inside, -1e-9, 1e-9))
        grades = grade_many(batch, alone | {part.symbol: answer})[part.symbol]
        assert np.array_equal(grades.entries, inside)
        assert np.array_equal(grades.correct, flat(inside).all(axis=1))


def test_nothing_given_and_huge_answers_are_within_nothing() -> None:
    answers = np.array([np.nan, 1e9, -1e9, 999_999_999.0, 1e-300, 0.0])
    assert within(answers, np.zeros(6), np.full(6, 0.001)).tolist() == [False] * 4 + [True] * 2


def test_the_edge_in_a_batch_is_the_edge_alone() -> None:
    seeds = reference.spread_seeds(300)
    batch = build_many("delta", 3, seeds, version=1)
    answer = batch.solved["dz"] + 0.001
    together = grade_many(batch, {"dz": answer})["dz"].entries
    alone = [
        grade_many(build_many("delta", 3, seeds[k : k + 1], version=1), {"dz": answer[k : k + 1]})["dz"].entries[0]
        for k in range(300)
    ]
    assert np.array_equal(together, alone)
