"""How fast the engine builds questions: singly, and by the million beside the bare arithmetic in NumPy."""

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import numpy as np

from app.engine.notation import json_numbers, round_decimal
from app.engine.question_id import parse_question_id
from app.engine.questions import Batch, build, build_many, issue
from app.engine.sigmoid import Array
from app.engine.skills import SKILLS
from app.grading.answers import read_answer
from app.grading.grade import grade

SKILL, LEVEL = "chain", 1
BLOCK = 8192  # questions; what is worked on then stays in the cache

BYTES_COPIED = 32  # of a question: a vector of level 1

Work = Callable[[int], object]
"""Works through a block of questions, given its first seed."""


def in_batches(total: int, rounds: int, tell: Callable[[], None]) -> dict[str, float]:
    """Questions a second for each kind of work, the median of interleaved rounds."""
    kinds: dict[str, Work] = {
        "NumPy alone, copying dh to dz in memory": _copy(total),
        "NumPy alone, dh·h·(1 − h), h given": _bare(),
        "NumPy alone, the same from z": _bare_from_z(),
        "build_many: draw and key": _batch,
        "… and tolerance": lambda first: _batch(first).tolerance(SKILLS[SKILL].parts[0]),
        "… and gate": lambda first: _batch(first).fit(),
    }
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, work in kinds.items():
            began = perf_counter()
            for first in range(0, total, BLOCK):
                work(first)
            rates[name].append(-(-total // BLOCK) * BLOCK / (perf_counter() - began))
            tell()
    return {name: median(found) for name, found in rates.items()}


def _batch(first: int) -> Batch:
    return build_many(SKILL, LEVEL, np.arange(first, first + BLOCK, dtype=np.uint64), SKILLS[SKILL].version)


def _copy(total: int) -> Work:
    """Block after block from one array to another, both of them, at the usual size, too large for the cache."""
    shape = (-(-total // BLOCK) * BLOCK, BYTES_COPIED // 8)
    dh, dz = np.ones(shape), np.ones(shape)  # written: memory that never was is one page of zeros, and that is in the cache

    def work(first: int) -> object:
        block = slice(first, first + BLOCK)
        dz[block] = dh[block]
        return dz

    return work


def _bare() -> Work:
    drawn = _batch(0).solved
    dh, h = drawn["dh"], drawn["h"]
    dz = np.empty_like(dh)
    return lambda first: _product(dh, h, dz)


def _bare_from_z() -> Work:
    drawn = _batch(0).solved
    dh, z = drawn["dh"], drawn["z"]
    h, dz = np.empty_like(dh), np.empty_like(dh)

    def work(first: int) -> object:
        np.exp(np.negative(z, out=h), out=h)
        np.divide(1.0, np.add(h, 1.0, out=h), out=h)
        return _product(dh, h, dz)

    return work


def _product(dh: Array, h: Array, dz: Array) -> Array:
    """dh·h·(1 − h), in place: making room for each step would take longer than the step."""
    np.subtract(1.0, h, out=dz)
    np.multiply(dz, h, out=dz)
    return np.multiply(dz, dh, out=dz)


def singly(count: int, rounds: int, tell: Callable[[], None]) -> dict[str, float]:
    """Seconds for one question, the mean of `count` and the median of rounds: built from its id, issued through the gate,
    read and graded.
    """
    questions = issue(SKILL, LEVEL, count=count, seed=1)
    ids = [str(question.id) for question in questions]
    sent = [{"dz": json_numbers(round_decimal(question.parts[0].key))} for question in questions]

    def build_each() -> Iterator[object]:
        return (build(parse_question_id(text)).parts for text in ids)

    def issue_each() -> Iterator[object]:
        return (issue(SKILL, LEVEL, seed=seed) for seed in range(count))

    def grade_each() -> Iterator[object]:
        for text, raw in zip(ids, sent, strict=True):
            question = build(parse_question_id(text))
            yield grade(question, read_answer(question, raw))

    kinds = {"build from an id, with key": build_each, "issue through the gate": issue_each, "build, read and grade": grade_each}
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, each in kinds.items():
            began = perf_counter()
            for _made in each():
                pass
            times[name].append((perf_counter() - began) / count)
            tell()
    return {name: median(found) for name, found in times.items()}
