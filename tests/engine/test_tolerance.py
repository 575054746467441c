"""ρ is the largest move that rounding on the way can cause, no less and no more, and it makes a fair rule."""

import numpy as np
import pytest

from app.engine.questions import build_many
from app.engine.sigmoid import sigmoid, sigmoid_derivative
from app.engine.skills import SKILLS
from app.engine.tolerance import LAST_DIGIT, U, rho_dsigma, rho_dz, rho_layer, rho_none
from app.grading.decimals import within
from tests.engine import reference
from tests.sizes import size

COUNT = size(100_000, 2_000_000)
NOISE = 1e-15


@pytest.fixture(scope="module")
def random() -> np.random.Generator:
    return np.random.default_rng(20260131)


def _moves(random: np.random.Generator, count: int) -> np.ndarray:
    """Moves by up to u, a third of them by exactly u."""
    moves = random.uniform(-U, U, count)
    return np.where(random.random(count) < 1 / 3, np.copysign(U, moves), moves)


def test_units() -> None:
    assert U == 0.0005
    assert LAST_DIGIT == 0.001


def test_rho_of_the_slope_is_the_largest_move(random: np.random.Generator) -> None:
    h = random.uniform(0, 1, COUNT)
    moved_h = h + _moves(random, COUNT)
    move = np.abs(moved_h * (1 - moved_h) - h * (1 - h))
    rho = rho_dsigma(h)
    assert (move <= rho + NOISE).all()
    worst = h - np.copysign(U, 1 - 2 * h)
    assert np.abs(np.abs(worst * (1 - worst) - h * (1 - h)) - rho).max() < NOISE


def test_rho_of_the_product_is_the_largest_move(random: np.random.Generator) -> None:
    h, dh = random.uniform(0, 1, COUNT), random.uniform(-3, 3, COUNT)
    moved_h = h + _moves(random, COUNT)
    moved_dsigma = moved_h * (1 - moved_h) + _moves(random, COUNT)
    rho = rho_dz(dh, h)
    assert (np.abs(dh * moved_dsigma - dh * h * (1 - h)) <= rho + NOISE).all()
    worst = h - np.copysign(U, 1 - 2 * h)
    assert np.abs(np.abs(dh * (worst * (1 - worst) - U) - dh * h * (1 - h)) - rho).max() < 4 * NOISE


def test_nothing_rounded_on_the_way_moves_nothing() -> None:
    assert rho_none(np.ones((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("level", reference.LEVELS)
def test_rho_of_a_layer_goes_by_sizes(level: int) -> None:
    """Inputs and weights with all signs turned lead to the same z, and to keys that rounding moves no less."""
    solved = dict(build_many("backward-pass", level, reference.spread_seeds(50), version=1).solved)
    turned = solved | {"W": -solved["W"], "h_prev": -solved["h_prev"], "dh": -solved["dh"]}
    for symbol, rho in rho_layer(solved).items():
        assert (rho > 0).all()
        assert np.array_equal(rho_layer(turned)[symbol], rho)


@pytest.mark.parametrize(("skill", "level"), reference.VECTORS)
def test_real_draws_come_near_rho_and_never_pass_it(skill: str, level: int) -> None:
    """Rounding the intermediate quantities of real draws: within ρ, and using at least most of it somewhere."""
    batch = build_many(skill, level, reference.spread_seeds(size(5000, 100_000)), version=1)
    for part in SKILLS[skill].parts:
        rho = batch.tolerance(part) - LAST_DIGIT
        if part.symbol == "h" or skill == "delta":
            assert (np.abs(rho) < 1e-18).all()
            continue
        h = sigmoid(batch.solved["z"])
        rounded_h = np.round(h, 3)
        value = rounded_h * (1 - rounded_h)
        if part.symbol == "dz":
            value = batch.solved["dh"] * np.round(value, 3)
        share = np.abs(value - batch.key(part)) / rho
        assert share.max() <= 1
        assert share.max() > (0.5 if level == 1 else 0.8)


def _on_paper(x: np.ndarray) -> np.ndarray:
    """To 3 decimals, halves away from zero also where a double falls just short of the half."""
    return np.copysign(np.floor(np.abs(x) * 1000 + 0.5 + 1e-8), x) / 1000


def test_the_contracts_table() -> None:
    """Share of 3-vectors dz, worked out correctly, that each rule rejects in at least one entry."""
    random = np.random.default_rng(3)
    rows = size(100_000, 400_000)
    z = random.integers(-300, 301, (rows, 3)) / 100
    dh = random.integers(-200, 201, (rows, 3)) / 100
    h = sigmoid(z)
    key = dh * sigmoid_derivative(z)
    rounded_h = _on_paper(h)
    habits = [
        _on_paper(key),
        _on_paper(dh * rounded_h * (1 - rounded_h)),
        _on_paper(dh * _on_paper(rounded_h * (1 - rounded_h))),
    ]
    rules = {
        "exact match": (lambda a: a == habits[0], (0, 36.1, 62.8)),
        "half a unit": (lambda a: np.abs(a - key) <= 0.51e-3, (0, 33.9, 61.0)),
        "1 % relative": (lambda a: np.abs(a - key) <= 0.01 * np.abs(key), (28.5, 31.5, 35.7)),
        "0.1 % relative": (lambda a: np.abs(a - key) <= 0.001 * np.abs(key), (97.3, 97.8, 99.1)),
    }
    for name, (accepts, expected) in rules.items():
        for answer, share in zip(habits, expected, strict=True):
            rejected = 100 * (~accepts(answer).all(axis=1)).mean()
            assert rejected == 0 if share == 0 else abs(rejected - share) < 1, (name, rejected, share)
    for answer in habits:
        assert within(answer, key, LAST_DIGIT + rho_dz(dh, h)).all()
