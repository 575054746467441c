"""The table of diagnosis: for every skill, level and rule, how often a mistake is called by its name, or by another's.

Run with ``pytest -s`` to read it. Each figure is a share of draws that the gate lets pass.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.engine.misconceptions import SLIPS
from app.engine.parts import Part
from app.engine.questions import Batch, build_many
from app.engine.skills import SKILLS
from app.engine.wrong_rules import RULES, rules_of
from app.grading.grade import PartGrades, grade_many
from tests.engine import reference
from tests.grading.draws import EVERY, cut_off, flat, keys, on_paper
from tests.grading.test_honest_layers import worked
from tests.sizes import size

DRAWS = size(1000, 10_000)
OWN, ANOTHER = 0.99, 0.001
every = pytest.mark.parametrize(("skill", "level"), EVERY)


@pytest.fixture(scope="module")
def batches() -> Callable[[str, int], Batch]:
    def draws(skill: str, level: int) -> Batch:
        seeds = reference.spread_seeds(3 * DRAWS, start=7_000_000)
        return build_many(skill, level, seeds[build_many(skill, level, seeds, version=1).fit()][:DRAWS], version=1)

    return draws


def _codes(part: Part, grades: PartGrades) -> np.ndarray:
    """The code that each answer was diagnosed with, or "" for none."""
    names = [rule.code for rule in RULES[part.rules]] + list(SLIPS) + [""]
    return np.array(names)[grades.rule]


def _graded(batch: Batch, part: Part, answer: np.ndarray) -> np.ndarray:
    return _codes(part, grade_many(batch, keys(batch) | {part.symbol: answer})[part.symbol])


def _rules(batch: Batch) -> Iterator[tuple[Part, str, np.ndarray]]:
    for part in batch.skill.parts:
        for rule in rules_of(part, batch.solved):
            yield part, rule.code, rule.value(batch.solved)


def _report(skill: str, level: int, what: str, part: Part, code: str, codes: np.ndarray) -> tuple[float, float]:
    own = float((codes == code).mean())
    another = float(((codes != code) & (codes != "")).mean())
    print(f"{skill:16} {level} {part.symbol:8} {what:12} {code:26} {100 * own:7.2f} % {100 * another:7.3f} %")
    return own, another


@every
@pytest.mark.parametrize("typed", [on_paper, cut_off], ids=["rounded", "cut off"])
def test_a_whole_rule_is_called_by_its_name(skill: str, level: int, typed, batches) -> None:
    batch = batches(skill, level)
    assert len(batch) >= DRAWS * 0.95
    for part, code, value in _rules(batch):
        own, another = _report(skill, level, "whole", part, code, _graded(batch, part, typed(value)))
        assert own >= OWN, code
        assert another <= ANOTHER, code


@every
def test_a_rule_with_one_entry_slipped_is_hardly_ever_called_by_another_name(skill: str, level: int, batches) -> None:
    """It is named where what is left of it says enough: two entries that the key does not explain."""
    batch = batches(skill, level)
    random = np.random.default_rng(level)
    rows = np.arange(len(batch))
    for part, code, value in _rules(batch):
        answer = on_paper(value)
        entry = random.integers(flat(answer).shape[1], size=len(rows))
        flat(answer)[rows, entry] += random.choice([-1, 1], len(rows)) * on_paper(random.uniform(0.15, 0.9, len(rows)))
        own, another = _report(skill, level, "one slipped", part, code, _graded(batch, part, answer))
        assert another <= 0.02, code
        telling = (np.abs(flat(value) - flat(batch.key(part))) > 2 * flat(batch.tolerance(part))).sum(axis=1)
        if (telling >= 3).all():
            assert own >= 0.9, code


def _one_sign(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    answer = on_paper(key)
    entries = flat(answer)
    rows = np.arange(len(entries))
    chosen = np.argmax(np.abs(entries) * random.uniform(0.5, 1, entries.shape), axis=1)  # not a zero of a diagonal matrix
    entries[rows, chosen] *= -1
    return answer


def _swapped(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    answer = on_paper(key)
    entries = flat(answer)
    entries[:, [0, -1]] = entries[:, [-1, 0]]
    return answer


def _reversed(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return on_paper(key)[:, ::-1]


def _digits(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    answer = on_paper(key)
    entries = flat(answer)
    counts = np.rint(np.abs(entries[:, 0]) * 1000)
    low, high = counts % 10, counts // 10 % 10
    entries[:, 0] = np.copysign((counts + 9 * (low - high)) / 1000, entries[:, 0])
    return answer


def _tenfold(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return on_paper(key) * 10


def _two_decimals(key: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return on_paper(key, 2)


SLIPPED = {
    "one-sign-flipped": _one_sign,
    "two-entries-swapped": _swapped,
    "order-reversed": _reversed,
    "digits-transposed": _digits,
    "factor-of-ten": _tenfold,
    "two-decimals": _two_decimals,
}


@every
@pytest.mark.parametrize("code", SLIPPED)
def test_slips_of_the_pen(skill: str, level: int, code: str, batches) -> None:
    """A slip that makes the answer wrong is called by its name, and hardly ever by another's."""
    assert {*SLIPPED, "rounded-too-coarsely"} == set(SLIPS)
    batch = batches(skill, level)
    for part in SKILLS[skill].parts:
        key = batch.key(part)
        if code == "order-reversed" and (key.ndim > 2 or key.shape[1] < 4):
            continue
        answer = SLIPPED[code](key, np.random.default_rng(3))
        grades = grade_many(batch, keys(batch) | {part.symbol: answer})[part.symbol]
        wrong = ~grades.correct & ~grades.followed
        if wrong.mean() < 0.05:  # a diagonal matrix has zeros in its corners; whole numbers end at two decimals
            continue
        own, another = _report(skill, level, "slip", part, code, _codes(part, grades)[wrong])
        assert (_codes(part, grades)[~wrong] == "").all()
        assert own + another > 0.6, code


