"""Questions: built from their id, in batches or singly, and issued through the gate.

One vectorised implementation stands behind all of it: a single question is a batch of one, and row k of a batch is the
question of seed k.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.engine.gate import fit
from app.engine.notation import (
    DECIMALS,
    decimals_needed,
    json_numbers,
    latex_array,
    plain_array,
    round_decimal,
)
from app.engine.parts import Part, Quantities
from app.engine.question_id import QuestionId
from app.engine.sampling import SEED_BITS, Draw, Words, below, words
from app.engine.sigmoid import Array
from app.engine.skills import SKILLS, Skill
from app.engine.tolerance import LAST_DIGIT
from app.engine.wrong_rules import is_common, rules_of_draw

_OPTIONS = 4
_LESSON_OPTIONS = 2
_BELIEVABLE = 2  # options of a choice that are mistakes people make most
_BELIEVABLE_SINCE = 2  # draw version
_CANDIDATES = 16  # draws tried at once while issuing
_PATIENCE = 64  # rounds of candidates before a skill is called broken


@dataclass(frozen=True)
class Batch:
    """Solved draws of one skill and level; every array is [B, …]. row_of: the larger batch of which this is one row."""

    skill: Skill
    level: int
    version: int
    solved: Quantities
    row_of: "tuple[Batch, int] | None" = None

    def __len__(self) -> int:
        return len(next(iter(self.solved.values())))

    def key(self, part: Part) -> Array:
        return self.solved[part.symbol]

    def tolerance(self, part: Part) -> Array:
        """2u + ρ of each entry of the part's key."""
        return self._tolerances[part.symbol]

    @cached_property
    def _tolerances(self) -> dict[str, Array]:
        if self.row_of is not None:
            batch, row = self.row_of
            return _row(batch._tolerances, row)
        return {symbol: LAST_DIGIT + rho for symbol, rho in self.skill.rho(self.solved).items()}

    def alone(self, row: int) -> "Batch":
        """One row as a batch of its own, looking into the same arrays."""
        if len(self) == 1:
            return self
        return Batch(self.skill, self.level, self.version, _row(self.solved, row), (self, row))

    def fit(self) -> NDArray[np.bool_]:
        """Which rows the gate lets pass, [B]."""
        return fit(self.skill, self.version, self.solved)


def _row(quantities: Quantities, row: int) -> dict[str, Array]:
    return {symbol: values[row : row + 1] for symbol, values in quantities.items()}


@dataclass(frozen=True)
class Option:
    """One choice. value: rounded to 3 decimals, of the key's shape. code: the misconception behind it, None for the key."""

    id: str
    value: Array
    code: str | None


@dataclass(frozen=True)
class AskedPart:
    """A part of one concrete question; key and tolerance have the part's shape. options: None unless it is a choice."""

    question: "Question"
    part: Part
    options: tuple[Option, ...] | None

    @property
    def batch(self) -> Batch:
        return self.question.batch

    @property
    def key(self) -> Array:
        return self.question.quantity(self.part.symbol)

    @property
    def tolerance(self) -> Array:
        """2u + ρ of each entry; worked out only where somebody is graded."""
        tolerance: Array = self.question.among.tolerance(self.part)[self.question.row]
        return tolerance

    @property
    def symbol(self) -> str:
        return self.part.symbol

    @property
    def shape(self) -> tuple[int, ...]:
        return self.key.shape

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options or () if option.id == option_id), None)


@dataclass(frozen=True)
class Question:
    """One concrete draw, with its key: row `row` of the batch `among` that it was solved in."""

    id: QuestionId
    among: Batch
    row: int = 0

    @cached_property
    def batch(self) -> Batch:
        """The question as a batch of one."""
        return self.among.alone(self.row)

    @property
    def skill(self) -> Skill:
        return self.among.skill

    @cached_property
    def parts(self) -> tuple[AskedPart, ...]:
        choice = self.id.format == "choice"
        return tuple(AskedPart(self, part, _options(self.id, self.batch, part) if choice else None) for part in self.skill.parts)

    @cached_property
    def given(self) -> dict[str, Array]:
        return {symbol: self.quantity(symbol) for symbol in self.skill.given}

    def quantity(self, symbol: str) -> Array:
        """A given or worked quantity, without the batch's axis."""
        value: Array = self.among.solved[symbol][self.row]
        return value

    def given_decimals(self, symbol: str) -> int:
        """Decimal places in which a given is shown; the lesson's own numbers belong to no level."""
        if self.id.seed is None:
            return decimals_needed(self.given[symbol])
        return self.skill.given_decimals(symbol, self.id.level)

    @property
    def prompt(self) -> str:
        """Plain text, readable aloud."""
        *others, last = (
            f"{SPOKEN.get(symbol, symbol)} = {plain_array(value, self.given_decimals(symbol))}"
            for symbol, value in self.given.items()
        )
        givens = f"{', '.join(others)} and {last}" if others else last
        closing = "Choose the right values." if self.id.format == "choice" else f"Answer to {DECIMALS} decimals."
        return f"Given {givens}. {self.skill.ask[0]} {closing}"

    @property
    def prompt_latex(self) -> str:
        givens = (rf"{LATEX[symbol]} = {latex_array(value, self.given_decimals(symbol))}" for symbol, value in self.given.items())
        return r",\quad ".join([*givens, self.skill.ask[1]])


