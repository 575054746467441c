"""No number that is shown can turn on the last bit of `exp`.

Machines and batch sizes may differ there, while givens and options are promised to be the same everywhere.
Every value that is rounded to 3 decimals must therefore stay clear of the point at which rounding turns, or
be an exact decimal.
"""

from itertools import product

import mpmath
import numpy as np
import pytest

from app.engine.notation import round_decimal
from app.engine.questions import build_many
from app.engine.sigmoid import sigmoid_derivative
from app.engine.skills import SKILLS
from app.engine.wrong_rules import RULES, rules_of
from tests.engine import reference
from tests.sizes import size

# round_decimal counts in 1e-9 first, so it turns half a count below the half.
TURN = 0.5 - 0.5e-6


def _grid(level: int, which: int) -> list[float]:
    decimals, (smallest, largest) = reference.GRID[level][1], reference.GRID[level][which]
    return [reference.decimal_double(s * k, decimals) for k in range(smallest, largest + 1) for s in (1, -1)]


@pytest.mark.parametrize("level", reference.LEVELS)
def test_shown_slopes_are_far_from_a_half(level: int) -> None:
    zs = _grid(level, 2)
    with mpmath.workdps(50):
        for z in zs:
            thousandths = 1000 / (2 * mpmath.cosh(mpmath.mpf(str(z)) / 2)) ** 2
            assert abs(thousandths - mpmath.floor(thousandths) - 0.5) > 1e-6
            rounded = int(mpmath.floor(thousandths + 0.5))
            shown = round_decimal(sigmoid_derivative(np.array([z])))[0]
            assert shown == reference.decimal_double(rounded, 3)
            assert rounded >= 5


def _pairs(skill: str, level: int) -> dict[str, np.ndarray]:
    """Every single entry that a skill can draw, as a block of one-entry vectors."""
    pairs = np.array(list(product(_grid(level, 2), _grid(level, 3))))
    given = {"z": pairs[:, :1], "dh": pairs[:, 1:]}
    if skill == "delta":
        given = {"dh": given["dh"], "dsigma": round_decimal(sigmoid_derivative(given["z"]))}
    return dict(SKILLS[skill].solve(given))


def _clearance(values: np.ndarray) -> float:
    """How far the nearest value is from where its rounding to 3 decimals turns."""
    thousandths = np.abs(values) * 1000
    return float(np.abs(thousandths - np.floor(thousandths) - TURN).min()) / 1000


@pytest.mark.parametrize("skill", ["delta", "comprehension"])
@pytest.mark.parametrize("level", reference.LEVELS)
def test_every_option_of_every_entry_is_far_from_where_rounding_turns(skill: str, level: int) -> None:
    """The parts of `comprehension` are those of the other skills that start from z."""
    solved = _pairs(skill, level)
    for part in SKILLS[skill].parts:
        values = [(rule.code, rule.value(solved)) for rule in RULES[part.rules] if rule.code != "dot-product"]
        for code, value in [*values, ("key", solved[part.symbol])]:
            # binary noise is below 1e-14 at these sizes
            assert _clearance(value) > 1e-12, (part.symbol, code)


def test_every_dot_product_of_level_one_is_far_from_where_rounding_turns() -> None:
    for skill in ("delta", "chain"):
        entries = np.unique(_pairs(skill, 1)["dz"])
        sums = np.array(list(product(entries, repeat=4))).sum(axis=1)
        assert _clearance(sums) > 1e-12


@pytest.mark.parametrize("level", [2, 3])
@pytest.mark.parametrize("skill", ["delta", "chain", "comprehension"])
def test_drawn_dot_products_are_far_from_where_rounding_turns(skill: str, level: int) -> None:
    dz = build_many(skill, level, reference.spread_seeds(size(50_000, 1_000_000)), version=1).solved["dz"]
    assert _clearance(dz.sum(axis=1)) > 1e-13


@pytest.mark.parametrize(("skill", "level"), reference.LAYERS)
def test_options_of_matrices_do_not_turn_on_the_last_bit(skill: str, level: int) -> None:
    """Exact decimals may lie on a half, where the counting in 1e-9 decides; all else must stay clear of where that turns."""
    seeds = reference.spread_seeds(size(5000, 100_000))
    solved = build_many(skill, level, seeds[build_many(skill, level, seeds, 2).fit()], 2).solved
    for part in SKILLS[skill].parts:
        for value in (solved[part.symbol], *(rule.value(solved) for rule in rules_of(part, solved))):
            noise = np.abs(value) * 4e-16 + 1e-15
            assert np.array_equal(round_decimal(value - noise), round_decimal(value + noise))
