"""Linked parts: a slip costs its own part and nothing after it, unless the value could not be honest."""

import numpy as np
import pytest

from app.engine.question_id import lesson_id
from app.engine.questions import Batch, build
from app.engine.skills import SKILLS
from app.engine.wrong_rules import RULES
from app.grading.answers import read_answer
from app.grading.grade import Grade, grade, grade_many
from tests.engine import reference
from tests.grading.draws import cut_off, fit_batch, keys, on_paper

levels = pytest.mark.parametrize("level", reference.LEVELS)
H, DSIGMA, DZ = SKILLS["comprehension"].parts
QUESTION = build(lesson_id("comprehension"))
DH = np.array([1, -1, 2, -1.0])


def _carried_on(batch: Batch, h: np.ndarray) -> dict[str, np.ndarray]:
    """Correct work from the learner's own h onwards, each part worked from what was typed before it."""
    dsigma = on_paper(h * (1 - h))
    return {"h": h, "dsigma": dsigma, "dz": on_paper(batch.solved["dh"] * dsigma)}


def _graded(h: list, dsigma: list, dz: list) -> Grade:
    raw = {"h": list(h), "dsigma": list(dsigma), "dz": list(dz)}
    return grade(QUESTION, read_answer(QUESTION, raw))


def _verdicts(graded: Grade) -> list[str]:
    return [part.verdict for part in graded.parts]


@levels
def test_an_arbitrary_wrong_h_is_followed(level: int) -> None:
    batch = fit_batch("comprehension", level)
    random = np.random.default_rng(level)
    h = on_paper(random.uniform(0.05, 0.95, batch.solved["h"].shape))
    grades = grade_many(batch, _carried_on(batch, h))
    assert not grades["h"].correct.any()
    for symbol in ("dsigma", "dz"):
        # by chance it may also be right in itself
        assert (grades[symbol].followed ^ grades[symbol].correct).all()
        assert grades[symbol].entries.all()
        assert (grades[symbol].rule == -1).all()
        assert (grades[symbol].rounding[grades[symbol].followed] == -1).all()
    assert grades["dz"].followed.mean() > 0.9


@levels
@pytest.mark.parametrize("index", range(len(RULES["h"])), ids=lambda k: RULES["h"][k].code)
def test_a_registered_wrong_h_is_followed_even_where_h_cannot_be(level: int, index: int) -> None:
    batch = fit_batch("comprehension", level)
    rule = RULES["h"][index]
    grades = grade_many(batch, _carried_on(batch, on_paper(rule.value(batch.solved))))
    assert (grades["h"].rule == index).all()
    for symbol in ("dsigma", "dz"):
        assert grades[symbol].entries.all()
        if rule.code == "exponent-sign-flipped":
            assert grades[symbol].correct.all()
        else:
            assert (grades[symbol].followed ^ grades[symbol].correct).all()
            assert grades[symbol].followed.mean() > 0.9


@levels
@pytest.mark.parametrize("index", range(len(RULES["dsigma"])), ids=lambda k: RULES["dsigma"][k].code)
def test_a_registered_wrong_slope_is_followed(level: int, index: int) -> None:
    batch = fit_batch("comprehension", level)
    own = on_paper(RULES["dsigma"][index].value(batch.solved))
    answers = keys(batch) | {"dsigma": own, "dz": on_paper(batch.solved["dh"] * own)}
    grades = grade_many(batch, answers)
    assert grades["h"].correct.all()
    assert (grades["dsigma"].rule == index).all()
    assert grades["dz"].followed.all()
    assert grades["dz"].entries.all()
    assert (grades["dz"].rule == -1).all()


@levels
def test_a_whole_slip_may_be_typed_with_cut_off_digits(level: int) -> None:
    batch = fit_batch("comprehension", level)
    h = on_paper(np.tanh(batch.solved["z"]) / 2 + 0.5)
    typed = {"h": h, "dsigma": cut_off(h * (1 - h))}
    typed["dz"] = cut_off(batch.solved["dh"] * h * (1 - h))
    grades = grade_many(batch, typed)
    assert grades["dsigma"].entries.all()
    assert grades["dz"].entries.all()


@levels
@pytest.mark.parametrize("value", [0.5, 0.25, 0.1, 0.999, 0, 1, -0.3, 7, np.nan])
def test_one_number_repeated_banks_nothing(level: int, value: float) -> None:
    """h the same everywhere, and everything carried on from it."""
    batch = fit_batch("comprehension", level)
    h = np.full_like(batch.solved["h"], value)
    grades = grade_many(batch, _carried_on(batch, h))
    assert not grades["dsigma"].followed.any()
    assert not grades["dz"].followed.any()


@levels
@pytest.mark.parametrize("value", [0.25, 0.2, 0, -0.1, 1])
def test_one_slope_repeated_banks_nothing(level: int, value: float) -> None:
    batch = fit_batch("comprehension", level)
    dsigma = np.full_like(batch.solved["h"], value)
    answers = keys(batch) | {"dsigma": dsigma, "dz": batch.solved["dh"] * dsigma}
    assert not grade_many(batch, answers)["dz"].followed.any()


