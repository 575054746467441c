"""Whoever works correctly is right, however and wherever they round."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

from app.engine.questions import Batch
from app.grading.grade import ROUNDINGS, grade_many
from tests.engine.reference import VECTORS
from tests.grading.draws import cut_off, fit_batch, keys, on_paper, scores, symbols, to_even, unrounded

every = pytest.mark.parametrize(("skill", "level"), VECTORS)
Rounding = Callable[[np.ndarray], np.ndarray]
ON_THE_WAY: tuple[Rounding, ...] = (unrounded, on_paper, to_even, lambda x: on_paper(x, 4))
AT_THE_END: tuple[Rounding, ...] = (unrounded, on_paper, to_even, cut_off, lambda x: on_paper(x, 4), lambda x: on_paper(x, 6))


def _worked(batch: Batch, of_h: Rounding, of_dsigma: Rounding) -> dict[str, np.ndarray]:
    """Every quantity as someone works it out who rounds h and σ′ on the way, each before its own last rounding."""
    solved = batch.solved
    if batch.skill.id == "delta":
        return {"dz": solved["dh"] * solved["dsigma"]}
    h = 1 / (1 + np.exp(-solved["z"]))
    dsigma = of_h(h) * (1 - of_h(h))
    worked = {"h": h, "dsigma": dsigma}
    if "dh" in solved:
        worked["dz"] = solved["dh"] * of_dsigma(dsigma)
    return worked


def _routes(batch: Batch) -> Iterator[tuple[dict[str, np.ndarray], Rounding, bool]]:
    """Worked quantities, the last rounding, and whether nothing was rounded on the way."""
    for of_h, of_dsigma, at_the_end in product(ON_THE_WAY, ON_THE_WAY, AT_THE_END):
        worked = _worked(batch, of_h, of_dsigma)
        typed = {symbol: at_the_end(worked[symbol]) for symbol in symbols(batch.skill.id)}
        yield typed, at_the_end, of_h is of_dsigma is unrounded


@every
def test_every_rounding_route_is_right(skill: str, level: int) -> None:
    batch = fit_batch(skill, level)
    for typed, _, _ in _routes(batch):
        grades = grade_many(batch, typed)
        for symbol in typed:
            assert grades[symbol].correct.all()
            assert grades[symbol].entries.all()
            assert not grades[symbol].followed.any()
            assert (grades[symbol].rule == -1).all()
        assert (scores(grades, batch) == 1).all()


def _within_half(answer: np.ndarray, value: np.ndarray) -> np.ndarray:
    return (np.abs(answer - value) <= 0.0005 + 1e-11).all(axis=1)


@every
def test_the_kind_of_rounding_is_told(skill: str, level: int) -> None:
    """`exact` where the key itself gives the answer, `intermediate` where a rounded h or σ′ does, else `last-digit`."""
    batch = fit_batch(skill, level)
    met = set()
    for typed, _, _ in _routes(batch):
        grades = grade_many(batch, typed)
        for symbol, answer in typed.items():
            key = batch.solved[symbol]
            expected = np.full(len(batch), ROUNDINGS.index("last-digit"))
            if skill != "delta":
                for of_h, of_dsigma in ((on_paper, unrounded), (on_paper, on_paper), (unrounded, on_paper)):
                    route = _worked(batch, of_h, of_dsigma)[symbol]
                    if symbol != "h":
                        expected[_within_half(answer, route)] = ROUNDINGS.index("intermediate")
            expected[_within_half(answer, key)] = ROUNDINGS.index("exact")
            assert np.array_equal(grades[symbol].rounding, expected)
            met |= set(expected.tolist())
    if level > 1:  # the few whole numbers of level 1 do not meet every kind
        assert met == ({0, 2} if skill in ("activation", "delta") else {0, 1, 2})


@every
def test_typed_to_three_decimals_the_key_scores_one(skill: str, level: int) -> None:
    batch = fit_batch(skill, level)
    grades = grade_many(batch, keys(batch))
    assert (scores(grades, batch) == 1).all()
    for grade in grades.values():
        assert grade.correct.all()
        assert (grade.rounding == ROUNDINGS.index("exact")).all()


@every
def test_one_unit_off_is_last_digit(skill: str, level: int) -> None:
    """Cutting off always passes; where it changes a digit of the only route there is, it is called last-digit."""
    batch = fit_batch(skill, level)
    typed = {symbol: cut_off(batch.solved[symbol]) for symbol in symbols(skill)}
    grades = grade_many(batch, typed)
    for symbol, grade in grades.items():
        assert grade.correct.all()
        changed = (typed[symbol] != keys(batch)[symbol]) & (np.abs(batch.solved[symbol] - typed[symbol]) > 0.0005 + 1e-9)
        if symbol == "h" or skill == "delta":
            assert np.array_equal(grade.rounding == ROUNDINGS.index("last-digit"), changed.any(axis=1))
        # whole numbers times σ′ with 3 decimals have nothing to cut off
        assert changed.any() or (skill, level) == ("delta", 1)
