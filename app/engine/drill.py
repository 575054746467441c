"""Questions for practice against one mistake: drawn so that it would show.

The gate already guarantees that a wrong rule differs visibly from the key somewhere. Here it must do so in most entries,
so that whoever makes the mistake sees it and whoever doesn't has practised not to.
"""

from collections.abc import Mapping
from functools import cache
from itertools import product

import numpy as np

from app.engine.gate import apart
from app.engine.parts import Part, Quantities
from app.engine.questions import Question, issue
from app.engine.sampling import Draw
from app.engine.sigmoid import Array
from app.engine.skills import LEVELS, SKILLS, Skill
from app.engine.wrong_rules import RULES, Rule, rules_of

_MOST = 0.5  # of the entries
_BLOCK = 4  # questions drawn at once
_BLOCKS = 6  # of a skill and level, before the next ones are tried


def skills_showing(code: str) -> list[Skill]:
    """The skills to drill a mistake with: of those where it has a rule, the ones with the fewest parts."""
    showing = [skill for skill in SKILLS.values() if any(rule.code == code for part in skill.parts for rule in RULES[part.rules])]
    return [skill for skill in showing if all(len(skill.parts) <= len(other.parts) for other in showing)]


@cache
def drillable(code: str) -> bool:
    """Whether there are questions that show this mistake. A slip of the pen has no rule, so none is drawn for it."""
    return bool(skills_showing(code))


def issue_showing(code: str, seed: int, levels: Mapping[str, int] | None = None) -> Question:
    """A question, typed and not chosen, in which a drillable mistake shows in most entries; its skill varies with the seed.

    Where a rule can't reach so far, it is the question in which it reaches farthest.

    Args:
        levels: skill -> the level wanted, 1 for a skill that is not named; another only where this one cannot show the
            mistake, the nearest first. None: any level, varying with the seed.
    """
    kinds = list(product(skills_showing(code), LEVELS))
    draw = Draw(np.array([seed % 2**64], dtype=np.uint64), f"drill/{code}")
    best, farthest = None, 0.0
    # Not every level can show every mistake: a transposed matrix has the key's shape only where it is square.
    shuffled = [kinds[k] for k in np.argsort(draw.words(len(kinds))[0])]
    if levels is not None:
        shuffled.sort(key=lambda kind: abs(kind[1] - levels.get(kind[0].id, 1)))
    for skill, level in shuffled:
        for word in draw.words(_BLOCKS)[0]:
            for question in issue(skill.id, level, "numeric", _BLOCK, int(word)):
                share = share_shown(question, code)
                if share > farthest:
                    best, farthest = question, share
                if share > _MOST:
                    return question
    if best is None:
        raise RuntimeError(f"No question shows {code}.")
    return best


def share_shown(question: Question, code: str) -> float:
    """In what share of a part's entries the mistake shows, in the part where that is largest; 0 … 1.

    If there are several ways to make the mistake, the one that shows least counts. An entry that is zero with and without
    it, as those beside a diagonal, does not.
    """
    solved, shares = question.batch.solved, [0.0]
    for part in question.skill.parts:
        tolerance = question.batch.tolerance(part)
        ways = [_share(part, rule, solved, tolerance) for rule in rules_of(part, solved) if rule.code == code]
        shares.append(min(ways, default=0.0))
    return max(shares)


def _share(part: Part, rule: Rule, solved: Quantities, tolerance: Array) -> float:
    key = solved[part.symbol]
    value: Array = np.broadcast_to(rule.value(solved), key.shape)
    # One row an entry, so that the gate's own measure of a visible difference tells of each.
    shown = apart(value.reshape(-1, 1), key.reshape(-1, 1), tolerance.reshape(-1, 1))
    counted = ((key != 0) | (value != 0)).reshape(-1)
    return float(shown[counted].mean())
