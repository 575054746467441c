"""σ, σ′ and dz against exact values, finite differences and automatic differentiation."""

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from app.engine.questions import build_many
from app.engine.sigmoid import sigmoid, sigmoid_derivative
from tests.engine import reference
from tests.sizes import size


def _points() -> np.ndarray:
    dense = np.linspace(-40, 40, size(1601, 16001))
    wide = np.linspace(-700, 700, size(701, 7001))
    tiny = np.concatenate([x * 10.0 ** -np.arange(1, 320, 7) for x in (1.0, -1.0)])
    subnormal = -np.linspace(705, 746, size(165, 1641))
    return np.concatenate([dense, wide, tiny, subnormal, -subnormal, [0.0, -0.0]])


def _ulps(got: np.ndarray, exact: list) -> float:
    """The largest error in units of the last place, at the bottom those of the subnormal numbers."""
    spacing = np.spacing([max(float(x), 0.0) for x in exact])
    return max(abs(mpmath.mpf(float(g)) - x) / float(s) for g, x, s in zip(got, exact, spacing, strict=True))


def test_sigmoid_is_exact_to_a_few_units_in_the_last_place() -> None:
    z = _points()
    with mpmath.workdps(50):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(float(x)))) for x in z]
        assert _ulps(sigmoid(z), exact) <= 4


def test_derivative_is_exact_to_a_few_units_in_the_last_place() -> None:
    z = _points()
    with mpmath.workdps(50):
        # σ′ = 1 / (e^(z/2) + e^(-z/2))^2: another formula than the engine's
        exact = [1 / (2 * mpmath.cosh(mpmath.mpf(float(x)) / 2)) ** 2 for x in z]
        assert _ulps(sigmoid_derivative(z), exact) <= 4


def test_far_out_nothing_overflows() -> None:
    z = np.array([-1e308, -1e4, -750.0, 750.0, 1e4, 1e308])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert sigmoid(z).tolist() == [0, 0, 0, 1, 1, 1]
        assert sigmoid_derivative(z).tolist() == [0] * 6


def test_subnormal_tail_is_not_cut_to_zero() -> None:
    z = np.array([-720.0, -740.0, -745.0])
    assert (sigmoid(z) > 0).all()
    assert (sigmoid_derivative(z) > 0).all()
    assert (sigmoid_derivative(-z) > 0).all()


def test_symmetry_and_range() -> None:
    z = np.linspace(0, 30, 3001)
    assert np.array_equal(sigmoid_derivative(z), sigmoid_derivative(-z))
    assert np.allclose(sigmoid(z) + sigmoid(-z), 1, rtol=0, atol=3e-16)
    assert (np.diff(sigmoid(np.linspace(-30, 30, 6001))) > 0).all()
    assert sigmoid(np.zeros(1))[0] == 0.5
    assert sigmoid_derivative(np.zeros(1))[0] == 0.25


def test_shapes_pass_through() -> None:
    z = np.arange(24.0).reshape(2, 3, 4)
    assert sigmoid(z).shape == sigmoid_derivative(z).shape == (2, 3, 4)


def test_derivative_is_the_central_difference() -> None:
    z = np.linspace(-8, 8, 3203)
    step = 1e-5
    difference = (sigmoid(z + step) - sigmoid(z - step)) / (2 * step)
    assert np.abs(difference - sigmoid_derivative(z)).max() < 5e-11


def _loss(z, dh):
    return anp.sum(dh * (anp.tanh(z / 2) + 1) / 2)


@pytest.mark.parametrize(("skill", "level"), reference.VECTORS)
def test_keys_are_the_gradients_that_autograd_finds(skill: str, level: int) -> None:
    seeds = reference.spread_seeds(size(400, 20_000))
    solved = build_many(skill, level, seeds, version=1).solved
    if skill == "delta":
        # Its z is not shown; σ′ is shown rounded, so the key is within |dh| u of the gradient at that z.
        few = seeds[: size(200, 2000)]
        z = np.array([reference.drawn(skill, level, int(seed))["z"] for seed in few])
        dh, dz = solved["dh"][: len(few)], solved["dz"][: len(few)]
        gap = np.abs(dz - autograd.grad(_loss)(z, dh))
        assert (gap <= np.abs(dh) * (reference.U + 1e-9)).all()
        assert gap.max() > 0.8 * reference.U * np.abs(dh).max() / 3
        return
    z = solved["z"]
    ones = np.ones_like(z)
    assert np.abs(solved["dsigma"] - autograd.grad(_loss)(z, ones)).max() < 1e-14
    assert np.abs(solved["h"] - (np.tanh(z / 2) + 1) / 2).max() < 1e-14
    if "dz" in solved:
        assert np.abs(solved["dz"] - autograd.grad(_loss)(z, solved["dh"])).max() < 1e-14


@pytest.mark.parametrize("level", reference.LEVELS)
def test_dz_is_the_central_difference_of_the_loss(level: int) -> None:
    solved = build_many("chain", level, reference.spread_seeds(200), version=1).solved
    z, dh, step = solved["z"], solved["dh"], 1e-5
    for k in range(z.shape[1]):
        shift = np.zeros(z.shape[1])
        shift[k] = step
        upper, lower = ((dh * sigmoid(z + sign * shift)).sum(axis=1) for sign in (1, -1))
        assert np.abs((upper - lower) / (2 * step) - solved["dz"][:, k]).max() < 1e-9
