"""Made-up learners practise through the real engine and grader: mastery tells them apart.

Printed by `pytest -s`: how many of them count as mastered after so many first tries, and their mean mastery.
"""

from statistics import mean, median

import pytest

from app.analytics.mastery import MASTERED, mastery, mastery_after_each
from app.analytics.tries import Try
from tests.analytics.people import Answering, guessing, learning, mistaken, practise
from tests.sizes import size

SEEDS = size(10, 200)
QUESTIONS = 24
SLOW = 12


def practised(skill: str, answering: Answering, format: str = "numeric") -> list[list[Try]]:
    return [practise(skill, answering, seed, QUESTIONS, format) for seed in range(SEEDS)]


def told(name: str, people: list[list[Try]]) -> None:
    for after in (6, QUESTIONS):
        reached = [mastery(tries[:after]) for tries in people]
        share = sum(one >= MASTERED for one in reached) / len(reached)
        print(f"\n{name}, {after} first tries: mastered {share:.0%}, mean {mean(reached):.3f}", end="")


def first_mastered(tries: list[Try]) -> int:
    """After how many first tries; one more than there are for never."""
    course = mastery_after_each(tries)
    return next((k for k, one in enumerate(course) if one >= MASTERED), len(course))


@pytest.mark.parametrize("skill", ["derivative", "chain", "comprehension"])
def test_a_quick_learner_and_a_slow_one(skill: str) -> None:
    quick, slow = practised(skill, learning(1)), practised(skill, learning(SLOW))
    told(f"{skill}: quick", quick)
    told(f"{skill}: slow", slow)
    # Mastered within a few questions of having understood, not before.
    assert 3 <= median(first_mastered(tries) for tries in quick) <= 5
    assert all(first_mastered(tries) > SLOW + 1 for tries in slow)
    assert SLOW + 2 <= median(first_mastered(tries) for tries in slow) <= SLOW + 5
    assert max(mastery(tries[:SLOW]) for tries in slow) < 0.2
    # At the end both are there, but for one who slipped just now.
    for people in (quick, slow):
        assert median(mastery(tries) for tries in people) > 0.97
        assert mean(mastery(tries) >= MASTERED for tries in people) >= 0.75


@pytest.mark.parametrize(
    ("skill", "code"),
    [
        ("derivative", "one-minus-h"),
        ("chain", "h-for-derivative"),
        # Right wherever dh is positive, so about half of every answer is.
        ("delta", "upstream-sign-dropped"),
        # Only h is wrong: 1 − h gives the right σ′ and dz, and two parts of three are right every time.
        ("comprehension", "exponent-sign-flipped"),
    ],
)
def test_a_fixed_misconception_never_passes_for_mastery(skill: str, code: str) -> None:
    people = practised(skill, mistaken(code))
    told(f"{skill}: {code}", people)
    assert max(max(mastery_after_each(tries)[1:]) for tries in people) < 0.35


@pytest.mark.parametrize(("skill", "format"), [("chain", "choice"), ("comprehension", "choice"), ("chain", "numeric")])
def test_a_guesser_hardly_ever_passes_for_mastery(skill: str, format: str) -> None:
    people = practised(skill, guessing, format)
    told(f"{skill}: guessing, {format}", people)
    assert mean(mastery(tries) for tries in people) < 0.35
    assert mean(first_mastered(tries) <= QUESTIONS for tries in people) <= 0.02
