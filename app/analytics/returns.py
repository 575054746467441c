"""When to return to a skill that was mastered, before it is forgotten: spaced repetition by FSRS.

A skill is what FSRS calls a card, and each first try at one of its questions a review. The numbers are fresh each time,
so what is recalled is the way, not the answer. Everything follows from the stored first tries: nothing is scheduled in
advance, nothing random is added, and the same tries always give the same day.

Source: the `fsrs` library with its default parameters; Ye, Su, Cao, "A stochastic shortest path algorithm for optimizing
    spaced repetition scheduling", KDD 2022.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fsrs import Card, Rating, Scheduler

from app.analytics.tries import Try

# Without steps of minutes: a sitting is enough by itself to come back on another day.
_SCHEDULER = Scheduler(
    desired_retention=0.9,  # return when one in ten would have forgotten
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=180,  # days; a course is not much longer
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Return:
    """due: the moment from which a return is worth while. recall: the probability, 0 … 1, that the way is still known."""

    due: datetime
    recall: float


def plan_return(tries: Sequence[Try], now: datetime) -> Return | None:
    """When to return after these first tries, oldest first, and how firm it sits now; None after none."""
    if not tries:
        return None
    card = Card(card_id=0, due=tries[0].at)  # given both, it looks at no clock
    for one in tries:
        card, _ = _SCHEDULER.review_card(card, _rating(one), one.at)
    return Return(card.due, _SCHEDULER.get_card_retrievability(card, now))


def _rating(one: Try) -> Rating:
    """Recognising among options is a weaker recall than working out."""
    if not one.right:
        return Rating.Again
    return Rating.Hard if one.chosen else Rating.Good
