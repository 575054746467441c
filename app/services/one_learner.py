"""One learner as those who teach them see them: what they tried, in order, how far they are, and which mistakes when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.persistence import accounts, attempts, courses, learner_reports
from app.persistence.accounts import Account
from app.persistence.courses import Course
from app.persistence.database import Database
from app.security.principals import Principal, may_read_class
from app.services.practice import AttemptRow
from app.services.progress import PracticeRecord, practice_record
from app.services.reach import OPEN_COURSE, check_learner, reach_of
from app.services.refusals import NotAllowed, NotFound

MOST_LISTED = 50

MOST_BY_WEEK = 8  # mistakes, those made most, that are told week by week
WEEKS_TOLD = timedelta(weeks=13)  # and of how long


@dataclass(frozen=True)
class Wanted:
    """Which of a learner's attempts: of a skill, with a misconception, if given; and from where on, in which order."""

    skill: str | None = None
    code: str | None = None
    oldest_first: bool = False
    beyond: int | None = None


@dataclass(frozen=True)
class Pattern:
    """A mistake in a skill. times: parts that showed it; first, last: when. weeks: the same by the Monday of each
    week, of WEEKS_TOLD; none beyond the MOST_BY_WEEK made most."""

    skill: str
    skill_title: str
    code: str
    title: str
    times: int
    first: datetime
    last: datetime
    weeks: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class LearnerReport:
    """course: from which one came, None for the open one. patterns: those made most first. attempts: as wanted; more: the id
    beyond which others follow, None where there are none.
    """

    account: Account
    course: Course | None
    record: PracticeRecord
    patterns: list[Pattern]
    attempts: list[AttemptRow]
    more: int | None


def learner_report(
    database: Database, principal: Principal, learner_id: str, now: datetime, course_id: str | None, wanted: Wanted
) -> LearnerReport:
    """Raises NotAllowed, NotFound."""
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may see the class.")
    if wanted.skill is not None and wanted.skill not in SKILLS:
        raise NotFound("There is no such skill.")
    with database.read() as connection:
        check_learner(connection, principal, learner_id)
        course = None
        if course_id not in (None, OPEN_COURSE):
            reach_of(connection, principal, course_id)
            course = courses.find_course(connection, course_id)
        account = accounts.find_account(connection, learner_id)
        assert account is not None
        made = learner_reports.mistake_totals(connection, learner_id)
        made.sort(key=lambda one: (-one.times, one.skill, one.code))
        most = [(one.skill, one.code) for one in made[:MOST_BY_WEEK]]
        by_week = learner_reports.mistakes_by_week(connection, learner_id, now.date() - WEEKS_TOLD, most)
        rows = attempts.latest_attempts(
            connection,
            learner_id,
            MOST_LISTED + 1,
            wanted.beyond,
            skill=wanted.skill,
            code=wanted.code,
            oldest_first=wanted.oldest_first,
        )
    listed = rows[:MOST_LISTED]
    more = listed[-1].id if len(rows) > MOST_LISTED else None
    return LearnerReport(account, course, practice_record(database, learner_id, now), _patterns(made, by_week), listed, more)


def _patterns(made: list[learner_reports.MistakeTotal], by_week: dict[tuple[str, str], list[tuple[date, int]]]) -> list[Pattern]:
    return [
        Pattern(
            one.skill,
            SKILLS[one.skill].title if one.skill in SKILLS else one.skill,
            one.code,
            MISCONCEPTIONS[one.code].title if one.code in MISCONCEPTIONS else one.code,
            one.times,
            one.first_at,
            one.last_at,
            tuple(by_week.get((one.skill, one.code), ())),
        )
        for one in made
    ]
