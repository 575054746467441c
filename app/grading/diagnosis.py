"""Which mistake explains an answer, or none.

Explanations are tried in tiers, surest first: a whole wrong rule, typed to 3 decimals; one with rounding on the way; one
with a single entry slipped; a slip of the pen that any vector can have. The first tier with exactly one explanation names
it. A tie in that tier, or no explanation, leaves the mistake unnamed: saying nothing is better than saying something wrong.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.engine.misconceptions import MISCONCEPTIONS, SLIPS, Misconception
from app.engine.parts import Part, Quantities
from app.engine.sigmoid import Array
from app.engine.tolerance import LAST_DIGIT
from app.engine.wrong_rules import RULES, explained, rules_of
from app.grading.decimals import counted, within
from app.grading.slips import slips

NONE = -1
_LAST_DIGIT = float(counted(np.asarray(LAST_DIGIT)))
_WHOLE_TIERS = 2
_TELLING = 2  # entries that a rule must explain and the key cannot, when one entry is forgiven

Rows = NDArray[np.bool_]


def diagnose(
    part: Part, solved: Quantities, answers: Array, key: Array, tolerance: Array, asked: Rows
) -> tuple[NDArray[np.int64], Rows]:
    """The mistake behind each answer that is not right as a whole.

    Args:
        answers, key, tolerance: [B, …] of the part's shape; an answer with a missing entry (NaN) is explained by nothing.
        asked: which of them it is asked about, [B].
    Returns:
        which mistake, [B]: k for RULES[part.rules][k], from len(RULES[part.rules]) on the slips in the order of SLIPS, or
        NONE, also where it is not asked; and whether it is a whole wrong rule, with nothing slipped, [B].
    """
    size = len(answers)
    found = np.full(size, NONE)
    whole = np.zeros(size, dtype=np.bool_)
    undecided = asked
    alike = _alike(part.rules)
    for tier, matches in enumerate(_tiers(part, solved, answers, key, tolerance)):
        first = matches.argmax(axis=0)
        explained_at_all = matches.any(axis=0)
        tied = (matches & ~alike[first].T).any(axis=0)
        named = undecided & explained_at_all & ~tied
        found[named] = first[named]
        whole |= named & (tier < _WHOLE_TIERS)
        undecided = undecided & ~explained_at_all
        if not undecided.any():
            break
    return found, whole


def misconception_at(part: Part, index: int, whole: bool) -> Misconception | None:
    """The misconception that `diagnose` named, and in its words whether it explains every entry."""
    rules = RULES[part.rules]
    if index == NONE:
        return None
    return explained(rules[index], but_for_one=not whole) if index < len(rules) else MISCONCEPTIONS[SLIPS[index - len(rules)]]


@lru_cache(maxsize=64)
def _alike(rules: str) -> Rows:
    """Which explanations share a code, [K, K]: two ways to the same misconception are no tie."""
    codes = np.array([rule.code for rule in RULES[rules]] + list(SLIPS))
    alike: Rows = codes[:, None] == codes[None, :]
    return alike


def _tiers(part: Part, solved: Quantities, answers: Array, key: Array, tolerance: Array) -> Iterator[Rows]:
    """For each tier, which explanations fit which answers, [K, B]; worked out only as far as it is asked for."""
    size, rules = len(answers), len(RULES[part.rules])
    distance, allowed = _distances(part, solved, answers, key, tolerance)

    def of_rules(matches: Rows) -> Rows:
        return np.concatenate([matches, np.zeros((len(SLIPS), size), dtype=np.bool_)])

    yield of_rules(_throughout(distance <= _LAST_DIGIT))
    inside = distance <= allowed
    yield of_rules(_throughout(inside))

    right = within(answers, key, tolerance).reshape(size, -1)
    complete = ~np.isnan(answers).reshape(size, -1).any(axis=1)
    one_slipped = inside.sum(axis=2) == inside.shape[2] - 1
    telling = (inside & ~right).sum(axis=2) >= _TELLING
    yield of_rules(one_slipped & telling & complete)

    slipped = complete & slips(part, solved, answers, key, tolerance, right)
    yield np.concatenate([np.zeros((rules, size), dtype=np.bool_), slipped])


def _throughout(entries: Rows) -> Rows:
    """[R, B, E] -> [R, B]."""
    every: Rows = np.asarray(entries.all(axis=2))
    return every


def _distances(part: Part, solved: Quantities, answers: Array, key: Array, tolerance: Array) -> tuple[Array, Array]:
    """How far each answer lies from each rule's value, and how far it may, entry by entry, [R, B, E] in counted units.

    A rule that doesn't lead to the key's shape here is far from everything.
    """
    registered = RULES[part.rules]
    values = np.empty((len(registered), *key.shape))
    allowed = np.empty_like(values)
    allowed[:] = tolerance
    applicable = rules_of(part, solved)
    for k, rule in enumerate(registered):
        if len(applicable) == len(registered) or rule in applicable:
            values[k] = rule.value(solved)
            if rule.tolerance is not None:
                allowed[k] = rule.tolerance(tolerance)
        else:
            values[k] = np.nan
    flat = (len(registered), len(answers), -1)
    return np.abs(counted(values) - counted(answers)).reshape(flat), counted(allowed).reshape(flat)
