"""Item statistics against the standard library's own arithmetic, and on classes whose truth is known."""

from statistics import correlation, covariance, fmean, quantiles

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analytics.items import (
    FEWEST_FOR_DISCRIMINATION,
    FEWEST_FOR_FACILITY,
    feature_gaps,
    item_statistics,
    mean_by_try,
    spread,
)


def _class(learners: int, items: int, seed: int) -> np.ndarray:
    """Learners of different ability, items of different difficulty; right or wrong."""
    random = np.random.default_rng(seed)
    ability, difficulty = random.normal(0, 1.5, (learners, 1)), np.linspace(-1.5, 1.5, items)
    return (random.random((learners, items)) < 1 / (1 + np.exp(difficulty - ability))).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_complete_classes_as_the_standard_library_has_it(seed: int) -> None:
    scores = _class(80, 6, seed)
    found = item_statistics(scores)
    roots = [max(covariance(column, scores.sum(axis=1).tolist()), 0) ** 0.5 for column in scores.T.tolist()]
    for k, item in enumerate(found):
        own = scores[:, k].tolist()
        rest = [fmean(row[:k] + row[k + 1 :]) for row in scores.tolist()]
        assert (item.n, item.n_rest) == (80, 80)
        assert item.facility == pytest.approx(fmean(own))
        assert item.discrimination == pytest.approx(correlation(own, rest))
        assert item.efficiency == pytest.approx(covariance(own, rest) / covariance(sorted(own), sorted(rest)))
        assert item.effective_weight == pytest.approx(roots[k] / sum(roots))
    assert [item.facility for item in found] == sorted((item.facility for item in found), reverse=True) or seed != 0
    assert sum(item.effective_weight or 0 for item in found) == pytest.approx(1)


def test_an_item_that_measures_nothing_and_one_that_is_keyed_wrong() -> None:
    scores = _class(400, 6, 1)
    scores[:, 2] = np.random.default_rng(2).integers(0, 2, 400)
    scores[:, 3] = 1 - scores[:, 3]
    found = item_statistics(scores)
    assert abs(found[2].discrimination or 0) < 0.15
    assert (found[3].discrimination or 0) < -0.2
    assert (found[3].effective_weight or 0) < 1 / 6
    assert all((found[k].discrimination or 0) > 0.1 for k in (0, 1, 4, 5))


def test_items_not_tried_are_left_out_not_counted_as_wrong() -> None:
    scores = _class(300, 5, 3)
    whole = item_statistics(scores)
    holes = scores.copy()
    holes[np.random.default_rng(4).random(scores.shape) < 0.3] = np.nan
    found = item_statistics(holes)
    for item, before in zip(found, whole, strict=True):
        assert 150 < item.n < 260
        assert item.facility == pytest.approx(before.facility or 0, abs=0.1)
        assert item.discrimination == pytest.approx(before.discrimination or 0, abs=0.2)
    never = np.full((40, 3), np.nan)
    assert all(item.n == 0 and item.facility is None and item.discrimination is None for item in item_statistics(never))


def test_too_few_say_nothing() -> None:
    for learners in (1, FEWEST_FOR_FACILITY - 1, FEWEST_FOR_FACILITY, FEWEST_FOR_DISCRIMINATION - 1, FEWEST_FOR_DISCRIMINATION):
        for item in item_statistics(_class(learners, 3, 5)):
            assert (item.facility is None) == (learners < FEWEST_FOR_FACILITY)
            if learners < FEWEST_FOR_DISCRIMINATION:
                assert item.discrimination is item.efficiency is item.effective_weight is None


def test_no_spread_is_no_correlation() -> None:
    scores = _class(50, 3, 6)
    scores[:, 0] = 1.0
    first = item_statistics(scores)[0]
    assert first.facility == 1
    assert first.discrimination is None and first.efficiency is None
    single = item_statistics(scores[:, :1])[0]
    assert single.discrimination is None and single.effective_weight is None


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(20, 60))
def test_indices_stay_in_their_ranges(seed: int, items: int, learners: int) -> None:
    random = np.random.default_rng(seed)
    scores = np.where(random.random((learners, items)) < 0.2, np.nan, random.random((learners, items)).round(2))
    for item in item_statistics(scores, weights=random.uniform(0.5, 3, items)):
        if item.discrimination is not None:
            assert -1 - 1e-9 <= item.discrimination <= 1 + 1e-9
        if item.efficiency is not None:
            assert item.efficiency <= 1 + 1e-9
        if item.effective_weight is not None:
            assert 0 <= item.effective_weight <= 1 + 1e-9


def test_weights_weigh() -> None:
    scores = _class(100, 4, 7)
    plain = item_statistics(scores)
    heavy = item_statistics(scores, weights=np.array([1.0, 1.0, 1.0, 10.0]))
    assert (heavy[3].effective_weight or 0) > (plain[3].effective_weight or 0) + 0.2


@settings(deadline=None)
@given(st.lists(st.floats(0, 1000), min_size=FEWEST_FOR_FACILITY, max_size=40))
def test_quartiles_as_the_standard_library_has_them(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert found.n == len(values)
    assert [found.lower, found.median, found.upper] == pytest.approx(quantiles(values, n=4, method="inclusive"))
    assert spread(values[: FEWEST_FOR_FACILITY - 1]) is None


def test_scores_by_try() -> None:
    assert mean_by_try([]) == []
    assert mean_by_try([[0.0, 1.0], [1.0], [0.5, 0.5, 1.0], []]) == [(3, 0.5), (2, pytest.approx(2.5 / 3)), (1, 1.0)]


def test_gaps_by_feature() -> None:
    random = np.random.default_rng(8)
    saturated, signs = random.random(600) < 0.4, random.random(600) < 0.5
    correct = random.random(600) < np.where(saturated, 0.4, 0.8)
    (gap,) = feature_gaps({"saturated": saturated, "signs": signs}, correct)
    assert gap.feature == "saturated"
    assert gap.facility_with == pytest.approx(0.4, abs=0.1)
    assert gap.facility_without == pytest.approx(0.8, abs=0.1)
    assert (gap.n_with, gap.n_without) == (int(saturated.sum()), int((~saturated).sum()))
    assert feature_gaps({"saturated": saturated[:40]}, correct[:40]) == []
    assert feature_gaps({"signs": signs}, random.random(600) < 0.6) == []
