"""Mastery: bounded, monotone in what happened, in the order of what it says about levels and formats, and BKT to the letter."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.mastery import MASTERED, PARAMETERS, mastery, mastery_after_each
from app.analytics.tries import Try
from tests.analytics.people import HISTORIES, TRIES, tried


@given(HISTORIES)
def test_is_a_probability(tries: list[Try]) -> None:
    course = mastery_after_each(tries)
    assert len(course) == len(tries) + 1 and course[0] == PARAMETERS.known
    assert all(0 < one <= 1 for one in course)


@given(HISTORIES, st.data())
def test_one_more_right_answer_never_lowers_it(tries: list[Try], data: st.DataObject) -> None:
    if not tries:
        return
    place = data.draw(st.integers(0, len(tries) - 1))
    wrong, right = ([*tries[:place], replace(tries[place], right=it), *tries[place + 1 :]] for it in (False, True))
    assert mastery(wrong) <= mastery(right)


@given(HISTORIES, TRIES)
def test_a_right_answer_raises_it_and_a_wrong_one_lowers_what_was_high(tries: list[Try], one: Try) -> None:
    before = mastery(tries)
    assert mastery([*tries, replace(one, right=True)]) >= before
    if before > 0.7:
        assert mastery([*tries, replace(one, right=False)]) < before


@given(HISTORIES, st.booleans(), st.integers(1, 6))
def test_a_higher_level_tells_more_when_right_and_less_when_wrong(tries: list[Try], chosen: bool, parts: int) -> None:
    for lower, higher in ((1, 2), (2, 3)):
        for right in (True, False):
            at_lower, at_higher = (mastery([*tries, tried(right, level, chosen, parts)]) for level in (lower, higher))
            assert at_lower <= at_higher + 1e-12


@given(HISTORIES, st.integers(1, 3), st.integers(1, 6))
def test_a_picked_answer_tells_less_than_a_typed_one(tries: list[Try], level: int, parts: int) -> None:
    assert mastery([*tries, tried(True, level, True, parts)]) <= mastery([*tries, tried(True, level, False, parts)]) + 1e-12
    assert mastery([*tries, tried(False, level, True, parts)]) >= mastery([*tries, tried(False, level, False, parts)]) - 1e-12


@given(HISTORIES, st.integers(1, 3), st.booleans())
def test_more_linked_parts_are_more_chances_to_slip(tries: list[Try], level: int, chosen: bool) -> None:
    masteries = [mastery([*tries, tried(False, level, chosen, parts)]) for parts in (1, 3, 6)]
    assert masteries == sorted(masteries)


def test_the_parameters_let_every_answer_tell_something() -> None:
    for level, chosen, parts in product((1, 2, 3), (True, False), range(1, 7)):
        one, lower = tried(True, level, chosen, parts), tried(True, max(level - 1, 1), chosen, parts)
        slip, guess = PARAMETERS.slip_of(one), PARAMETERS.guess_of(one)
        assert slip + guess < 1
        assert (1 - slip) / guess >= (1 - PARAMETERS.slip_of(lower)) / PARAMETERS.guess_of(lower)
        assert slip / (1 - guess) >= PARAMETERS.slip_of(lower) / (1 - PARAMETERS.guess_of(lower))


def test_the_formula_by_hand() -> None:
    # Right at level 1, typed: 0.15 × 0.93 / (0.15 × 0.93 + 0.85 × 0.25) = 0.1395 / 0.352; then a twentieth of the rest.
    known = 0.1395 / 0.352
    known += (1 - known) * 0.05
    assert mastery([tried(True)]) == pytest.approx(known)
    # Then wrong at level 2 in three parts: S = 1 − 0.92³ = 0.221312, G = 0.2.
    known = known * 0.221312 / (known * 0.221312 + (1 - known) * 0.8)
    known += (1 - known) * 0.05
    assert mastery([tried(True), tried(False, 2, parts=3)]) == pytest.approx(known)


@pytest.mark.parametrize(("level", "chosen", "needed"), [(1, False, 4), (2, False, 3), (3, False, 3), (1, True, 7), (3, True, 6)])
def test_how_many_right_answers_in_a_row_make_mastery(level: int, chosen: bool, needed: int) -> None:
    course = mastery_after_each([tried(True, level, chosen)] * 10)
    assert next(k for k, one in enumerate(course) if one >= MASTERED) == needed
