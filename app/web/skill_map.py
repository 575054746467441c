"""The skills as a map: the way of a value forward, and of its gradient back, with what a learner has reached on it."""

from dataclasses import dataclass
from datetime import datetime

from app.analytics.dependence import ASIDE, BACK, FORWARD
from app.analytics.suggestion import days_ago, days_ahead
from app.engine.skills import SKILLS, Skill
from app.services.progress import Progress, SkillProgress

_WORDS = ((0.4, "just begun"), (0.8, "getting there"), (1.0, "nearly there"))


@dataclass(frozen=True)
class Stop:
    """One skill on the map. word: its mastery in words. when: when it was practised last, or is worth a return."""

    skill: SkillProgress
    word: str
    when: str
    is_next: bool


@dataclass(frozen=True)
class SkillMap:
    """forward, back: in the order in which one walks. aside: what lies beside it. whole: the skills that take the whole way."""

    forward: list[Stop]
    back: list[Stop]
    aside: list[Stop]
    whole: list[Stop]


def skill_map(progress: Progress, now: datetime) -> SkillMap:
    stops = {one.skill: _stop(one, progress.next.skill, now) for one in progress.skills}
    return SkillMap(
        forward=[stops[skill] for skill in FORWARD if skill in stops],
        back=[stops[skill] for skill in BACK if skill in stops],
        aside=[stops[skill] for skill in ASIDE if skill in stops],
        whole=[stop for skill, stop in stops.items() if skill not in FORWARD + BACK + ASIDE],
    )


def along_the_way() -> list[tuple[str, list[Skill]]]:
    """The same order without a learner."""
    on_the_way = (("Forward", FORWARD), ("And back", BACK))
    groups = [(title, [SKILLS[skill] for skill in way if skill in SKILLS]) for title, way in on_the_way]
    return [*groups, ("The whole way", [skill for skill in SKILLS.values() if skill.id not in FORWARD + BACK])]


def _stop(one: SkillProgress, suggested: str | None, now: datetime) -> Stop:
    if one.last_try is None:
        return Stop(one, "not begun", "", one.skill == suggested)
    if one.due is not None:
        word = "mastered"
        when = "worth a return now" if one.due <= now else f"return {days_ahead(one.due, now)}"
    else:
        word = next(word for below, word in _WORDS if one.mastery < below)
        when = f"last tried {days_ago(one.last_try, now)}"
    return Stop(one, word, when, one.skill == suggested)
