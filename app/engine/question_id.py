"""Question ids: text that names a draw.

``chain-n2-v1-7k2m9q0xw4`` is the skill, the format (n numeric, c choice) with the level, the draw version, and 50 bits
of seed in Crockford's base 32. The seed ``lesson`` is the lesson's own exercise. Each question has exactly one
spelling, so that an id can be compared, cached and counted as text.
"""

import re
from dataclasses import dataclass

from app.engine.sampling import SEED_BITS
from app.engine.skills import SKILLS

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = SEED_BITS // 5
_VALUE = {digit: value for value, digit in enumerate(_ALPHABET)}
_ID = re.compile(
    rf"([a-z-]+)-([nc])([1-3])-v([1-9][0-9]?)-(lesson|[{_ALPHABET}]{{{_DIGITS}}})",
    re.ASCII,
)
_FORMAT = {"n": "numeric", "c": "choice"}


class MalformedQuestionId(ValueError):
    """The text is no question's id."""


@dataclass(frozen=True)
class QuestionId:
    """seed: 0 <= seed < 2^50, or None for the lesson's own numbers (level 1)."""

    skill: str
    level: int
    format: str
    version: int
    seed: int | None

    def __str__(self) -> str:
        if self.seed is None:
            seed = "lesson"
        else:
            seed = "".join(_ALPHABET[(self.seed >> shift) & 31] for shift in range(SEED_BITS - 5, -1, -5))
        return f"{self.skill}-{self.format[0]}{self.level}-v{self.version}-{seed}"


def parse_question_id(text: str) -> QuestionId:
    """The id that `text` spells.

    Raises:
        MalformedQuestionId: not an id, or of a skill or draw version that does not exist.
    """
    match = _ID.fullmatch(text)
    if match is None:
        raise MalformedQuestionId("This is not the id of a question.")
    skill, letter, level, version, seed = match.groups()
    if skill not in SKILLS or int(version) > SKILLS[skill].version:
        raise MalformedQuestionId("There is no such skill, or no such version of its questions.")
    if seed == "lesson":
        if level != "1":
            raise MalformedQuestionId("The lesson's own question has level 1.")
        return QuestionId(skill, 1, _FORMAT[letter], int(version), None)
    number = 0
    for digit in seed:
        number = number << 5 | _VALUE[digit]
    return QuestionId(skill, int(level), _FORMAT[letter], int(version), number)


def lesson_id(skill: str, format: str = "numeric") -> QuestionId:
    """The lesson's own exercise, as a question of `skill`."""
    return QuestionId(skill, 1, format, 1, None)
