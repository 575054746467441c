"""What a made-up learner types: the right values as people round them, or the outcome of a mistake."""

from random import Random
from typing import Any

import numpy as np

from app.engine.notation import DECIMALS, MINUS, round_decimal
from app.engine.parts import Quantities
from app.engine.questions import AskedPart, Question
from app.engine.sigmoid import Array
from app.engine.wrong_rules import rules_of
from app.services.demo.learners import Learner

_BY_RULE, _BY_SLIP = 0.65, 0.23  # of the mistakes; the rest leave entries out
_LIKELIEST = 0.7  # how often it is the likeliest of the learner's own mistakes, else the next, and so on
_GIVES_UP = 0.3  # how often the parts after a mistake stay empty


def make_answer(question: Question, learner: Learner, knows: bool, random: Random) -> dict[str, Any]:
    """An answer as it would be sent, ``{symbol: option id or entries}``; when the learner `knows`, a right one."""
    if question.id.format == "choice":
        return {part.symbol: _choose(part, learner, knows, random) for part in question.parts}
    solved = question.batch.solved
    failing = None if knows else random.randrange(len(question.parts))
    own: dict[str, Array] = {}  # [1, …]; NaN where nothing was written
    for place, part in enumerate(question.parts):
        if failing is None or place < failing:
            value = _right(part, solved, learner, random)
        elif place == failing:
            value = _mistaken(part, solved, learner, random)
        elif random.random() < _GIVES_UP:
            value = np.full((1, *part.shape), np.nan)
        else:
            value = _worked_on(part, solved, own, learner, random)
        own[part.symbol] = value
    return {symbol: _typed(value[0].tolist(), learner) for symbol, value in own.items()}


def _choose(part: AskedPart, learner: Learner, knows: bool, random: Random) -> str:
    options = {option.code: option.id for option in part.options or ()}
    if knows:
        return options[None]
    offered = [code for code in learner.mistakes if code in options]
    return options[_likely(offered, random)]


def _right(part: AskedPart, solved: Quantities, learner: Learner, random: Random) -> Array:
    routes = part.part.routes(solved, DECIMALS)
    if learner.rounding == "way" and routes:
        return round_decimal(random.choice(routes))
    if learner.rounding == "cut":
        return round_decimal(np.trunc(part.key[None] * 1000) / 1000)
    return round_decimal(part.key[None])


def _mistaken(part: AskedPart, solved: Quantities, learner: Learner, random: Random) -> Array:
    kind = random.random()
    if kind < _BY_RULE:
        known = sorted(rules_of(part.part, solved), key=lambda rule: learner.mistakes.index(rule.code))
        if learner.rounding == "way":
            rounded = {symbol: round_decimal(solved[symbol]) for symbol in ("h", "dsigma") if symbol in solved}
            solved = {**solved, **rounded}
        return round_decimal(_likely(known, random).value(solved))
    value = _right(part, solved, learner, random)
    if kind < _BY_RULE + _BY_SLIP:
        entry = random.randrange(part.key.size)
        slip = random.choice((-1.0, 10.0, 0.1))  # a lost sign, or a decimal point in the wrong place
        value.flat[entry] = round_decimal(value * slip).flat[entry]
    else:
        value.flat[-random.randint(1, part.key.size - 1) :] = np.nan
    return value


def _worked_on(part: AskedPart, solved: Quantities, own: dict[str, Array], learner: Learner, random: Random) -> Array:
    """The part worked out rightly from the learner's own earlier part, where it builds on one."""
    for symbol, worked_from in part.part.follows:
        if not np.isnan(own[symbol]).any():
            return round_decimal(worked_from(solved, own[symbol]))
    return _right(part, solved, learner, random)


def _likely(ranked: list[Any], random: Random) -> Any:
    """One of the items, an earlier one sooner than a later one."""
    for item in ranked:
        if random.random() < _LIKELIEST:
            return item
    return ranked[-1]


def _typed(entry: Any, learner: Learner) -> Any:
    """Nested lists of numbers as the learner writes them."""
    if isinstance(entry, list):
        return [_typed(item, learner) for item in entry]
    if np.isnan(entry):
        return None
    if learner.writing == "number":
        return entry
    text = f"{entry:.3f}"
    return text.replace(".", ",") if learner.writing == "comma" else text.replace("-", MINUS)
