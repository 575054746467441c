"""Item statistics: how hard each item of a practice is, and how well it tells those who know from those who don't.

The indices are those of classical test theory as Moodle's quiz statistics define them ("Quiz statistics calculations",
https://docs.moodle.org/dev/Quiz_statistics_calculations), on scores of 0 to 1 with every item of equal weight unless given.
Scores are first attempts only, a row for each learner and a column for each item, NaN where an item was not tried. What
rests on too few learners to mean anything is None, so that nobody reads noise as a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST_FOR_FACILITY = 5
FEWEST_FOR_DISCRIMINATION = 20
_FEWEST_IN_A_HALF = 30
_SMALLEST_GAP = 0.15  # of facility; a smaller one is no matter for a warning
_SURE = 3.0  # standard errors


@dataclass(frozen=True)
class ItemStatistics:
    """n: learners who tried the item. n_rest: those who also tried another.

    facility: mean score, 0 to 1. discrimination: correlation of the item's score with the mean score on the learner's other
    items (item-rest), -1 to 1. efficiency: that covariance beside the largest one that these two sets of scores could have,
    at most 1. effective_weight: the item's share of the spread of total scores, 0 to 1, where every learner tried every item.
    """

    n: int
    n_rest: int
    facility: float | None
    discrimination: float | None
    efficiency: float | None
    effective_weight: float | None


@dataclass(frozen=True)
class Spread:
    """n values; median and quartiles, by linear interpolation (Hyndman, Fan, "Sample quantiles", 1996, type 7)."""

    n: int
    lower: float
    median: float
    upper: float


@dataclass(frozen=True)
class Gap:
    """A feature of the numbers drawn by which a level's questions differ in difficulty.

    facility_with, facility_without: the share right among questions that have the feature, and among those that don't.
    """

    feature: str
    n_with: int
    n_without: int
    facility_with: float
    facility_without: float


def item_statistics(scores: Array, weights: Array | None = None) -> list[ItemStatistics]:
    """The statistics of each item.

    Args:
        scores: [learners, items], 0 to 1, NaN where not tried.
        weights: [items], the points of each item; equal if not given.
    """
    items = scores.shape[1]
    weights = np.ones(items) if weights is None else weights
    effective = _effective_weights(scores, weights)
    return [_item(scores, weights, k, None if effective is None else float(effective[k])) for k in range(items)]


def _item(scores: Array, weights: Array, k: int, effective_weight: float | None) -> ItemStatistics:
    own = scores[:, k]
    tried = ~np.isnan(own)
    rest = _rest(scores, weights, k)
    both = tried & ~np.isnan(rest)
    n, n_rest = int(tried.sum()), int(both.sum())
    discrimination = efficiency = None
    if n_rest >= FEWEST_FOR_DISCRIMINATION:
        x, y = own[both], rest[both]
        covariance, largest = _covariance(x, y), _covariance(np.sort(x), np.sort(y))
        spread = float(x.std() * y.std())
        if spread > 0:
            discrimination = covariance / spread
            efficiency = covariance / largest if largest > 0 else None
    return ItemStatistics(
        n=n,
        n_rest=n_rest,
        facility=float(own[tried].mean()) if n >= FEWEST_FOR_FACILITY else None,
        discrimination=discrimination,
        efficiency=efficiency,
        effective_weight=effective_weight,
    )


def _rest(scores: Array, weights: Array, k: int) -> Array:
    """Each learner's weighted mean score on the other items that they tried, NaN without any, [learners]."""
    others = np.delete(scores, k, axis=1)
    tried = ~np.isnan(others)
    weight = np.where(tried, np.delete(weights, k), 0.0)
    total = weight.sum(axis=1)
    summed = np.where(tried, others, 0.0) * weight
    means: Array = np.divide(summed.sum(axis=1), total, out=np.full(len(scores), np.nan), where=total > 0)
    return means


def _effective_weights(scores: Array, weights: Array) -> Array | None:
    """√C(x_k, T) of each item as a share of their sum, T the total; None unless enough learners tried every item.

    An item that goes against the total has no real root; as in Moodle, it then counts as 0.
    """
    complete = scores[~np.isnan(scores).any(axis=1)] * weights
    if len(complete) < FEWEST_FOR_DISCRIMINATION or scores.shape[1] < 2:
        return None
    totals = complete.sum(axis=1)
    covariances = (totals - totals.mean()) @ (complete - complete.mean(axis=0)) / len(complete)
    roots = np.sqrt(np.maximum(covariances, 0.0))
    return roots / roots.sum() if roots.sum() > 0 else None


def _covariance(x: Array, y: Array) -> float:
    return float(((x - x.mean()) * (y - y.mean())).mean())


def spread(values: Sequence[float]) -> Spread | None:
    """Median and quartiles; None for fewer than FEWEST_FOR_FACILITY values."""
    if len(values) < FEWEST_FOR_FACILITY:
        return None
    lower, median, upper = np.quantile(np.asarray(values, dtype=np.float64), (0.25, 0.5, 0.75))
    return Spread(len(values), float(lower), float(median), float(upper))


def mean_by_try(tries: Sequence[Sequence[float]]) -> list[tuple[int, float]]:
    """How scores grow with the tries: for the first, second, … try, how many learners made it and their mean score then.

    Args:
        tries: each learner's scores at one question, in the order of trying. Who stops is taken to have kept the last score,
            so that the mean does not rise merely because those who were right stopped.
    Returns:
        (learners who made this try, mean score of all after it), up to the last try that anybody made.
    """
    longest = max((len(one) for one in tries), default=0)
    begun = [one for one in tries if one]
    return [
        (sum(len(one) > k for one in begun), sum(one[min(k, len(one) - 1)] for one in begun) / len(begun)) for k in range(longest)
    ]


def feature_gaps(features: Mapping[str, NDArray[np.bool_]], correct: NDArray[np.bool_]) -> list[Gap]:
    """The features by which the questions of one level differ in difficulty, widest gap first.

    A gap is told when it is at least 15 points wide, both halves have 30 first tries, and it is 3 standard errors of a
    difference of two proportions (Agresti, "Categorical Data Analysis", 2nd ed., section 3.1) away from none.
    """
    gaps = []
    for name, has in features.items():
        n_with, n_without = int(has.sum()), int((~has).sum())
        if min(n_with, n_without) < _FEWEST_IN_A_HALF:
            continue
        p, q = float(correct[has].mean()), float(correct[~has].mean())
        error = np.sqrt(p * (1 - p) / n_with + q * (1 - q) / n_without)
        if abs(p - q) >= _SMALLEST_GAP and abs(p - q) > _SURE * error:
            gaps.append(Gap(name, n_with, n_without, p, q))
    return sorted(gaps, key=lambda gap: -abs(gap.facility_with - gap.facility_without))
