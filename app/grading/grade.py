"""The one entry to grading: grade() for an answer, grade_many() for tables of them, one implementation behind both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan, prod

import numpy as np
from numpy.typing import NDArray

from app.engine.misconceptions import Misconception
from app.engine.notation import DECIMALS
from app.engine.parts import Part, Quantities
from app.engine.questions import AskedPart, Batch, Question
from app.engine.sigmoid import Array
from app.engine.tolerance import U
from app.engine.wrong_values import mistake_behind
from app.grading.answers import Answer
from app.grading.decimals import within
from app.grading.diagnosis import NONE, diagnose, misconception_at

VERDICTS = ("correct", "followed-through", "partial", "incorrect", "unanswered")
ROUNDINGS = ("exact", "intermediate", "last-digit")
_UNROUNDED = -1


@dataclass(frozen=True)
class PartGrades:
    """The grades of B answers to one part.

    entries: [B, …], right or not. correct, followed: [B]. rounding: [B], index into ROUNDINGS or -1.
    rule: [B], the mistake that explains the answer, as `diagnose` counts them, or NONE. by_rule: [B], whether that is a whole
        wrong rule, worked through without a slip.
    """

    entries: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    followed: NDArray[np.bool_]
    rounding: NDArray[np.int64]
    rule: NDArray[np.int64]
    by_rule: NDArray[np.bool_]


@dataclass(frozen=True)
class PartGrade:
    """entries: nested lists of the part's shape; None for a choice."""

    symbol: str
    score: float
    verdict: str
    entries: list[object] | None
    rounding: str | None
    misconception: Misconception | None


@dataclass(frozen=True)
class Grade:
    """score: the mean of the parts', 0 to 1. correct: every part is correct."""

    score: float
    correct: bool
    parts: tuple[PartGrade, ...]


def grade_many(batch: Batch, answers: Mapping[str, Array]) -> dict[str, PartGrades]:
    """Grade B answers to B questions.

    Args:
        answers: symbol -> [B, …] of the key's shape, NaN where nothing was given; every part is there.
    """
    grades: dict[str, PartGrades] = {}
    for part in batch.skill.parts:
        answer, key, tolerance = (
            answers[part.symbol],
            batch.key(part),
            batch.tolerance(part),
        )
        entries = within(answer, key, tolerance)
        correct = _whole(entries)
        wrong = ~correct
        followed = by_rule = np.zeros(len(correct), dtype=np.bool_)  # neither is written to
        rule = np.full(len(correct), NONE)
        rounding = np.full(len(correct), _UNROUNDED)
        if np.count_nonzero(correct):  # for one answer, in a quarter of the time of correct.any()
            rounding = np.where(correct, _rounding(part, batch, answer, wrong), _UNROUNDED)
        if np.count_nonzero(wrong):
            followed = wrong & _follows(part, batch, answers, tolerance, grades)
            entries |= _like(followed, entries)
            rule, by_rule = diagnose(part, batch.solved, answer, key, tolerance, wrong & ~followed)
        grades[part.symbol] = PartGrades(entries, correct, followed, rounding, rule, by_rule)
    return grades


def grade(question: Question, answer: Answer) -> Grade:
    """What an answer that could be read deserves."""
    return grade_all([(question, answer)])[0]


def grade_all(answered: Sequence[tuple[Question, Answer]]) -> list[Grade]:
    """What each of some answers deserves, in their order; those to questions of one batch are graded at once."""
    tables: dict[tuple[int, int], dict[int, int]] = {}  # batch, and which answer to one and the same question: row -> place
    for place, (question, _) in enumerate(answered):
        turn = 0
        while question.row in (table := tables.setdefault((id(question.among), turn), {})):
            turn += 1
        table[question.row] = place
    grades: dict[int, Grade] = {}
    for table in tables.values():
        batch = answered[next(iter(table.values()))][0].among
        answers = {row: answered[place][1] for row, place in table.items()}
        graded = grade_many(batch, {part.symbol: _table(batch, part, answers) for part in batch.skill.parts})
        grades.update({place: _grade(*answered[place], graded) for place in table.values()})
    return [grades[place] for place in range(len(answered))]


