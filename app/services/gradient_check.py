"""A learner checks their own σ′ against a difference quotient, before answering or in the lesson.

Where the question asks for σ′, or for something worked from it, the quotient tells part of the answer: then it is a hint, noted
before it is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from app.engine.gradient_check import EPSILONS, central_difference
from app.engine.questions import Question
from app.engine.sigmoid import sigmoid, sigmoid_derivative
from app.engine.tolerance import LAST_DIGIT, U, rho_dsigma
from app.grading.answers import read_number
from app.persistence.database import Database
from app.security.principals import Principal
from app.services import solutions
from app.services.accounts import SignedIn
from app.services.refusals import Unusable

FURTHEST = 8.0  # beyond it σ is flat to the eye, and to 3 decimals
_STEEPEST = 1000.0
_TELLS_NOTHING = frozenset({"z", "h"})  # asked quantities that no slope gives away


@dataclass(frozen=True)
class Quotient:
    """value: (σ(z + ε) - σ(z - ε)) / 2ε. off: how far from σ′(z)."""

    epsilon: float
    value: float
    off: float


@dataclass(frozen=True)
class Comparison:
    """The learner's own slope beside the quotient at one z."""

    z: float
    slope: float
    epsilon: float

    @property
    def height(self) -> float:
        """σ(z), which is h."""
        return float(sigmoid(np.asarray(self.z)))

    @property
    def above(self) -> float:
        """σ(z + ε)."""
        return float(sigmoid(np.asarray(self.z + self.epsilon)))

    @property
    def below(self) -> float:
        """σ(z - ε)."""
        return float(sigmoid(np.asarray(self.z - self.epsilon)))

    @cached_property
    def quotients(self) -> tuple[Quotient, ...]:
        """The quotient for each ε that may be chosen, from the largest."""
        exact = float(sigmoid_derivative(np.asarray(self.z)))
        values = [float(central_difference(np.asarray(self.z), epsilon)) for epsilon in EPSILONS]
        return tuple(Quotient(epsilon, value, abs(value - exact)) for epsilon, value in zip(EPSILONS, values, strict=True))

    @property
    def quotient(self) -> Quotient:
        return next(one for one in self.quotients if one.epsilon == self.epsilon)

    @property
    def difference(self) -> float:
        return abs(self.slope - self.quotient.value)

    @property
    def relative(self) -> float:
        """|a - b| / max(|a|, |b|), the usual measure; 0 where both are 0."""
        largest = max(abs(self.slope), abs(self.quotient.value))
        return self.difference / largest if largest else 0.0

    @property
    def agrees(self) -> bool:
        """Within what an answer to 3 decimals may be off."""
        allowed = LAST_DIGIT + float(rho_dsigma(sigmoid(np.asarray(self.z))))
        return self.difference <= allowed

    @property
    def trusted(self) -> bool:
        """Whether the quotient itself is right to 3 decimals."""
        return self.quotient.off <= U


def applies(question: Question) -> bool:
    """Whether there are z to check at: given, or worked out on the way, but not what is asked for."""
    return "z" in question.among.solved and all(part.symbol != "z" for part in question.parts)


def tells_answer(question: Question) -> bool:
    """Whether the quotient tells part of the answer. The lesson's own numbers are worked out openly, so there it is free."""
    return question.id.seed is not None and any(part.symbol not in _TELLS_NOTHING for part in question.parts)


def compare(z: str, slope: str, epsilon: str) -> Comparison:
    """Read what was typed, and compare; z of the learner's own choice.

    Raises:
        Unusable: with the name of the field.
    """
    where = _read("z", z, FURTHEST, f"Choose a z between −{FURTHEST:.0f} and {FURTHEST:.0f}: beyond, σ is flat to 3 decimals.")
    return _compare(where, slope, epsilon)


async def check(
    database: Database, principal: Principal | None, question: Question, entry: str, slope: str, epsilon: str, now: datetime
) -> tuple[Comparison, SignedIn | None]:
    """Compare at an entry of the question's z, after noting it as a hint where it is one.

    Args:
        entry: its place, row-major, from 0.
    Raises:
        Unusable: with the name of the field; nothing is noted. NotAllowed: this account answers no questions.
    """
    z = question.batch.solved["z"][0].ravel()
    if entry not in map(str, range(z.size)):
        raise Unusable("/entry", "Choose one of the entries of z.")
    compared = _compare(float(z[int(entry)]), slope, epsilon)
    begun = None
    if tells_answer(question):
        begun = await solutions.take_hint(database, principal, str(question.id), now)
    return compared, begun


def _compare(z: float, slope: str, epsilon: str) -> Comparison:
    chosen = next((one for one in EPSILONS if f"{one:g}" == epsilon), None)
    if chosen is None:
        raise Unusable("/epsilon", "Choose one of the ε.")
    own = _read("slope", slope, _STEEPEST, "This is far too large for a slope of σ, which is never above 0.25.")
    return Comparison(z, own, chosen)


def _read(field: str, typed: str, largest: float, too_large: str) -> float:
    try:
        number = read_number(typed)
    except ValueError as error:
        raise Unusable(f"/{field}", str(error)) from None
    if number is None:
        raise Unusable(f"/{field}", "Type a number first.")
    if abs(number) > largest:
        raise Unusable(f"/{field}", too_large)
    return float(number)
