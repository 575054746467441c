"""Which wrong rule explains an answer, or none.

Explanations are tried in tiers, surest first: a whole wrong rule, typed to 3 decimals; a whole wrong rule with rounding
on the way. The first tier with exactly one explanation names it. A tie, or no explanation, leaves the mistake unnamed:
saying nothing is better than saying something wrong.
"""

import numpy as np
from numpy.typing import NDArray

from app.engine.misconceptions import RULES, Rule
from app.engine.sigmoid import Array
from app.engine.skills import Part, Quantities
from app.engine.tolerance import LAST_DIGIT
from app.grading.decimals import within

NONE = -1


def diagnose(part: Part, solved: Quantities, answers: Array, tolerance: Array) -> NDArray[np.int64]:
    """The wrong rule behind each answer.

    Args:
        answers, tolerance: [B, …] of the part's shape; an answer with a missing entry (NaN) is explained by nothing.
    Returns:
        shape [B]: index into RULES[part.rules], or NONE.
    """
    values = np.stack([np.broadcast_to(rule.value(solved), answers.shape) for rule in RULES[part.rules]])
    found = np.full(len(answers), NONE)
    open_rows = np.ones(len(answers), dtype=np.bool_)
    for allowed in (np.full_like(tolerance, LAST_DIGIT), tolerance):
        matches = within(answers, values, allowed).reshape(len(values), len(answers), -1).all(axis=2)
        count = matches.sum(axis=0)
        named = open_rows & (count == 1)
        found[named] = matches.argmax(axis=0)[named]
        open_rows &= count == 0
    return found


def rule_at(part: Part, index: int) -> Rule | None:
    """The rule that `diagnose` named."""
    return None if index == NONE else RULES[part.rules][index]
