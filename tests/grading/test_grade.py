"""The grade of one answer in words, and the same grades for one answer as for a table of them."""

import numpy as np
import pytest

from app.engine.question_id import lesson_id
from app.engine.questions import Question, build, build_all, build_many, issue
from app.engine.skills import SKILLS
from app.engine.wrong_rules import explained, rule_of, rules_of
from app.grading.answers import read_answer
from app.grading.grade import ROUNDINGS, VERDICTS, Grade, grade, grade_all, grade_many
from tests.engine import reference
from tests.grading.draws import flat, keys, on_paper

CHAIN, LINKED, JACOBIAN = (build(lesson_id(skill)) for skill in ("chain", "comprehension", "jacobian"))
H, DSIGMA, DZ = [0.881, 0.731, 0.953, 0.269], [0.105, 0.197, 0.045, 0.197], [0.105, -0.197, 0.09, -0.197]


def _graded(question: Question, **raw: object) -> Grade:
    return grade(question, read_answer(question, raw))


def test_the_lessons_exercise_answered_rightly() -> None:
    right = _graded(LINKED, h=H, dsigma=DSIGMA, dz=DZ)
    assert (right.score, right.correct) == (1.0, True)
    assert [(part.verdict, part.score, part.rounding, part.misconception) for part in right.parts] == [
        ("correct", 1.0, "exact", None)
    ] * 3
    assert [part.symbol for part in right.parts] == ["h", "dsigma", "dz"]


def test_the_mean_of_the_parts_is_the_score() -> None:
    graded = _graded(LINKED, h=[0.881, 0.731, 0.953, 0.5], dsigma=[0.105, None, 0.5, 0.5])
    assert [(part.verdict, part.score) for part in graded.parts] == [("partial", 0.75), ("partial", 0.25), ("unanswered", 0.0)]
    assert graded.score == pytest.approx(1 / 3)
    assert graded.correct is False
    assert graded.parts[0].entries == [True, True, True, False]
    assert [part.rounding for part in graded.parts] == [None] * 3


def test_each_verdict_and_each_kind_of_rounding_is_one_of_those_that_are_promised() -> None:
    own = {"h": [0.9, 0.7, 0.8, 0.3], "dsigma": [0.09, 0.21, 0.16, 0.21]}
    answers = (own, {"h": [1, 1, 1, 2]}, {"h": H, "dsigma": DSIGMA}, {"dz": [0.105, 1, 1, 1]})
    met = {part.verdict for raw in answers for part in _graded(LINKED, **raw).parts}
    assert met == set(VERDICTS) == {"correct", "followed-through", "partial", "incorrect", "unanswered"}
    # The third entry is 2 · 0.045177 = 0.090353; from h rounded to 0.953 it comes out as 2 · 0.953 · 0.047 = 0.089582.
    kinds = [_graded(CHAIN, dz=[*DZ[:2], third, DZ[3]]).parts[0].rounding for third in (0.09, 0.0896, 0.0912)]
    assert kinds == list(ROUNDINGS) == ["exact", "intermediate", "last-digit"]


def test_the_zeros_beside_a_diagonal_earn_nothing() -> None:
    z = JACOBIAN.given["z"]
    assert len(z) == 4
    nothing = np.zeros((4, 4))
    assert _graded(JACOBIAN, J=nothing.tolist()).score == 0
    assert _graded(JACOBIAN, J=nothing.tolist()).parts[0].verdict == "incorrect"
    for right in range(1, 5):
        J = np.diag([*DSIGMA[:right], *[0.9] * (4 - right)])
        graded = _graded(JACOBIAN, J=J.tolist())
        assert graded.score == right / 4
        assert graded.parts[0].verdict == ("correct" if right == 4 else "partial")
        assert graded.parts[0].entries == [[i != j or i < right for j in range(4)] for i in range(4)]
    J = np.diag(DSIGMA)
    J[0, 3] = J[1, 3] = 0.5  # two rows are spoilt, though one column is
    assert _graded(JACOBIAN, J=J.tolist()).score == 0.5


