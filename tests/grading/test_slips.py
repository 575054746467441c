"""Slips of the pen, one at a time, on a few numbers: which answers each explains, and where it ends."""

from itertools import combinations

import numpy as np
import pytest

from app.engine.misconceptions import SLIPS
from app.engine.skills import SKILLS
from app.grading.decimals import within
from app.grading.slips import slips

PART = SKILLS["delta"].parts[0]  # with nothing to round on the way
KEY = np.array([0.105, -0.197, 1.234, -2.468])
U = 0.0005


def named(answer: object, key: object = KEY, tolerance: object = 2 * U) -> set[str]:
    """The slips that explain an answer."""
    answers, keys = np.array([answer], dtype=float), np.array([key], dtype=float)
    allowed = np.broadcast_to(np.asarray(tolerance, dtype=float), keys.shape)
    right = within(answers, keys, allowed).reshape(1, -1)
    found = slips(PART, {}, answers, keys, allowed, right)
    assert found.shape == (len(SLIPS), 1)
    assert found.dtype == np.bool_
    return {code for code, fits in zip(SLIPS, found[:, 0], strict=True) if fits}


def but(place: int, value: float) -> np.ndarray:
    answer = KEY.copy()
    answer[place] = value
    return answer


def test_the_key_itself_has_no_slip() -> None:
    assert named(KEY) == set()
    assert named(KEY + 2 * U) == set()


def test_a_lost_sign() -> None:
    for k in range(4):
        assert named(but(k, -KEY[k])) == {"one-sign-flipped"}
        assert named(but(k, -KEY[k] + 2 * U)) == {"one-sign-flipped"}
        assert "one-sign-flipped" not in named(but(k, -KEY[k] + 2 * U + 1e-9))
    for a, b in combinations(range(4), 2):
        both = but(a, -KEY[a])
        both[b] *= -1
        assert named(both) == set()
        both[b] = 0.6
        assert named(both) == set()


def test_any_two_entries_may_change_places() -> None:
    for a, b in combinations(range(4), 2):
        answer = KEY.copy()
        answer[[a, b]] = KEY[[b, a]]
        assert named(answer) == {"two-entries-swapped"}
        matrix = answer.reshape(2, 2)
        assert named(matrix, KEY.reshape(2, 2)) == {"two-entries-swapped"}
        answer[a] += 0.5
        assert named(answer) == set()
    assert named(np.roll(KEY, 1)) == set()


def test_a_whole_vector_may_run_backwards_but_a_matrix_has_no_one_order() -> None:
    assert named(KEY[::-1]) == {"order-reversed"}
    assert named(KEY[::-1].reshape(2, 2), KEY.reshape(2, 2)) == set()
    assert named(KEY[:3][::-1], KEY[:3]) == {"two-entries-swapped"}
    assert named([*KEY[:0:-1], 0.5]) == set()
    # Of the middle two, so near one another, the first is right in the other's place, where more is allowed.
    assert named([4, 2.5, 2, 1], [1, 2, 2.5, 4], [0.001, 0.1, 1, 0.001]) == {"order-reversed"}


@pytest.mark.parametrize("sign", [1, -1])
def test_neighbouring_digits_from_the_third_decimal_to_the_thousands(sign: int) -> None:
    digits = "1234567"
    for place in range(6):
        exchanged = [*digits]
        exchanged[place], exchanged[place + 1] = exchanged[place + 1], exchanged[place]
        key, typed = (sign * int("".join(number)) / 1000 for number in (digits, exchanged))
        assert named([0.5, typed, -3.25], [0.5, key, -3.25]) == {"digits-transposed"}
        assert named([0.5, -typed, -3.25], [0.5, key, -3.25]) == set()
        assert named([0.7, typed, -3.25], [0.5, key, -3.25]) == set()
        assert named([[0.5, typed], [1.5, -3.25]], [[0.5, key], [1.5, -3.25]]) == {"digits-transposed"}
    # Digits that are no neighbours, and one place higher than it goes.
    assert named([0.5, sign * 1432.567], [0.5, sign * 1234.567]) == set()
    assert named([0.5, sign * 12345.678], [0.5, sign * 21345.678]) == set()


@pytest.mark.parametrize("typed", [0.1496, 0.1504])
def test_digits_are_exchanged_only_as_they_were_typed(typed: float) -> None:
    assert named(but(0, 0.15)) == {"digits-transposed"}
    assert named(but(0, typed)) == set()


def test_the_decimal_point_of_one_entry_or_of_all() -> None:
    small = np.array([0.011, -0.02, 0.123, -0.247])
    assert "factor-of-ten" in named(10 * KEY)
    assert "factor-of-ten" in named(small)
    for k in range(4):
        assert named(but(k, 10 * KEY[k])) == {"factor-of-ten"}
        assert named(but(k, small[k])) == {"factor-of-ten"}
        # Ten times what is allowed; or a tenth of it, and again half a unit of the last digit.
        assert named(but(k, 10 * KEY[k] + 20 * U)) == {"factor-of-ten"}
        assert named(but(k, 10 * KEY[k] + 20 * U + 1e-9)) == set()
        assert named(but(k, KEY[k] / 10 - 1.2 * U)) == {"factor-of-ten"}
        assert named(but(k, KEY[k] / 10 - 1.2 * U - 1e-9)) == set()
    some = 10 * KEY
    some[2:] = KEY[2:]
    assert named(some) == set()
    some[2:] = small[2:]
    assert named(some) == set()  # two too large and two too small are not one mistake
    assert "factor-of-ten" in named(10 * KEY.reshape(2, 2), KEY.reshape(2, 2))