LATEX = {
    "z": "z",
    "h": "h",
    "dsigma": r"\sigma'(z)",
    "dh": "dh",
    "dz": "dz",
    "J": "J",
    "W": "W",
    "b": "b",
    "h_prev": r"h_{\text{prev}}",
    "dW": "dW",
    "db": "db",
    "dh_prev": r"dh_{\text{prev}}",
    "eta": r"\eta",
    "W_new": r"W_{\text{new}}",
    "b_new": r"b_{\text{new}}",
}
SPOKEN = {"dsigma": "σ′(z)", "eta": "η"}


def _stream(skill: str, level: int, version: int, purpose: str) -> str:
    return f"{skill}/{level}/v{version}/{purpose}"


def build_many(skill_id: str, level: int, seeds: Words, version: int) -> Batch:
    """The draws of many seeds at once.

    Args:
        seeds: shape [B], uint64, each below 2^50.
    Returns:
        a batch whose row k equals the question of seeds[k], whatever the other rows.
    """
    skill = SKILLS[skill_id]
    draw = Draw(seeds, _stream(skill_id, level, version, "givens"))
    return Batch(skill, level, version, skill.solve(skill.draw(draw, level)))


def build(question_id: QuestionId) -> Question:
    """The question of an id: the same on every machine, for ever; nothing is stored."""
    return build_all([question_id])[0]


def build_all(question_ids: Sequence[QuestionId]) -> list[Question]:
    """The questions of some ids, in their order; those of one skill, level and version are solved at once."""
    kinds: dict[tuple[str, int, int, bool], list[int]] = {}
    for place, one in enumerate(question_ids):
        kinds.setdefault((one.skill, one.level, one.version, one.seed is None), []).append(place)
    built: dict[int, Question] = {}
    for (skill_id, level, version, is_lesson), places in kinds.items():
        if is_lesson:
            skill = SKILLS[skill_id]
            solved = skill.solve(skill.lesson)
            built.update({place: Question(question_ids[place], Batch(skill, level, version, solved)) for place in places})
        else:
            seeds = np.array([question_ids[place].seed for place in places], dtype=np.uint64)
            batch = build_many(skill_id, level, seeds, version)
            built.update({place: Question(question_ids[place], batch, row) for row, place in enumerate(places)})
    return [built[place] for place in range(len(question_ids))]


def issue(
    skill_id: str,
    level: int,
    format: str = "numeric",
    count: int = 1,
    seed: int | None = None,
    version: int | None = None,
) -> list[Question]:
    """`count` fresh questions that passed the gate; with a `seed` and a draw `version` (None: the newest), the same for ever."""
    version = version or SKILLS[skill_id].version
    if seed is None:
        seed = secrets.randbits(64)
    source = np.array([seed % 2**64], dtype=np.uint64)
    stream = _stream(skill_id, level, version, f"issue/{format}")
    issued: list[int] = []
    for turn in range(_PATIENCE + count):
        candidates = words(source, stream, turn * _CANDIDATES, _CANDIDATES)[0] >> np.uint64(64 - SEED_BITS)
        passed = candidates[build_many(skill_id, level, candidates, version).fit()]
        issued.extend(int(candidate) for candidate in passed)
        if len(issued) >= count:
            return build_all([QuestionId(skill_id, level, format, version, number) for number in issued[:count]])
    raise RuntimeError(f"The gate let too few draws of {skill_id} at level {level} pass.")


def _options(question_id: QuestionId, batch: Batch, part: Part) -> tuple[Option, ...]:
    """The key among wrong values of its shape, which ones and in which order drawn from the seed."""
    rules = rules_of_draw(part, batch.solved, question_id.version)
    if question_id.seed is None:
        wrong, place = list(rules[: _LESSON_OPTIONS - 1]), 1
    else:
        seeds = np.array([question_id.seed], dtype=np.uint64)
        stream = _stream(
            question_id.skill,
            question_id.level,
            question_id.version,
            f"options/{part.symbol}",
        )
        raw = words(seeds, stream, 0, len(rules) + 1)[0]
        order: Sequence[int] = np.argsort(raw[:-1], kind="stable").tolist()
        if question_id.version >= _BELIEVABLE_SINCE:
            first = [k for k in order if is_common(rules[k])][:_BELIEVABLE]
            chosen = {*first, *[k for k in order if k not in first][: _OPTIONS - 1 - len(first)]}
            order = [k for k in order if k in chosen]
        wrong = [rules[k] for k in order[: _OPTIONS - 1]]
        place = int(below(raw[-1:], _OPTIONS)[0])
    values: list[tuple[Array, str | None]] = [(rule.value(batch.solved)[0], rule.code) for rule in wrong]
    values.insert(place, (batch.key(part)[0], None))
    return tuple(Option("abcd"[k], round_decimal(value), code) for k, (value, code) in enumerate(values))


def given_json(question: Question) -> dict[str, object]:
    """The givens as nested lists: what an attempt keeps and a client is shown."""
    return {symbol: json_numbers(value) for symbol, value in question.given.items()}
