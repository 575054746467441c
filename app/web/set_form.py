"""The form in which an instructor chooses a set of questions: how many of each skill and level, and the seed of the draws.

It is sent by GET and leads on to an address that holds the set alone, so that the set can be shared and made again.
"""

import re
from collections.abc import Mapping

from app.engine.skills import LEVELS, SKILLS
from app.services.question_sets import QuestionFormat, QuestionSet, read_set
from app.services.refusals import Unusable

_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
_SEED = re.compile(r"[0-9]{1,18}", re.ASCII)


def read_set_form(sent: Mapping[str, str], most: int, format: QuestionFormat = "numeric") -> QuestionSet:
    """The set that was chosen. Raises Unusable: what is no whole number, nothing chosen, or more than `most` questions."""
    items = []
    for skill in SKILLS:
        for level in LEVELS:
            count = sent.get(f"{skill}.{level}", "").strip()
            if count and not _COUNT.fullmatch(count):
                raise Unusable("/items", f"{SKILLS[skill].title}, level {level}: how many is a whole number.")
            if count and int(count):
                items.append(f"{skill}:{level}:{count}")
    seed = sent.get("seed", "").strip()
    if seed and not _SEED.fullmatch(seed):
        raise Unusable("/seed", "A seed is a whole number. Leave it empty for fresh questions.")
    return read_set(items, int(seed) if seed else None, most, format)


def skills_to_choose() -> list[tuple[str, str]]:
    """(id, title) of each skill."""
    return [(skill.id, skill.title) for skill in SKILLS.values()]
