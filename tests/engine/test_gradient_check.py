"""The difference quotient against exact derivatives: good in the middle, bent when ε is large, noise when it is tiny."""

import numpy as np
import pytest
from mpmath import mp, mpf

from app.engine.gradient_check import EPSILONS, central_difference
from app.engine.sigmoid import Array
from app.engine.tolerance import U

Z = np.linspace(-6, 6, 121)


def exact(z: Array, epsilon: float) -> Array:
    """The quotient in 60 digits."""
    with mp.workdps(60):

        def sigmoid(x: mpf) -> mpf:
            return 1 / (1 + mp.exp(-x))

        step = mpf(epsilon)
        return np.array([float((sigmoid(mpf(x) + step) - sigmoid(mpf(x) - step)) / (2 * step)) for x in z])


def slope(z: Array) -> Array:
    with mp.workdps(60):
        return np.array([float(mp.exp(-mpf(x)) / (1 + mp.exp(-mpf(x))) ** 2) for x in z])


@pytest.mark.parametrize("epsilon", [one for one in EPSILONS if one >= 1e-3])
def test_the_quotient_is_the_secants_slope(epsilon: float) -> None:
    assert np.allclose(central_difference(Z, epsilon), exact(Z, epsilon), rtol=0, atol=1e-12)


def test_in_the_middle_it_is_the_derivative() -> None:
    for epsilon in (1e-3, 1e-5, 1e-9):
        assert np.max(np.abs(central_difference(Z, epsilon) - slope(Z))) < 1e-6


def test_the_error_of_a_large_epsilon_falls_with_its_square() -> None:
    error = {epsilon: np.max(np.abs(central_difference(Z, epsilon) - slope(Z))) for epsilon in (1.0, 0.1, 1e-3)}
    assert error[1.0] > 10 * U
    assert 50 < error[1.0] / error[0.1] < 150
    assert 5e3 < error[0.1] / error[1e-3] < 2e4


def test_the_best_epsilon_is_in_the_middle_and_the_smallest_is_noise() -> None:
    error = {epsilon: float(np.max(np.abs(central_difference(Z, epsilon) - slope(Z)))) for epsilon in EPSILONS}
    assert list(error) == [1.0, 0.1, 1e-3, 1e-5, 1e-9, 1e-15]  # those that the tests above tell of
    assert min(error, key=lambda epsilon: error[epsilon]) == 1e-5
    assert error[1e-15] > 10 * U