@pytest.mark.parametrize(
    ("typed", "key", "fits"),
    [
        (0.12, 0.125, True),
        (0.13, 0.125, True),
        (0.12, 0.129, True),
        (0.13, 0.129, True),
        (0.12, 0.13, True),
        (0.12, 0.1301, False),
        (0.13, 0.121, False),
        (0.13, 0.12499, False),
        (0.125, 0.127, False),
        (0.1201, 0.127, False),
        (0.1199, 0.127, False),
        (0.00, 0.009, True),
        (-0.12, 0.125, False),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_rounded_or_cut_off_at_the_second_decimal(typed: float, key: float, fits: bool, sign: int) -> None:
    """Half a unit there; on the side of zero a whole one."""
    found = named([sign * typed, 1.5, -0.75], [sign * key, 1.5, -0.75])
    assert ("two-decimals" in found) == fits
    assert ("two-decimals" in named([[sign * typed, 1.5]], [[sign * key, 1.5]])) == fits


def test_a_zero_has_no_digits_that_could_be_right() -> None:
    assert named([0, 1.5], [0.0055, 1.5]) == {"two-decimals"}  # cut off, as far as it goes
    assert named([0.001, 1.5], [0.0055, 1.5]) == {"factor-of-ten"}
    # beside a diagonal it is what belongs there
    assert "factor-of-ten" in named([[1.05, 0], [0, 1.97]], [[0.105, 0], [0, 0.197]])
    assert "factor-of-ten" in named([[0.011, 0], [0, 0.02]], [[0.105, 0], [0, 0.197]])


def test_nothing_but_zeros_is_no_rounding() -> None:
    assert named([0, 0], [0.004, -0.003]) == set()
    assert "two-decimals" in named([0, 0.01], [0.004, 0.013])


def test_a_missing_entry_has_no_slip() -> None:
    for k in range(4):
        for answer in (10 * KEY, -KEY, KEY[::-1].copy(), np.round(KEY, 2)):
            answer[k] = np.nan
            assert named(answer) == set()


def test_a_table_of_slips_is_told_apart_row_by_row() -> None:
    rows = [
        *(
            (answer, KEY)
            for answer in (KEY, but(1, 0.197), KEY[[1, 0, 2, 3]], KEY[[0, 1, 3, 2]], KEY[::-1], but(0, 0.15), but(0, 1.05))
        ),
        *((answer, KEY) for answer in (10 * KEY, np.round(KEY / 10, 3), np.round(KEY, 2), but(3, np.nan), but(2, 9), 0 * KEY)),
        ([3, 2, 2, 1], [1, 2, 2, 3]),
        ([0, 0, 0, 0], [0.004, 0.007, -0.009, 0.004]),
    ]
    answers, keys = (np.array([row[side] for row in rows], dtype=float) for side in (0, 1))
    allowed = np.full_like(keys, 2 * U)
    right = within(answers, keys, allowed)
    found = slips(PART, {}, answers, keys, allowed, right)
    for row, (answer, key) in enumerate(rows):
        assert {code for code, fits in zip(SLIPS, found[:, row], strict=True) if fits} == named(answer, key)


@pytest.mark.parametrize(
    ("dz", "fits"),
    [
        # 2 · 0.95 · 0.05 from h; 2 · 0.05 from σ′ as well; and a number that none of them leads to
        ([0.1056, -0.1971, 0.095, -0.1971], True),
        ([0.11, -0.20, 0.10, -0.20], True),
        ([0.10, -0.20, 0.10, -0.20], True),
        ([0.107, -0.20, 0.10, -0.20], False),
    ],
)
def test_each_way_of_rounding_coarsely_is_one(dz: list[float], fits: bool) -> None:
    skill = SKILLS["chain"]
    solved = skill.solve({"z": np.array([[2.0, 1, 3, -1]] * 2), "dh": np.array([[1.0, -1, 2, -1]] * 2)})
    key, tolerance = solved["dz"], np.full((2, 4), 2 * U)
    answers = np.array([[9.0, 9, 9, 9], dz])
    found = slips(skill.parts[0], solved, answers, key, tolerance, within(answers, key, tolerance))
    # To two decimals is what it is called where nothing is left beyond them.
    coarse = found[SLIPS.index("rounded-too-coarsely")] | found[SLIPS.index("two-decimals")]
    assert coarse.tolist() == [False, fits]


def test_numbers_kept_coarsely_on_the_way() -> None:
    """h of the lesson kept as 0.88, 0.73, 0.95 and 0.27; one unit of the last digit either way is that too."""
    skill = SKILLS["derivative"]
    solved = skill.solve({"z": np.array([[2.0, 1, 3, -1]])})
    key, tolerance = solved["dsigma"], np.full((1, 4), 2 * U)
    coarse = np.array([[0.1056, 0.1971, 0.0475, 0.1971]])
    for off, fits in ((0, True), (2 * U, True), (-2 * U, True), (2 * U + 1e-9, False)):
        answers = coarse + np.array([[0, 0, off, 0]])
        found = slips(skill.parts[0], solved, answers, key, tolerance, within(answers, key, tolerance))
        assert found[SLIPS.index("rounded-too-coarsely"), 0] == fits
