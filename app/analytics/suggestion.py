"""What to practise next, with the reason in words. A suggestion: every skill stays open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.analytics.dependence import in_order_of_dependence, prerequisites_of
from app.analytics.mastery import MASTERED, mastery_after_each
from app.analytics.returns import Return, plan_return
from app.analytics.tries import Try
from app.engine.drill import drillable
from app.engine.misconceptions import MISCONCEPTIONS

_HIGHEST = 3
_IN_A_ROW = 2  # right to go a level up, wrong to go one down
_LATEST = 5  # tries that a reason speaks of
_SEVERAL = 3  # of these with one named mistake, and that comes first


@dataclass(frozen=True)
class Standing:
    """Where one learner stands in one skill.

    title: as in "The derivative σ′(z)". tries: first tries, oldest first. mastery: 0 … 1. had_it: mastered now or once.
    level: to practise at. returning: when to come back; None while it is not mastered.
    """

    skill: str
    title: str
    tries: Sequence[Try]
    mastery: float
    had_it: bool
    level: int
    returning: Return | None

    @property
    def mastered(self) -> bool:
        return self.mastery >= MASTERED

    @property
    def habit(self) -> tuple[str, int] | None:
        """The named mistake that was made in several of the latest tries, and in how many; None without one, and once the
        latest tries in a row were right. Of those as common, the one made last.
        """
        latest = self.tries[-_LATEST:]
        if all(one.right for one in latest[-_IN_A_ROW:]):
            return None
        made = Counter(code for one in reversed(latest) for code in sorted(set(one.mistakes)) if code in MISCONCEPTIONS)
        code, times = max(made.items(), key=lambda item: item[1], default=("", 0))
        return (code, times) if times >= _SEVERAL else None

    def is_due(self, now: datetime) -> bool:
        return self.returning is not None and self.returning.due <= now


@dataclass(frozen=True)
class Suggestion:
    """skill: None when all is mastered and nothing is due. reason: a sentence for the learner. drill: the code of a mistake to
    practise against, where one is in the way.
    """

    skill: str | None
    level: int
    reason: str
    drill: str | None = None


def standing(skill: str, title: str, tries: Sequence[Try], now: datetime) -> Standing:
    """Where somebody stands after these first tries at a skill, oldest first."""
    course = mastery_after_each(tries)
    mastered = course[-1] >= MASTERED
    return Standing(
        skill, title, tries, course[-1], max(course) >= MASTERED, next_level(tries), plan_return(tries, now) if mastered else None
    )


def next_level(tries: Sequence[Try]) -> int:
    """The level of the latest try; one up after two right ones there in a row, one down after two wrong ones."""
    if not tries:
        return 1
    level = tries[-1].level
    latest = [one for one in tries[-_IN_A_ROW:] if one.level == level]
    if len(latest) == _IN_A_ROW and all(one.right for one in latest):
        return min(level + 1, _HIGHEST)
    if len(latest) == _IN_A_ROW and not any(one.right for one in latest):
        return max(level - 1, 1)
    return level


def suggest(standings: Sequence[Standing], now: datetime) -> Suggestion:
    """First what is due for a return, the least firm before the others, since one right answer settles it; then a skill in
    which one mistake is made again and again, since nothing that is built on it can stand; then the first that is not
    mastered. Both in the order of dependence.
    """
    due = [one for one in standings if one.is_due(now)]
    if due:
        weakest = min(due, key=lambda one: one.returning.recall if one.returning else 1.0)
        when = days_ago(weakest.tries[-1].at, now)
        return Suggestion(
            weakest.skill, weakest.level, f"You mastered this, and last practised it {when}. A short return keeps it."
        )
    by_skill = {one.skill: one for one in standings}
    order = in_order_of_dependence(list(by_skill))
    for one in (by_skill[skill] for skill in order):
        if one.habit and not one.mastered:
            return _against(one, *one.habit)
    for skill in order:
        if not by_skill[skill].mastered:
            return Suggestion(skill, by_skill[skill].level, _why(by_skill[skill], by_skill))
    soonest = min((one.returning.due for one in standings if one.returning), default=now)
    return Suggestion(None, 1, f"You have mastered every skill. The first return is worth while {days_ahead(soonest, now)}.")


def _against(one: Standing, code: str, times: int) -> Suggestion:
    made = f"{times} of your last {len(one.tries[-_LATEST:])} first tries had the same mistake: {MISCONCEPTIONS[code].title}."
    return Suggestion(one.skill, one.level, f"{made} Put this right first.", code if drillable(code) else None)


def _why(one: Standing, by_skill: dict[str, Standing]) -> str:
    if one.had_it:
        return "You had this, and lately it went wrong. Another look brings it back."
    if one.tries:
        latest = one.tries[-_LATEST:]
        right = sum(try_.right for try_ in latest)
        told = f"{right or 'none'} of your last {len(latest)} first tries {'were' if right > 1 else 'was'} right"
        return f"You are in the middle of this: {told if len(latest) > 1 else 'you have tried it once'}. Go on until it is safe."
    bases = [by_skill[other].title for other in prerequisites_of(one.skill, by_skill)]
    if bases:
        return f"You have mastered what it builds on: {_listed([title[0].lower() + title[1:] for title in bases])}."
    if any(other.tries for other in by_skill.values()):
        return "It builds on nothing else, and later skills build on it."
    return "A good place to begin: later skills build on it."


def days_ago(then: datetime, now: datetime) -> str:
    """In words: "today", "yesterday", "9 days ago". By whole days passed."""
    days = max((now - then).days, 0)
    return ("today", "yesterday")[days] if days < 2 else f"{days} days ago"


def days_ahead(then: datetime, now: datetime) -> str:
    """In words: "today", "tomorrow", "in 9 days". By the nearest whole day."""
    days = max(round((then - now).total_seconds() / 86_400), 0)
    return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
