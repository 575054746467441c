"""Mastery of a skill from first tries: Bayesian knowledge tracing.

The model has one hidden state, knowing the skill or not. Before each first try it is known with probability P(L); a
right answer comes from knowing without a slip, or from guessing. After observing it,

    P(L | right) = P(L) (1 - S) / (P(L) (1 - S) + (1 - P(L)) G)
    P(L | wrong) = P(L) S / (P(L) S + (1 - P(L)) (1 - G))
    P(L next)    = P(L | observed) + (1 - P(L | observed)) T

Source: Corbett, Anderson, "Knowledge tracing: Modeling the acquisition of procedural knowledge", User Modeling and
    User-Adapted Interaction 4 (1995), pp. 253-278.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """known: P(L) before the first try. learn: T. slip: S. guess: G, by format; all are probabilities."""

    known: float = 0.2
    learn: float = 0.15
    slip: float = 0.1
    guess_numeric: float = 0.02  # a vector to 3 decimals is not guessed; what is left is the friend who tells
    guess_choice: float = 0.25  # one of four


PARAMETERS = Parameters()
MASTERED = 0.95


def mastery(first_tries: Iterable[tuple[bool, bool]], parameters: Parameters = PARAMETERS) -> float:
    """The probability that a skill is known after these first tries.

    Args:
        first_tries: (correct, chosen from options), oldest first.
    Returns:
        0 … 1; `parameters.known` when nothing was tried.
    """
    known = parameters.known
    for correct, chosen in first_tries:
        guess = parameters.guess_choice if chosen else parameters.guess_numeric
        if correct:
            observed = known * (1 - parameters.slip) / (known * (1 - parameters.slip) + (1 - known) * guess)
        else:
            observed = known * parameters.slip / (known * parameters.slip + (1 - known) * (1 - guess))
        known = observed + (1 - observed) * parameters.learn
    return known
