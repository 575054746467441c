"""Made-up learners practise through the real engine and grader: mastery tells them apart.

Printed by `pytest -s`: how many of them count as mastered after so many first tries, and their mean mastery.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from statistics import mean, median

import pytest

from app.analytics.dependence import prerequisites_of
from app.analytics.mastery import MASTERED, mastery, mastery_after_each
from app.analytics.suggestion import standing, suggest
from app.analytics.tries import Try
from app.engine.skills import SKILLS
from tests.analytics.people import NOW, Answering, answer_one, guessing, learning, mistaken, practise, wavering
from tests.sizes import size

SEEDS = size(6, 60)
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


@pytest.mark.parametrize("skill", ["derivative", "chain", "comprehension", "weight-gradient", "backward-pass"])
def test_a_quick_learner_and_a_slow_one(skill: str) -> None:
    quick, slow = practised(skill, learning(1)), practised(skill, learning(SLOW))
    told(f"{skill}: quick", quick)
    told(f"{skill}: slow", slow)
    # Mastered within a few questions of having understood, not before.
    assert 4 <= median(first_mastered(tries) for tries in quick) <= 7
    assert all(first_mastered(tries) > SLOW + 1 for tries in slow)
    assert SLOW + 2 <= median(first_mastered(tries) for tries in slow) <= SLOW + 6
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
        ("weight-gradient", "delta-sign-dropped"),
        # One part of six.
        ("backward-pass", "averaged-not-summed"),
    ],
)
def test_a_fixed_misconception_never_passes_for_mastery(skill: str, code: str) -> None:
    people = practised(skill, mistaken(code))
    told(f"{skill}: {code}", people)
    assert max(max(mastery_after_each(tries)[1:]) for tries in people) < 0.2


def test_one_who_is_right_half_of_the_time_has_mastered_it_only_now_and_then() -> None:
    people = practised("chain", wavering)
    told("chain: right half of the time", people)
    held = [one >= MASTERED for tries in people for one in mastery_after_each(tries)[6:]]
    print(f"\n  and in {mean(held):.0%} of the moments from the sixth first try on", end="")
    assert mean(held) < 0.35


GUESSED = [("chain", "choice"), ("comprehension", "choice"), ("update", "choice"), ("chain", "numeric")]


@pytest.mark.parametrize(("skill", "format"), GUESSED)
def test_a_guesser_hardly_ever_passes_for_mastery(skill: str, format: str) -> None:
    people = practised(skill, guessing, format)
    told(f"{skill}: guessing, {format}", people)
    assert mean(mastery(tries) for tries in people) < 0.2
    assert mean(first_mastered(tries) <= QUESTIONS for tries in people) <= 0.02


@dataclass
class Course:
    """Somebody who does what is suggested, twelve questions a day. begun: skills in the order of their first question."""

    tries: dict[str, list[Try]]
    begun: list[str]
    returns: int
    questions: int


def follow(answering: Answering, seed: int, days: int) -> Course:
    random = Random(f"course {seed}")
    course = Course({skill: [] for skill in SKILLS}, [], 0, 0)
    for question in range(12 * days):
        now = NOW + timedelta(days=question // 12, minutes=5 * (question % 12))
        stands = {skill: standing(skill, SKILLS[skill].title, tries, now) for skill, tries in course.tries.items()}
        suggested = suggest(list(stands.values()), now)
        if suggested.skill is None:
            continue  # free for the day
        skill = suggested.skill
        course.questions += 1
        course.returns += stands[skill].mastered
        if not course.tries[skill]:
            course.begun.append(skill)
            assert all(stands[other].mastered for other in prerequisites_of(skill, SKILLS))
        course.tries[skill].append(
            answer_one(skill, suggested.level, "numeric", answering, len(course.tries[skill]), now, random)
        )
    return course


def test_who_follows_the_suggestions_masters_everything_and_then_only_returns() -> None:
    courses = [follow(learning(1), seed, days=21) for seed in range(size(3, 20))]
    for course in courses:
        assert set(course.begun) == set(SKILLS)
        # All mastered, but for one where the very last answer was a slip.
        assert sum(mastery(tries) < MASTERED for tries in course.tries.values()) <= 1
        assert course.returns >= len(SKILLS)
    told_of = [(course.questions, course.returns) for course in courses]
    print(f"\nfollowing: {told_of} (questions in three weeks, of which returns)", end="")
    # Three weeks hold 252 questions; they are not filled up with what is known already.
    assert median(course.questions for course in courses) < 160


def test_a_guesser_who_follows_the_suggestions_stays_at_the_beginning() -> None:
    course = follow(guessing, 1, days=5)
    assert course.begun == ["activation"] and course.questions == 60
