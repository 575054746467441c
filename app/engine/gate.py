"""Is this draw fit to be issued?

A draw is refused when its numbers would let a wrong rule pass for the key or for another rule, so that neither a mark
nor a diagnosis would mean much, or when an entry of the key is so small that the tolerance would cover it. Building a
question from its id does not ask the gate: that keeps it cheap, and an id made by hand still works.
"""

import numpy as np
from numpy.typing import NDArray

from app.engine.parts import Quantities
from app.engine.sigmoid import Array
from app.engine.skills import Skill
from app.engine.tolerance import LAST_DIGIT
from app.engine.wrong_rules import rules_of_draw

_SMALLEST_ENTRY = 5  # tolerances
_APART = 2  # tolerances


def apart(a: Array, b: Array, tolerance: Array) -> NDArray[np.bool_]:
    """Whether a and b differ by more than 2 tolerances in at least one entry; shapes [B, …], result [B]."""
    differ = np.abs(a - b) > _APART * tolerance
    somewhere: NDArray[np.bool_] = np.asarray(differ.reshape(len(differ), -1).any(axis=1))
    return somewhere


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
    for part in skill.parts:
        key = solved[part.symbol]
        tolerance = LAST_DIGIT + part.rho(solved)
        large_enough = np.abs(key) >= _SMALLEST_ENTRY * tolerance
        if part.diagonal:
            large_enough |= ~np.eye(key.shape[-1], dtype=np.bool_)
        passed &= large_enough.reshape(size, -1).all(axis=1)
        values = [
            key,
            *(rule.value(solved) for rule in rules_of_draw(part, solved, version)),
        ]
        for k, value in enumerate(values):
            for other in values[:k]:
                passed &= apart(value, other, tolerance)
    return passed