@pytest.mark.parametrize("skill", SKILLS)
def test_a_choice_is_right_or_wrong_as_a_whole_and_the_rule_behind_it_is_known(skill: str) -> None:
    for question in issue(skill, 2, "choice", 4, seed=9):
        for part in question.parts:
            assert part.options is not None
            for option in part.options:
                graded = _graded(question, **{part.symbol: option.id})
                own = next(one for one in graded.parts if one.symbol == part.symbol)
                assert own.entries is None
                if option.code is None:
                    assert (own.verdict, own.score, own.misconception) == ("correct", 1.0, None)
                    assert own.rounding == "exact"
                else:
                    rule = rule_of(part.part, option.code)
                    assert rule is not None
                    assert (own.verdict, own.score, own.rounding) == ("incorrect", 0.0, None)
                    assert own.misconception == explained(rule)
                for other in graded.parts:
                    if other.symbol != part.symbol:
                        assert (other.verdict, other.score, other.misconception) == ("unanswered", 0.0, None)
                assert graded.score == own.score / len(question.parts)


@pytest.mark.parametrize(("skill", "level"), [kind for kind in reference.EVERY if kind[1] > 1])
def test_a_table_of_answers_is_graded_as_each_alone(skill: str, level: int) -> None:
    """Right, wrong by a rule, wrong in one entry, one number repeated, followed and missing answers side by side."""
    seeds = reference.spread_seeds(40, start=77)
    batch = build_many(skill, level, seeds, version=2)
    random = np.random.default_rng(level)
    answers = {}
    for part in batch.skill.parts:
        key, rules = keys(batch)[part.symbol], rules_of(part, batch.solved)
        answer = key.copy()
        kinds = random.integers(0, 6, len(batch))
        for row, kind in enumerate(kinds):
            if kind == 1:
                answer[row] = on_paper(rules[random.integers(len(rules))].value(batch.solved)[row])
            elif kind == 2:
                flat(answer)[row, random.integers(flat(answer).shape[1])] *= -1
            elif kind == 3:
                answer[row] = 0.3
            elif kind == 4:
                answer[row] = np.nan
            elif kind == 5 and part.follows:
                symbol, work = part.follows[0]
                answer[row] = work(batch.solved, answers[symbol])[row]
        answers[part.symbol] = answer
    together = grade_many(batch, answers)
    for row in range(len(batch)):
        one = build_many(skill, level, seeds[row : row + 1], version=2)
        alone = grade_many(one, {symbol: answer[row : row + 1] for symbol, answer in answers.items()})
        for symbol, grades in together.items():
            for field in ("entries", "correct", "followed", "rounding", "rule", "by_rule"):
                assert np.array_equal(getattr(grades, field)[row], getattr(alone[symbol], field)[0]), (row, symbol, field)


def test_answers_of_one_moment_are_graded_as_each_alone() -> None:
    """Questions of all kinds in any order, some asked twice, some answered twice, some of a batch not answered at all."""
    random = np.random.default_rng(12)
    issued = [one.id for skill in SKILLS for level in (1, 2) for one in issue(skill, level, "numeric", 4, seed=level)]
    issued += [lesson_id(skill) for skill in SKILLS] * 2
    order = random.permutation(len(issued)).tolist()
    built = [question for question in build_all([issued[k] for k in order]) if random.random() < 0.8]
    answered = []
    for question in [*built, *built[::3], *built[::6]]:
        rules = {part.symbol: rules_of(part.part, question.batch.solved) for part in question.parts}
        raw = {
            part.symbol: on_paper(
                part.key if random.random() < 0.4 else random.choice(rules[part.symbol]).value(question.batch.solved)[0]  # type: ignore[arg-type]
            ).tolist()
            for part in question.parts
        }
        answered.append((question, read_answer(question, raw)))
    together = grade_all(answered)
    assert {True, False} == {one.correct for one in together}
    for (question, answer), graded in zip(answered, together, strict=True):
        assert graded == grade(build(question.id), answer), question.id