@every
def test_a_right_answer_is_never_diagnosed_and_a_random_one_hardly_ever(skill: str, level: int, batches) -> None:
    batch = batches(skill, level)
    random = np.random.default_rng(4)
    for part in SKILLS[skill].parts:
        key, tolerance = batch.key(part), batch.tolerance(part)
        right = key + random.uniform(-0.999, 0.999, key.shape) * tolerance
        assert (_graded(batch, part, right) == "").all()
        # One entry wrong by anything: a guess at a slip would be a guess.
        answer = on_paper(key)
        flat(answer)[:, 0] += on_paper(random.uniform(0.02, 0.3, len(key)) * random.choice([-1, 1], len(key)))
        named = float((_graded(batch, part, answer) != "").mean())
        print(f"{skill:16} {level} {part.symbol:8} one entry off by chance, named: {100 * named:.2f} %")
        assert named <= 0.07


@every
def test_numbers_kept_to_two_decimals_on_the_way(skill: str, level: int, batches) -> None:
    """Worked by loops, everything on the way rounded to 2 decimals: wrong answers get that name, or one that fits as well."""
    batch = batches(skill, level)
    if skill in dict.fromkeys(kind for kind, _ in reference.LAYERS):
        answers = worked(batch, lambda quantity: lambda x: on_paper(x, 2))
    else:
        h = on_paper(1 / (1 + np.exp(-batch.solved["z"])), 2) if "z" in batch.solved else None
        if h is None or skill == "activation":
            return
        dsigma = h * (1 - h)
        answers = {"h": batch.solved["h"], "dsigma": dsigma}
        if "dh" in batch.solved:
            answers["dz"] = batch.solved["dh"] * on_paper(dsigma, 2)
    for part in SKILLS[skill].parts:
        grades = grade_many(batch, keys(batch) | {part.symbol: on_paper(answers[part.symbol])})[part.symbol]
        wrong = ~grades.correct & ~grades.followed
        if wrong.mean() < 0.05:
            continue
        codes = _codes(part, grades)[wrong]
        # Where nothing was left beyond the second decimal, that is what it is called.
        codes = np.where(codes == "two-decimals", "rounded-too-coarsely", codes)
        own, another = _report(skill, level, "slip", part, "rounded-too-coarsely", codes)
        assert own >= 0.8, (part.symbol, own, another)
        assert another <= 0.15