@levels
@pytest.mark.parametrize("spoilt", [0.0, 1.0, -0.2, 1.3, 1e6, np.nan])
def test_one_impossible_h_banks_nothing(level: int, spoilt: float) -> None:
    batch = fit_batch("comprehension", level)
    h = on_paper(np.random.default_rng(level).uniform(0.05, 0.95, batch.solved["h"].shape))
    assert grade_many(batch, _carried_on(batch, h))["dsigma"].followed.mean() > 0.9
    h[:, 1] = spoilt
    typed = _carried_on(batch, h)
    # what follows from a possible σ′ may follow; so σ′ is made impossible too
    typed["dsigma"][:, 1] = np.where(np.isnan(typed["dsigma"][:, 1]), -1.0, typed["dsigma"][:, 1])
    grades = grade_many(batch, typed)
    assert not grades["dsigma"].followed.any()
    assert not grades["dz"].followed.any()


@levels
@pytest.mark.parametrize(("spoilt", "possible"), [(0.0, False), (-0.1, False), (0.251, False), (0.25, True), (0.001, True)])
def test_a_slope_must_be_one_that_sigma_can_have(level: int, spoilt: float, possible: bool) -> None:
    batch = fit_batch("comprehension", level)
    own = on_paper(np.random.default_rng(level).uniform(0.03, 0.24, batch.solved["h"].shape))
    own[:, 0] = spoilt
    answers = keys(batch) | {"dsigma": own, "dz": on_paper(batch.solved["dh"] * own)}
    grades = grade_many(batch, answers)
    assert not grades["dsigma"].correct.any()
    assert (grades["dz"].followed == possible).all()


@levels
def test_following_keeps_to_the_tolerance(level: int) -> None:
    """dz from the own σ′: as far off as the tolerance of dz is followed, further is not."""
    batch = fit_batch("comprehension", level)
    own = on_paper(np.random.default_rng(level).uniform(0.03, 0.24, batch.solved["h"].shape))
    tolerance, dz = batch.tolerance(DZ), batch.solved["dh"] * own
    for factor, expected in ((-0.999, True), (0.999, True), (1.001, False), (-1.001, False)):
        off = dz.copy()
        off[:, 2] += factor * tolerance[:, 2]
        # h is not given, so that only σ′ can be followed
        answers = {"h": np.full_like(own, np.nan), "dsigma": own, "dz": off}
        followed = grade_many(batch, answers)["dz"].followed
        assert (followed == expected).all()


@levels
def test_nothing_follows_from_a_missing_part(level: int) -> None:
    batch = fit_batch("comprehension", level)
    missing = np.full_like(batch.solved["h"], np.nan)
    wrong = np.full_like(missing, 0.1)
    grades = grade_many(batch, {"h": missing, "dsigma": missing, "dz": wrong})
    assert not any(grade.followed.any() or grade.correct.any() for grade in grades.values())
    assert not grades["h"].entries.any()


def test_following_the_slope_or_h() -> None:
    h = [0.9, 0.7, 0.8, 0.3]
    dsigma, dz = [0.09, 0.21, 0.16, 0.21], [0.09, -0.21, 0.32, -0.21]
    graded = _graded(h, dsigma, dz)
    assert _verdicts(graded) == ["incorrect", "followed-through", "followed-through"]
    assert [part.score for part in graded.parts] == [0, 1, 1]
    assert graded.score == pytest.approx(2 / 3)
    assert graded.correct is False
    assert graded.parts[1].entries == graded.parts[2].entries == [True] * 4
    assert graded.parts[1].rounding is None
    assert graded.parts[1].misconception is None
    # σ′ slips as well, dz is worked from h
    assert _verdicts(_graded(h, [0.5, 0.6, 0.7, 0.8], dz)) == ["incorrect", "incorrect", "followed-through"]
    # h missing, dz worked from the own σ′
    assert _verdicts(_graded([None] * 4, dsigma, dz)) == ["unanswered", "incorrect", "followed-through"]
    # right after all
    right = _graded(h, [0.105, 0.197, 0.045, 0.197], [0.105, -0.197, 0.09, -0.197])
    assert _verdicts(right) == ["incorrect", "correct", "correct"]
    assert right.correct is False


def test_one_entry_not_carried_on_is_not_followed() -> None:
    graded = _graded([0.9, 0.7, 0.8, 0.3], [0.09, 0.21, 0.16, 0.31], [None] * 4)
    assert _verdicts(graded) == ["incorrect", "incorrect", "unanswered"]


def test_h_equal_to_z_is_followed_though_impossible() -> None:
    graded = _graded([2, 1, 3, -1], [-2, 0, -6, -2], [-2, 0, -12, 2])
    assert _verdicts(graded) == ["incorrect", "followed-through", "followed-through"]
    assert graded.parts[0].misconception is not None
    assert graded.parts[0].misconception.code == "activation-skipped"
    # the same shape of work from a value that no rule explains
    assert _verdicts(_graded([2, 1, 3, -2], [-2, 0, -6, -6], [-2, 0, -12, 6])) == ["incorrect"] * 3


def test_half_everywhere_earns_nothing() -> None:
    graded = _graded([0.5] * 4, [0.25] * 4, [0.25, -0.25, 0.5, -0.25])
    assert graded.score == 0
    assert _verdicts(graded) == ["incorrect"] * 3


def test_zero_everywhere_earns_nothing() -> None:
    assert _graded([0] * 4, [0] * 4, [0] * 4).score == 0
    assert _graded([1] * 4, [0] * 4, [0] * 4).score == 0