def _table(batch: Batch, part: Part, answers: Mapping[int, Answer]) -> Array:
    """What was answered to a part, [B, …], NaN in rows without an answer."""
    shape = batch.key(part).shape
    nothing = [nan] * prod(shape[1:])
    rows = [answers[row][part.symbol].numbers() if row in answers else nothing for row in range(len(batch))]
    return np.array(rows).reshape(shape)


def _grade(question: Question, answer: Answer, graded: Mapping[str, PartGrades]) -> Grade:
    parts = tuple(_part_grade(part, answer, graded[part.symbol], question.row) for part in question.parts)
    return Grade(
        score=sum(part.score for part in parts) / len(parts),
        correct=all(part.verdict == "correct" for part in parts),
        parts=parts,
    )


def _whole(entries: NDArray[np.bool_]) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = np.asarray(entries.reshape(len(entries), -1).all(axis=1))
    return whole


def _like(rows: NDArray[np.bool_], entries: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return rows.reshape(-1, *(1,) * (entries.ndim - 1))


def _rounding(part: Part, batch: Batch, answer: Array, wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For accepted answers, [B]: the key itself rounded, a route with rounding on the way, or one off in the last digit. Of the
    wrong ones it says nothing that means anything.
    """
    half = np.asarray(U)
    exact = _whole(within(answer, batch.key(part), half))
    if (exact | wrong).all():
        return np.full(len(answer), ROUNDINGS.index("exact"))
    found = np.full(len(answer), ROUNDINGS.index("last-digit"))
    for route in part.routes(batch.solved, DECIMALS):
        found[_whole(within(answer, route, half))] = ROUNDINGS.index("intermediate")
    found[exact] = ROUNDINGS.index("exact")
    return found


def _follows(
    part: Part,
    batch: Batch,
    answers: Mapping[str, Array],
    tolerance: Array,
    earlier: Mapping[str, PartGrades],
) -> NDArray[np.bool_]:
    """Whether the part is right given the learner's own earlier part, [B], where that value could be honest."""
    followed = np.zeros(len(tolerance), dtype=np.bool_)
    for symbol, worked_from in part.follows:
        own = answers[symbol]
        source = batch.skill.part(symbol)
        honest = earlier[symbol].by_rule | _possible(source, batch.solved, own)
        right = _whole(within(answers[part.symbol], worked_from(batch.solved, own), tolerance))
        followed |= honest & right
    return followed


def _possible(part: Part, solved: Quantities, own: Array) -> NDArray[np.bool_]:
    """Whether such a quantity can have these values, and they are not one number repeated (nor zero), [B]."""
    flat = own.reshape(len(own), -1)
    varied: NDArray[np.bool_] = (flat != flat[:, :1]).any(axis=1)
    return varied & _whole(part.possible(solved, own))


def _score(part: Part, entries: NDArray[np.bool_]) -> float:
    """The share of entries that are right; of a diagonal matrix, of its rows."""
    counted = entries.all(axis=-1) if part.diagonal else entries
    return int(np.count_nonzero(counted)) / counted.size


def _part_grade(part: AskedPart, answer: Answer, graded: PartGrades, row: int) -> PartGrade:
    given = answer[part.symbol]
    entries = graded.entries[row]
    score = _score(part.part, entries)
    if graded.correct[row]:
        verdict = "correct"
    elif graded.followed[row]:
        verdict = "followed-through"
    elif not given.given:
        verdict = "unanswered"
    elif score > 0:
        verdict = "partial"
    else:
        verdict = "incorrect"
    rounding = None if graded.rounding[row] == _UNROUNDED else ROUNDINGS[graded.rounding[row]]
    if part.options is None:
        named = misconception_at(part.part, int(graded.rule[row]), bool(graded.by_rule[row]))
        return PartGrade(part.symbol, score, verdict, entries.tolist(), rounding, named)
    if verdict not in ("partial", "incorrect"):
        return PartGrade(part.symbol, score, verdict, None, rounding, None)
    # A choice is right or wrong as a whole, and the rule behind an option is known, not guessed.
    mistake = mistake_behind(part, part.option(given.option or ""))
    return PartGrade(part.symbol, 0.0, "incorrect", None, rounding, mistake)
