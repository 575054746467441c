"""Pins questions that are not pinned yet: ``python -m tests.golden.regenerate``.

Run it after a skill, or a new draw version of one, has been added. It only ever adds: a pinned question is a promise, and
a draw that changes without a new version has broken it. So an entry that no longer fits is a bug, not a reason to regenerate.
"""

import json
from pathlib import Path

from app.engine.question_id import lesson_id
from app.engine.questions import Question, build, given_json, issue
from app.engine.skills import FORMATS, LEVELS, SKILLS

FILE = Path(__file__).with_name("questions.json")
SEED = 2026
COUNT = 5


def issued() -> list[Question]:
    """The questions that the pinned seed issues now, every skill, level and format, and the lesson's own."""
    fresh = [
        question
        for skill in SKILLS
        for format in FORMATS
        for level in LEVELS
        for question in issue(skill, level, format, COUNT, seed=SEED)
    ]
    return fresh + [build(lesson_id(skill, format)) for skill in SKILLS for format in FORMATS]


def described(question: Question) -> dict[str, object]:
    """Everything that an id promises, as JSON."""
    return {
        "given": given_json(question),
        "key": {part.symbol: part.key.tolist() for part in question.parts},
        "options": {
            part.symbol: [[option.id, option.code, option.value.tolist()] for option in part.options]
            for part in question.parts
            if part.options is not None
        },
    }


def read() -> dict[str, dict]:
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def write(pinned: dict[str, dict]) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in pinned.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    write({str(question.id): described(question) for question in issued()} | read())
