"""Which mistakes a class makes, week by week, and the attempts behind each count."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.persistence import courses, mistake_reports
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.mistake_reports import MistakenAttempt as MistakenAttempt
from app.security.principals import Principal, may_read_class
from app.services.reach import reach_of
from app.services.refusals import NotAllowed, NotFound

WEEK = timedelta(days=7)
MOST_LISTED = 50


@dataclass(frozen=True)
class MistakeWeek:
    """made: learners who made the mistake. answered: learners who answered the skill."""

    monday: date
    made: int
    answered: int


@dataclass(frozen=True)
class MistakeRow:
    """One mistake in one skill; weeks: oldest first."""

    skill: str
    skill_title: str
    code: str
    title: str
    weeks: tuple[MistakeWeek, ...]

    @property
    def made(self) -> int:
        return sum(week.made for week in self.weeks)


@dataclass(frozen=True)
class MistakesReport:
    """course: None for the open one. mondays: of the weeks, oldest first. rows: those made most first."""

    course: Course | None
    mondays: tuple[date, ...]
    rows: list[MistakeRow]


@dataclass(frozen=True)
class MistakeAttempts:
    """The attempts behind a cell. more: the id beyond which others follow, None where there are none."""

    course: Course | None
    skill_title: str
    title: str
    monday: date
    attempts: list[MistakenAttempt]
    more: int | None


def mistakes_report(
    database: Database,
    principal: Principal,
    now: datetime,
    course_id: str,
    weeks: int,
    until: date | None = None,
    skill: str | None = None,
) -> MistakesReport:
    """The weeks up to the one that holds `until`, or today; a week begins on Monday where the course is.

    Raises NotAllowed, NotFound.
    """
    _check(principal, skill)
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course = courses.find_course(connection, course_id)
        zone = _zone(course)
        last = _monday(until or now.astimezone(zone).date())
        mondays = tuple(last - WEEK * k for k in reversed(range(weeks)))
        starts = [_begins(monday, zone) for monday in mondays]
        made, answered = mistake_reports.weekly_mistakes(connection, reach, starts, _begins(last + WEEK, zone), skill)
    counts = {(one.skill, one.code, one.week): one.learners for one in made}
    rows = [
        MistakeRow(
            of_skill,
            SKILLS[of_skill].title if of_skill in SKILLS else of_skill,
            code,
            _title(code),
            tuple(
                MistakeWeek(monday, counts.get((of_skill, code, k), 0), answered.get((of_skill, k), 0))
                for k, monday in enumerate(mondays)
            ),
        )
        for of_skill, code in {(one.skill, one.code) for one in made}
    ]
    return MistakesReport(course, mondays, sorted(rows, key=lambda row: (-row.made, row.skill, row.code)))


def mistake_attempts(
    database: Database,
    principal: Principal,
    course_id: str,
    skill: str,
    code: str,
    monday: date,
    beyond_id: int | None = None,
    oldest_first: bool = False,
) -> MistakeAttempts:
    """The attempts of a week in which a mistake was made, newest first unless told otherwise. Raises NotAllowed, NotFound."""
    _check(principal, skill)
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course = courses.find_course(connection, course_id)
        zone, first = _zone(course), _monday(monday)
        found = mistake_reports.mistaken_attempts(
            connection,
            reach,
            skill,
            code,
            _begins(first, zone),
            _begins(first + WEEK, zone),
            MOST_LISTED + 1,
            beyond_id,
            oldest_first,
        )
    listed = found[:MOST_LISTED]
    more = listed[-1].id if len(found) > MOST_LISTED else None
    return MistakeAttempts(course, SKILLS[skill].title, _title(code), first, listed, more)


def _check(principal: Principal, skill: str | None) -> None:
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may see the class.")
    if skill is not None and skill not in SKILLS:
        raise NotFound("There is no such skill.")


def _title(code: str) -> str:
    return MISCONCEPTIONS[code].title if code in MISCONCEPTIONS else code


def _zone(course: Course | None) -> ZoneInfo:
    return ZoneInfo(course.time_zone if course is not None else "UTC")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
