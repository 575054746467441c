"""Sets of questions by a few words: so many of a skill and level, or single ones by their ids.

``chain:1:10,update:2`` is ten of `chain` at level 1 and one of `update` at level 2. Together with a seed it is the whole set:
what is printed or exported from it once can be printed and exported again. Written out it also holds each draw version
(``chain:1:10:v2``), so that it stays the same when a later version of the program draws otherwise.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.engine.question_id import MalformedQuestionId, QuestionId, parse_question_id
from app.engine.questions import Question, build, issue
from app.engine.skills import LEVELS, SKILLS
from app.security.tokens import seed_from
from app.services.refusals import Unusable

QuestionFormat = Literal["numeric", "choice"]
LARGEST_SEED = 2**63 - 1
_ITEM = re.compile(r"([a-z-]+)(?::([0-9]))?(?::([0-9]{1,4}))?(?::v([0-9]{1,2}))?", re.ASCII)
_FRESH_SEEDS = 10**6  # few enough to be read off a page and typed again


@dataclass(frozen=True)
class Item:
    """So many questions of one kind; or the one of `question_id`, for which the rest says the same."""

    skill: str
    level: int
    count: int
    version: int
    question_id: QuestionId | None = None

    def __str__(self) -> str:
        return str(self.question_id or f"{self.skill}:{self.level}:{self.count}:v{self.version}")


@dataclass(frozen=True)
class QuestionSet:
    """seed: of the draws. format: of all its questions."""

    items: tuple[Item, ...]
    seed: int
    format: QuestionFormat = "numeric"

    @property
    def count(self) -> int:
        """How many questions one set holds."""
        return sum(item.count for item in self.items)

    @property
    def spelled(self) -> str:
        """The items as they are written in an address."""
        return ",".join(map(str, self.items))

    def questions(self, variant: str = "") -> list[Question]:
        """The questions, in order. variant: each has draws of its own; a question named by its id is in all of them."""
        return [question for place, item in enumerate(self.items) for question in self._of_item(item, variant, place)]

    def _of_item(self, item: Item, variant: str, place: int) -> list[Question]:
        if item.question_id is not None:
            return [build(item.question_id)]
        seed = seed_from(str(self.seed), variant, str(place))
        return issue(item.skill, item.level, self.format, item.count, seed, item.version)


def read_set(texts: str | Iterable[str], seed: int | None, most: int, format: QuestionFormat = "numeric") -> QuestionSet:
    """The set of these items, in one text with commas or in several; without a seed, a fresh one.

    Raises Unusable: an item that cannot be read, none at all, or more than `most` questions.
    """
    joined = texts if isinstance(texts, str) else ",".join(texts)
    items = tuple(_read_item(text.strip(), format) for text in joined.split(",") if text.strip())
    chosen = QuestionSet(items, secrets.randbelow(_FRESH_SEEDS) if seed is None else seed, format)
    if not 1 <= chosen.count <= most:
        if not chosen.count:
            raise Unusable("/items", "Choose at least one question.")
        raise Unusable("/items", f"These are {chosen.count} questions; at most {most} can be taken at once.")
    if not 0 <= chosen.seed <= LARGEST_SEED:
        raise Unusable("/seed", "A seed is a whole number, 0 or more.")
    return chosen


def _read_item(text: str, format: QuestionFormat) -> Item:
    found = _ITEM.fullmatch(text)
    if found is None or found[1] not in SKILLS:
        return _read_id(text, format)
    skill, level, count = found[1], int(found[2] or 1), int(found[3] or 1)
    newest = SKILLS[skill].version
    version = int(found[4] or newest)
    if level not in LEVELS:
        raise Unusable("/items", f"{text}: a level is 1, 2 or 3.")
    if not 1 <= version <= newest:
        raise Unusable("/items", f"{text}: there is no such draw version.")
    return Item(skill, level, count, version)


def _read_id(text: str, format: QuestionFormat) -> Item:
    try:
        named = parse_question_id(text)
    except MalformedQuestionId:
        shown = text[:60]
        raise Unusable("/items", f"{shown}: write skill:level:count, such as chain:1:10, or a question’s id.") from None
    if named.format != format:
        wanted = "answered with numbers" if format == "numeric" else "a choice"
        raise Unusable("/items", f"{text}: only a question that is {wanted} can be taken here.")
    return Item(named.skill, named.level, 1, named.version, named)
