"""Requests made ready beforehand, so that the load generator has nothing left to do but send them."""

import json
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

import numpy as np

from app.engine.notation import round_decimal
from app.engine.question_id import QuestionId
from app.engine.questions import build_many
from app.engine.sampling import SEED_BITS
from app.engine.sigmoid import Array
from app.engine.skills import LEVELS, SKILLS
from app.engine.wrong_rules import rules_of

_BLOCK = 1000

Answered = tuple[str, dict[str, list[float]]]
"""A question's id and an answer to it."""


Kind = tuple[str, int]
"""A skill's id and a level."""

EVERY_KIND: tuple[Kind, ...] = tuple((skill, level) for skill in SKILLS for level in LEVELS)
ONE_EXERCISE: tuple[Kind, ...] = (("chain", 1),)
"""What a class works at together."""


def answered_questions(count: int, seed: int, kinds: Sequence[Kind] = EVERY_KIND) -> list[Answered]:
    """Different questions of these kinds, in turns, that the gate lets pass, every other one with a wrong rule's values."""
    random = np.random.default_rng(seed)
    sources = [_of_kind(skill, level, random) for skill, level in kinds]
    return [next(source) for source in islice(cycle(sources), count)]


def _of_kind(skill_id: str, level: int, random: np.random.Generator) -> Iterator[Answered]:
    skill = SKILLS[skill_id]
    wrong = False
    while True:
        seeds = random.integers(2**SEED_BITS, size=_BLOCK, dtype=np.uint64)
        batch = build_many(skill_id, level, seeds, skill.version)
        right = {part.symbol: round_decimal(batch.key(part)) for part in skill.parts}
        mistaken = {part.symbol: round_decimal(rules_of(part, batch.solved)[0].value(batch.solved)) for part in skill.parts}
        for row in np.flatnonzero(batch.fit()):
            question_id = QuestionId(skill_id, level, "numeric", skill.version, int(seeds[row]))
            yield str(question_id), _row(mistaken if wrong else right, int(row))
            wrong = not wrong


def _row(values: dict[str, Array], row: int) -> dict[str, list[float]]:
    return {symbol: value[row].tolist() for symbol, value in values.items()}


def get(path: str, **headers: str) -> bytes:
    """A GET request."""
    return _head("GET", path, headers) + b"\r\n"


def post(path: str, body: object, **headers: str) -> bytes:
    """A POST request with JSON."""
    sent = json.dumps(body, separators=(",", ":")).encode()
    own = {"Content-Type": "application/json", "Content-Length": str(len(sent))}
    return _head("POST", path, headers | own) + b"\r\n" + sent


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items()), ""]
    return "\r\n".join(lines).encode("ascii")
