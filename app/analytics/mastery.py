"""Mastery of a skill from first tries: Bayesian knowledge tracing.

The model has one hidden state, knowing the skill or not. Before each first try it is known with probability P(L); a
right answer comes from knowing without a slip (S), or from not knowing and getting there otherwise (G). After it,

    P(L | right) = P(L) (1 - S) / (P(L) (1 - S) + (1 - P(L)) G)
    P(L | wrong) = P(L) S / (P(L) S + (1 - P(L)) (1 - G))
    P(L next)    = P(L | observed) + (1 - P(L | observed)) T

Source: Corbett, Anderson, "Knowledge tracing: Modeling the acquisition of procedural knowledge", User Modeling and
    User-Adapted Interaction 4 (1995), pp. 253-278. S and G that differ from item to item: Pardos, Heffernan, "KT-IDEM:
    Introducing item difficulty to the knowledge tracing model", UMAP 2011, pp. 243-254.

A try is right or wrong as a whole, whatever its score. A share of right entries is no evidence of knowing: whoever drops
the sign of dh is right wherever dh is positive, and would climb to mastery by a fixed mistake. Of linked parts, all must
be right: those that are have skills of their own to be credited in. What is fair to linked parts is that each is
another chance to slip, so S grows with their number; G does not shrink with it, since one missing part is enough for
not knowing the whole, and then only that one must be got otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.analytics.tries import Try


@dataclass(frozen=True)
class Parameters:
    """Probabilities. known: P(L) before the first try. learn: T. The others by level 1, 2, 3; slip: S for one part.

    They are set by hand, not fitted: there is no class yet to fit them to. tests/analytics/test_simulated_learners.py shows
    what they do. A right answer at a higher level tells more and a wrong one less, for one part as for six linked ones.

    slip: more entries with more digits are more chances. It stays below G, so that a right and a wrong answer together
        lower the odds: whoever is right half of the time does not climb.
    guess_numeric: nobody guesses a vector to 3 decimals; but one can be right beside the steps of the question before, or
        where the numbers forgive what one has not understood. Level 1 has few numbers, and they come again.
    guess_choice: far more than one in four, since options with an impossible sign or size can be struck out without
        working anything out.
    """

    known: float = 0.15
    learn: float = 0.05
    slip: tuple[float, float, float] = (0.07, 0.08, 0.09)
    guess_numeric: tuple[float, float, float] = (0.25, 0.2, 0.15)
    guess_choice: tuple[float, float, float] = (0.5, 0.45, 0.4)

    def slip_of(self, one: Try) -> float:
        """S of a whole try: a slip in at least one of its parts."""
        return float(1 - (1 - self.slip[one.level - 1]) ** one.parts)

    def guess_of(self, one: Try) -> float:
        return (self.guess_choice if one.chosen else self.guess_numeric)[one.level - 1]


PARAMETERS = Parameters()
MASTERED = 0.95


def mastery(tries: Sequence[Try], parameters: Parameters = PARAMETERS) -> float:
    """The probability, 0 … 1, that a skill is known after these first tries, oldest first; `parameters.known` after none."""
    return mastery_after_each(tries, parameters)[-1]


def mastery_after_each(tries: Iterable[Try], parameters: Parameters = PARAMETERS) -> list[float]:
    """Mastery before the first try and after each, oldest first: one number more than there are tries."""
    known = parameters.known
    course = [known]
    for one in tries:
        slip, guess = parameters.slip_of(one), parameters.guess_of(one)
        if one.right:
            observed = known * (1 - slip) / (known * (1 - slip) + (1 - known) * guess)
        else:
            observed = known * slip / (known * slip + (1 - known) * (1 - guess))
        known = observed + (1 - observed) * parameters.learn
        course.append(known)
    return course
