"""What each wrong rule would give for one concrete question: what an answer sheet and a question bank tell of mistakes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.misconceptions import Misconception
from app.engine.questions import AskedPart, Option
from app.engine.sigmoid import Array
from app.engine.wrong_rules import explained, is_common, rule_of, rules_of


@dataclass(frozen=True)
class WrongValue:
    """value, tolerance: of the key's shape; how far rounding on the way may move each entry, as diagnosis allows it.
    usual: one of the mistakes that people make most.
    """

    misconception: Misconception
    value: Array
    tolerance: Array
    usual: bool


def wrong_values(part: AskedPart) -> tuple[WrongValue, ...]:
    """Every wrong rule that leads to a value of the key's shape, in the registry's order. A misconception that can be worked
    out in two ways comes twice.
    """
    key_tolerance = part.batch.tolerance(part.part)
    return tuple(
        WrongValue(
            explained(rule),
            np.array(rule.value(part.batch.solved)[0]),
            (rule.tolerance(key_tolerance) if rule.tolerance else key_tolerance)[0],
            is_common(rule),
        )
        for rule in rules_of(part.part, part.batch.solved)
    )


def mistake_behind(part: AskedPart, option: Option | None) -> Misconception | None:
    """The misconception that leads to an option of a choice; None for the key, and for no option."""
    rule = rule_of(part.part, option.code if option else None)
    return explained(rule) if rule else None


def telling_entries(part: AskedPart, wrong: tuple[WrongValue, ...]) -> NDArray[np.bool_]:
    """Which entries of which rule tell it apart by themselves, [rules, …]: no right answer, and no answer that another
    misconception explains, lies within its tolerance.
    """
    values = np.stack([one.value for one in wrong])
    allowed = np.stack([one.tolerance for one in wrong])
    codes = np.array([one.misconception.code for one in wrong])
    telling: NDArray[np.bool_] = np.abs(values - part.key) > allowed + part.tolerance
    for k, code in enumerate(codes):
        other = codes != code
        telling[k] &= (np.abs(values[other] - values[k]) > allowed[other] + allowed[k]).all(axis=0)
    return telling
