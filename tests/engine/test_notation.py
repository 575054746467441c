"""Decimal rounding as on paper, and numbers as text."""

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.notation import (
    MINUS,
    json_numbers,
    latex_array,
    latex_number,
    plain_array,
    plain_number,
    round_decimal,
    subscript,
)
from tests.engine import reference


@pytest.mark.parametrize("decimals", [0, 1, 2, 3, 4])
def test_every_tie_goes_away_from_zero(decimals: int) -> None:
    halves = [k * 10 + 5 for k in range(-3000, 3000)]
    values = np.array([reference.decimal_double(half, decimals + 1) for half in halves])
    expected = [reference.decimal_double(half // 10 + 1 if half > 0 else -(-half // 10 + 1), decimals) for half in halves]
    assert round_decimal(values, decimals).tolist() == expected


def test_rounds_as_on_paper() -> None:
    counts = range(-45_000, 45_001, 7)
    values = np.array([reference.decimal_double(k, 5) for k in counts])
    exact = [float(Decimal(k).scaleb(-5).quantize(Decimal("0.001"), "ROUND_HALF_UP")) for k in counts]
    assert round_decimal(values).tolist() == exact


def test_binary_noise_below_a_tie_is_forgiven_and_more_is_not() -> None:
    assert 3 * 0.0355 < 0.1065
    assert round_decimal(np.array([3 * 0.0355, 0.1065 - 1e-13, 0.1065 - 1e-8])).tolist() == [
        0.107,
        0.107,
        0.106,
    ]


def test_no_minus_zero_and_shapes_stay() -> None:
    rounded = round_decimal(np.array([[-0.0, -0.0004], [0.0004, -0.0005]]))
    assert rounded.shape == (2, 2)
    assert np.signbit(rounded).tolist() == [[False, False], [False, True]]
    assert rounded.tolist() == [[0, 0], [0, -0.001]]


def test_numbers_as_text() -> None:
    assert plain_number(-1.5, 1) == "−1.5"
    assert plain_number(-0.0001, 3) == "0.000"
    assert plain_number(0.1055, 3) == "0.106"
    assert plain_number(-2.0, 0) == "−2"
    assert latex_number(-1.5, 2) == "-1.50"
    assert plain_array(np.array([2.0, 1, 3, -1]), 0) == "[2, 1, 3, −1]"
    assert plain_array(np.array([[1.0, -2], [3, 4]]), 1) == "[[1.0, −2.0], [3.0, 4.0]]"
    assert latex_array(np.array([0.5, -1.0]), 1) == r"\begin{bmatrix}0.5 \\ -1.0\end{bmatrix}"
    assert latex_array(np.array([[1.0, 2], [3, 4]]), 0) == r"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}"


def test_json_numbers() -> None:
    assert repr(json_numbers(np.array([2.0, -0.5, 0.0]))) == "[2, -0.5, 0]"
    assert repr(json_numbers(np.array([[1.0, 2.5], [-3.0, 0.1]]))) == "[[1, 2.5], [-3, 0.1]]"


@settings(database=None, deadline=None, derandomize=True)
@given(st.floats(-1e5, 1e5), st.integers(0, 6))
def test_one_number_is_written_as_an_array_would_be(x: float, decimals: int) -> None:
    written = f"{float(round_decimal(np.array([x]), decimals)[0]):.{decimals}f}"
    assert plain_number(x, decimals) == written.replace("-", "−")


def test_what_has_three_decimals_already_stays_itself_up_to_a_million() -> None:
    thousandths = np.concatenate([np.arange(-2000, 2000), np.random.default_rng(1).integers(-(10**9), 10**9, 2000)])
    numbers = thousandths / 1000.0
    assert (round_decimal(numbers) == numbers).all()
    assert all(plain_number(number, 3).replace(MINUS, "-") == f"{number:.3f}" for number in numbers[numbers != 0].tolist())


def test_json_numbers_are_whole_where_they_are_and_a_single_one_is_bare() -> None:
    for numbers, told in ((2.0, 2), (0.5, 0.5), ([1.0, -0.25], [1, -0.25]), ([[2.0, 0.5], [0.0, 3.0]], [[2, 0.5], [0, 3]])):
        assert json.dumps(json_numbers(np.array(numbers))) == json.dumps(told)


def test_indices_in_plain_text() -> None:
    assert [subscript(k) for k in (1, 12, 340)] == ["₁", "₁₂", "₃₄₀"]
