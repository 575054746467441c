"""What an instructor sees of the class. The cost of each view is a fixed number of SELECTs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS, Skill
from app.persistence import class_reports, courses, outcomes, reports
from app.persistence.class_reports import ClassDay, Stuck
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.outcomes import OutcomeCount, OutcomeMistakes
from app.persistence.reports import LearnerScore as LearnerScore
from app.persistence.reports import SkillSummary
from app.security.principals import Principal, may_read_class
from app.services.reach import reach_of
from app.services.refusals import NotAllowed

_MOST_LISTED = 50
_LATELY = timedelta(hours=1)
_DAYS = timedelta(days=27)  # four weeks with today
_STUCK_SINCE = timedelta(days=1)
FEWEST_WRONG = 3  # in a row, for somebody to be called stuck


@dataclass(frozen=True)
class MistakeCount:
    code: str
    title: str
    count: int


@dataclass(frozen=True)
class SkillReport:
    """One skill across the class. right_at_first: share of first tries that were wholly right; None without any."""

    skill: str
    title: str
    attempts: int
    first_tries: int
    right_at_first: float | None


@dataclass(frozen=True)
class ClassReport:
    """course: None for the open one. distribution: learners by mean first-try score, ten bins of ten per cent. mistakes: of all
    skills, commonest first. seen_lately: learners who answered within the last hour. days: four weeks
    up to today. stuck: who got FEWEST_WRONG or more in a row wrong within the last day. erased: attempts of learners who are
    erased; they count in skills, mistakes and days, and in nothing that is told by learner.
    """

    course: Course | None
    learners: list[LearnerScore]
    distribution: list[int]
    skills: list[SkillReport]
    mistakes: list[MistakeCount]
    seen_lately: int
    days: list[ClassDay]
    stuck: list[Stuck]
    erased: int
    erased_first_tries: int
    erased_first_try_sum: float

    @property
    def attempts(self) -> int:
        return sum(learner.attempts for learner in self.learners) + self.erased

    @property
    def not_begun(self) -> list[LearnerScore]:
        return [learner for learner in self.learners if not learner.attempts]

    @property
    def begun(self) -> int:
        return sum(learner.attempts > 0 for learner in self.learners)

    @property
    def first_try_score(self) -> float | None:
        """The mean over all first tries of the class; None without any."""
        first_tries = sum(learner.first_tries for learner in self.learners) + self.erased_first_tries
        total = sum(learner.first_tries * (learner.first_try_score or 0.0) for learner in self.learners)
        total += self.erased_first_try_sum
        return total / first_tries if first_tries else None


def learner_scores(database: Database, principal: Principal, course_id: str | None = None) -> list[LearnerScore]:
    """Every learner in reach, or of one course, with attempts and first-try scores. Raises NotAllowed, NotFound."""
    _check(principal)
    with database.read() as connection:
        return reports.learner_scores(connection, reach_of(connection, principal, course_id))


def class_report(database: Database, principal: Principal, now: datetime, course_id: str) -> ClassReport:
    """The class at a glance, from one state of the data; course_id may be OPEN_COURSE. Raises NotAllowed, NotFound."""
    _check(principal)
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course = courses.find_course(connection, course_id)
        learners = reports.learner_scores(connection, reach)
        days = class_reports.class_days(connection, reach, (now - _DAYS).date(), now.date())
        stuck = class_reports.stuck_learners(connection, reach, now - _STUCK_SINCE, FEWEST_WRONG)
        made = reports.mistakes_made(connection, reach)
        gone = outcomes.outcome_counts(connection, reach)
        gone_mistakes = outcomes.outcome_mistakes_made(connection, reach)
        gone_days = outcomes.outcome_days(connection, reach, days[0].day, days[-1].day)
    summaries = {summary.skill: summary for summary in reports.skill_summary(learners)}
    skills = [_skill_report(skill, summaries.get(skill.id), gone) for skill in SKILLS.values()]
    days = [replace(one, attempts=one.attempts + gone_days.get(one.day, 0)) for one in days]
    seen = sum(learner.last_seen is not None and learner.last_seen > now - _LATELY for learner in learners)
    return ClassReport(
        course,
        learners,
        reports.score_distribution(learners),
        skills,
        _mistakes(made, gone_mistakes),
        seen,
        days,
        stuck,
        sum(one.attempts for one in gone),
        sum(one.first_tries for one in gone),
        sum(one.first_try_sum for one in gone),
    )


def _skill_report(skill: Skill, summary: SkillSummary | None, gone: list[OutcomeCount]) -> SkillReport:
    erased = [one for one in gone if one.skill == skill.id]
    first_tries = (summary.first_tries if summary else 0) + sum(one.first_tries for one in erased)
    right = (summary.right_at_first if summary else 0) + sum(one.right_at_first for one in erased)
    return SkillReport(
        skill.id,
        skill.title,
        (summary.attempts if summary else 0) + sum(one.attempts for one in erased),
        first_tries,
        right / first_tries if first_tries else None,
    )


def _mistakes(made: Mapping[str, int], gone: list[OutcomeMistakes]) -> list[MistakeCount]:
    """Commonest first; one misconception can be made in several skills."""
    counts = Counter(made)
    for one in gone:
        counts[one.code] += one.times
    return [
        MistakeCount(code, MISCONCEPTIONS[code].title if code in MISCONCEPTIONS else code, count)
        for code, count in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    ]


def _check(principal: Principal) -> None:
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may see the class.")
