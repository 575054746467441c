"""Tries to reason about, and made-up learners who really answer: through the engine, the reader of answers and the grader."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.analytics.suggestion import next_level
from app.analytics.tries import Try
from app.engine.notation import json_numbers, round_decimal
from app.engine.questions import AskedPart, Question, issue
from app.engine.wrong_rules import rule_of
from app.grading.answers import read_answer
from app.grading.grade import grade

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def tried(right: bool, level: int = 1, chosen: bool = False, parts: int = 1, at: datetime = NOW, *mistakes: str) -> Try:
    return Try(level, chosen, parts, right, at, mistakes)


def spread(right: list[bool], last: datetime, gap: timedelta = timedelta(minutes=3), level: int = 1) -> list[Try]:
    """First tries so far apart, the last of them at `last`."""
    return [tried(one, level, at=last - gap * (len(right) - 1 - k)) for k, one in enumerate(right)]


TRIES = st.builds(
    tried,
    st.booleans(),
    st.integers(1, 3),
    st.booleans(),
    st.integers(1, 6),
    st.integers(0, 400).map(lambda days: NOW - timedelta(days=days)),
)
HISTORIES = st.lists(TRIES, max_size=60).map(lambda tries: sorted(tries, key=lambda one: one.at))

Answering = Callable[[Question, int, Random], dict[str, Any]]
"""(question, how many were answered before, chance) -> the answer as it would be sent."""


def practise(skill: str, answering: Answering, seed: int, questions: int, format: str = "numeric") -> list[Try]:
    """A made-up learner's first tries, each at the level that the program suggests."""
    random = Random(f"{skill} {seed}")
    tries: list[Try] = []
    for k in range(questions):
        tries.append(answer_one(skill, next_level(tries), format, answering, k, NOW + timedelta(minutes=3 * k), random))
    return tries


def answer_one(skill: str, level: int, format: str, answering: Answering, before: int, at: datetime, random: Random) -> Try:
    """One fresh question, answered, read and graded."""
    question = issue(skill, level, format, 1, random.getrandbits(48))[0]
    graded = grade(question, read_answer(question, answering(question, before, random)))
    return Try(level, format == "choice", len(question.parts), graded.correct, at)


def learning(begins: int) -> Answering:
    """Someone who has understood after `begins` questions; from then on right but for a slip in one question of ten."""

    def answer(question: Question, before: int, random: Random) -> dict[str, Any]:
        known = before >= begins and random.random() > 0.1
        return {part.symbol: _typed(part) if known else _slipped(part, random) for part in question.parts}

    return answer


def mistaken(code: str) -> Answering:
    """Someone with a fixed misconception: every part by the wrong rule where it has one, rightly elsewhere."""

    def answer(question: Question, before: int, random: Random) -> dict[str, Any]:
        sent = {}
        for part in question.parts:
            rule = rule_of(part.part, code)
            value = part.key if rule is None else rule.value(question.batch.solved)[0]
            sent[part.symbol] = json_numbers(round_decimal(value))
        return sent

    return answer


def wavering(question: Question, before: int, random: Random) -> dict[str, Any]:
    """Someone who is right half of the time, without getting better."""
    known = random.random() < 0.5
    return {part.symbol: _typed(part) if known else _slipped(part, random) for part in question.parts}


def guessing(question: Question, before: int, random: Random) -> dict[str, Any]:
    """Someone who picks any option, or types any numbers of a likely size."""
    if question.id.format == "choice":
        return {part.symbol: random.choice(part.options or ()).id for part in question.parts}
    return {
        part.symbol: json_numbers(round_decimal(part.key * 0 + [random.uniform(-1, 1) for _ in range(part.shape[-1])]))
        for part in question.parts
    }


def _typed(part: AskedPart) -> Any:
    return json_numbers(round_decimal(part.key))


def _slipped(part: AskedPart, random: Random) -> Any:
    """Right but for one entry, as someone who has nearly understood; mastery must not be had by such shares."""
    value = part.key.copy()
    value.flat[random.randrange(value.size)] += 0.2
    return json_numbers(round_decimal(value))
