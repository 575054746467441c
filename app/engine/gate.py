"""Is this draw fit to be issued?

A draw is refused when its numbers would let a wrong rule pass for the key or for another rule, so that neither a mark
nor a diagnosis would mean much, when an entry of the key is so small that the tolerance would cover it, or when the key or
the slopes are little more than one number over and over. Building a
question from its id does not ask the gate: that keeps it cheap, and an id made by hand still works.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.engine.parts import Quantities
from app.engine.sigmoid import Array
from app.engine.skills import Skill
from app.engine.tolerance import LAST_DIGIT
from app.engine.wrong_rules import rules_of_draw

_SMALLEST_ENTRY = 5  # tolerances
_APART = 2  # tolerances
_VARIED_SINCE = 2  # draw version


def apart(a: Array, b: Array, tolerance: Array) -> NDArray[np.bool_]:
    """Whether a and b differ by more than 2 tolerances in at least one entry; shapes [B, …], result [B]."""
    differ = np.abs(a - b) > _APART * tolerance
    somewhere: NDArray[np.bool_] = np.asarray(differ.reshape(len(differ), -1).any(axis=1))
    return somewhere


def varied(values: Array) -> NDArray[np.bool_]:
    """Whether more than half of the entries differ in size, so that an array is more than one number over and over.

    Sizes differ when more than one and a half units of the last digit lie between them. Shape [B, …], result [B].
    """
    sizes = np.sort(np.abs(values).reshape(len(values), -1))
    different = 1 + (np.diff(sizes) > 1.5 * LAST_DIGIT).sum(axis=1)
    enough: NDArray[np.bool_] = 2 * different > sizes.shape[1]
    return enough


def fit(skill: Skill, version: int, solved: Quantities) -> NDArray[np.bool_]:
    """Which draws may be issued as questions.

    Args:
        skill, version: whose rules count.
        solved: the skill's quantities, [B, …] each.
    Returns:
        shape [B].
    """
    size = len(next(iter(solved.values())))
    passed = np.ones(size, dtype=np.bool_) if skill.worth_asking is None else skill.worth_asking(solved)
    if version >= _VARIED_SINCE and "dsigma" in solved:
        passed &= varied(solved["dsigma"])
    rho = skill.rho(solved)
    for part in skill.parts:
        key = solved[part.symbol]
        tolerance = LAST_DIGIT + rho[part.symbol]
        large_enough = np.abs(key) >= _SMALLEST_ENTRY * tolerance
        if part.diagonal:
            large_enough |= ~np.eye(key.shape[-1], dtype=np.bool_)
        passed &= large_enough.reshape(size, -1).all(axis=1)
        if version >= _VARIED_SINCE and not part.diagonal:  # a diagonal is as varied as its slopes
            passed &= varied(key)
        rules = rules_of_draw(part, solved, version)
        values = [x.reshape(size, -1) for x in (key, *(rule.value(solved) for rule in rules))]
        _drop_look_alikes(values, tolerance.reshape(size, -1), passed)
    return passed


def _drop_look_alikes(values: Sequence[Array], tolerance: Array, passed: NDArray[np.bool_]) -> None:
    """Takes from `passed` [B] the draws in which two of the values [B, E] are not apart.

    Almost every pair is apart in its first entry already, so only where it isn't are the others looked at.
    """
    first = [np.ascontiguousarray(value[:, 0]) for value in values]
    allowed = _APART * tolerance[:, 0]
    for k, value in enumerate(values):
        for j in range(k):
            rows = np.flatnonzero((np.abs(first[k] - first[j]) <= allowed) & passed)
            if rows.size:
                passed[rows] = apart(value[rows], values[j][rows], tolerance[rows])
