"""What a learner has reached, and what to practise next."""

from dataclasses import dataclass

from app.analytics.mastery import MASTERED, mastery
from app.engine.skills import SKILLS
from app.persistence import reports
from app.persistence.database import Database


@dataclass(frozen=True)
class SkillProgress:
    """first_try_score: mean, None without a first try. mastery: 0 … 1."""

    skill: str
    title: str
    attempts: int
    first_tries: int
    first_try_score: float | None
    mastery: float


@dataclass(frozen=True)
class Progress:
    skills: list[SkillProgress]
    next: str | None


def progress_of(database: Database, learner_id: str) -> Progress:
    """Every skill, tried or not, in the order in which one builds on another; `next` is the first that is not mastered yet."""
    with database.read() as connection:
        tried = {one.skill: one for one in reports.learner_progress(connection, learner_id)}
    skills = []
    for skill in SKILLS.values():
        one = tried.get(skill.id)
        outcomes = [(outcome.correct, outcome.format == "choice") for outcome in one.outcomes] if one else []
        skills.append(
            SkillProgress(
                skill.id,
                skill.title,
                one.attempts if one else 0,
                one.first_tries if one else 0,
                one.first_try_score if one else None,
                mastery(outcomes),
            )
        )
    return Progress(skills, next((one.skill for one in skills if one.mastery < MASTERED), None))
