"""The layer's formulas, against automatic differentiation and finite differences of a whole two-layer network."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from app.engine import network
from app.engine.questions import build_many
from app.engine.sigmoid import sigmoid, sigmoid_derivative
from tests.engine import reference
from tests.sizes import size


def _loss(W1, b1, W2, b2, x, y):
    """Half the squared error of a network of two sigmoid layers, summed over the questions; written with tanh."""
    h1 = (anp.tanh((anp.einsum("bij,bj->bi", W1, x) + b1) / 2) + 1) / 2
    h2 = (anp.tanh((anp.einsum("bij,bj->bi", W2, h1) + b2) / 2) + 1) / 2
    return anp.sum((h2 - y) ** 2) / 2


def _network(count: int, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    shapes = ((4, 3), (4,), (2, 4), (2,), (3,), (2,))
    return [random.uniform(-1.5, 1.5, (count, *shape)) for shape in shapes]


def test_two_layers_as_autograd_finds_them() -> None:
    W1, b1, W2, b2, x, y = _network(size(200, 5000), 1)
    z1 = network.pre_activation(W1, x, b1)
    h1 = sigmoid(z1)
    z2 = network.pre_activation(W2, h1, b2)
    dz2 = (sigmoid(z2) - y) * sigmoid_derivative(z2)
    dz1 = network.input_gradient(W2, dz2) * sigmoid_derivative(z1)
    worked = [network.weight_gradient(dz1, x), dz1, network.weight_gradient(dz2, h1), dz2, network.input_gradient(W1, dz1)]
    for place, gradient in enumerate(worked):
        assert np.abs(gradient - autograd.grad(_loss, place)(W1, b1, W2, b2, x, y)).max() < 1e-12


def test_two_layers_by_finite_differences() -> None:
    values = _network(1, 2)
    for place in range(5):
        gradient = autograd.grad(_loss, place)(*values)
        for index in np.ndindex(values[place].shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [value.copy() for value in values]
                moved[place][index] += step
                ends.append(_loss(*moved))
            assert abs((ends[0] - ends[1]) / 2e-6 - gradient[index]) < 1e-8


@pytest.mark.parametrize("level", reference.LEVELS)
def test_a_drawn_pass_is_the_gradient_of_dh_times_h(level: int) -> None:
    """With L = dh · h, every asked gradient of `backward-pass` is what autograd finds for L."""

    def loss(W, b, a, dh):
        return anp.sum(dh * (anp.tanh((anp.einsum("bij,bj->bi", W, a) + b) / 2) + 1) / 2)

    solved = build_many("backward-pass", level, reference.spread_seeds(size(400, 20_000)), version=1).solved
    givens = [solved[symbol] for symbol in ("W", "b", "h_prev", "dh")]
    for place, symbol in enumerate(("dW", "db", "dh_prev")):
        assert np.abs(solved[symbol] - autograd.grad(loss, place)(*givens)).max() < 1e-12


@pytest.mark.parametrize("level", reference.LEVELS)
def test_the_jacobian_is_the_one_that_autograd_finds(level: int) -> None:
    solved = build_many("jacobian", level, reference.spread_seeds(size(50, 500)), version=1).solved
    jacobian = autograd.jacobian(lambda z: (anp.tanh(z / 2) + 1) / 2)
    for z, J in zip(solved["z"], solved["J"], strict=True):
        assert np.abs(J - jacobian(z)).max() < 1e-12
    off_diagonal = ~np.eye(solved["J"].shape[1], dtype=bool)
    assert (solved["J"][:, off_diagonal] == 0).all()


@pytest.mark.parametrize(("skill", "symbol"), [("weight-gradient", "dW"), ("input-gradient", "dh_prev"), ("pre-activation", "z")])
def test_one_formula_with_loops(skill: str, symbol: str) -> None:
    for level in reference.LEVELS:
        for seed in reference.spread_seeds(size(30, 300)):
            row = build_many(skill, level, np.array([seed], dtype=np.uint64), version=1).solved
            assert np.abs(row[symbol][0] - np.array(reference.solved(skill, level, int(seed))[symbol])).max() < 1e-12


@pytest.mark.parametrize("axes", [(), (5,), (2, 3)])
def test_any_leading_axes_are_carried_along(axes: tuple[int, ...]) -> None:
    """Each formula, applied to a whole block, is the formula applied to each question of it, by plain matrix products."""
    random = np.random.default_rng(3)
    W, a, b, dz = (random.uniform(-2, 2, (*axes, *shape)) for shape in ((3, 4), (4,), (3,), (3,)))
    for at in np.ndindex(axes):
        one = W[at]
        for found, expected in (
            (network.pre_activation(W, a, b), one @ a[at] + b[at]),
            (network.products(W, a), one @ np.diag(a[at])),
            (network.summed(W, axis=-2), np.ones(3) @ one),
            (network.outer(dz, a), np.multiply.outer(dz[at], a[at])),
            (network.transposed(W), one.T),
            (network.diagonal(dz), np.diag(dz[at])),
            (network.weight_gradient(dz, a), np.multiply.outer(dz[at], a[at])),
            (network.input_gradient(W, dz), one.T @ dz[at]),
        ):
            assert found[at].shape == expected.shape
            assert np.abs(found[at] - expected).max() < 1e-12
