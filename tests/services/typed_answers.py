"""What people answer: right, rounded on the way, on either side of the tolerance's edge, by each wrong rule, or by choosing."""

from collections.abc import Iterator

import numpy as np

from app.engine.questions import Question
from app.engine.wrong_rules import rules_of
from app.grading.answers import read_answer
from app.grading.grade import Grade, grade
from tests.grading.draws import on_paper

Typed = dict[str, np.ndarray]


def typed_answers(question: Question) -> Iterator[tuple[Typed, str]]:
    """Whole answers with what they are: `right`, `edge`, or the symbol and code of the rule by which one part is wrong."""
    solved = question.batch.solved
    right = {part.symbol: on_paper(part.key) for part in question.parts}
    yield right, "right"
    for part in question.parts:
        for route in part.part.routes(solved, 3):
            yield right | {part.symbol: on_paper(route[0])}, "right"
        for reach in (0.999, 1.001):
            moved = part.key + reach * part.tolerance * np.where(np.arange(part.key.size) % 2, 1, -1).reshape(part.shape)
            yield right | {part.symbol: np.round(moved, 7)}, "edge"
        for rule in rules_of(part.part, solved):
            yield right | {part.symbol: on_paper(np.array(rule.value(solved)[0]))}, f"{part.symbol} {rule.code}"


def choices_of(question: Question) -> Iterator[dict[str, str]]:
    """Each option of each part, the other parts being right; and once all right."""
    right = {part.symbol: option.id for part in question.parts for option in part.options or () if option.code is None}
    yield right
    for part in question.parts:
        for option in part.options or ():
            if option.code is not None:
                yield right | {part.symbol: option.id}


def graded(question: Question, typed: Typed) -> Grade:
    """What the engine says of it."""
    return grade(question, read_answer(question, {symbol: value.tolist() for symbol, value in typed.items()}))


def graded_choice(question: Question, chosen: dict[str, str]) -> Grade:
    """What the engine says of options that were chosen."""
    return grade(question, read_answer(question, dict(chosen)))
