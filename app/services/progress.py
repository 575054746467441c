"""What a learner has reached, what to practise next, and what they have done lately.

Worked out when it is asked for, from the newest first tries of each skill and the newest mistakes: nothing is stored for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from app.analytics.suggestion import Standing, Suggestion, standing, suggest
from app.analytics.tries import MEMORY, Try
from app.engine.drill import drillable
from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS, Skill
from app.engine.wrong_rules import misconceptions_of
from app.persistence import learner_reports
from app.persistence.database import Database
from app.persistence.learner_reports import DayCount, FirstTry, MadeMistake

_DAYS = 28
_LATEST_MISTAKES = 50
_PAST = 3  # right first tries after a mistake, where it could have shown, at least, to call it past


@dataclass(frozen=True)
class SkillProgress:
    """first_try_score: mean, None without a first try. mastery: 0 … 1, of the latest first tries. last_try: of those.

    due: when a return is worth while; None while the skill is not mastered.
    """

    skill: str
    title: str
    attempts: int
    first_tries: int
    first_try_score: float | None
    mastery: float
    mastered: bool
    last_try: datetime | None
    due: datetime | None


@dataclass(frozen=True)
class Progress:
    """skills: every one, tried or not, in the catalogue's order."""

    skills: list[SkillProgress]
    next: Suggestion


@dataclass(frozen=True)
class Mistake:
    """A mistake of one learner's. times: among their latest named ones. last: when it was made.

    right_since: right first tries after that, in skills where it could have shown. drillable: there are questions to show it.
    """

    code: str
    title: str
    feedback: str
    times: int
    last: datetime
    right_since: int
    drillable: bool

    @property
    def is_past(self) -> bool:
        """Since it was made last, as many first tries were right as it was made, where it could have shown."""
        return self.right_since >= max(_PAST, self.times)


@dataclass(frozen=True)
class PracticeRecord:
    """days: the latest four weeks, today last. mistakes: the commonest first, those that are past at the end.

    counted: how many named mistakes that is out of.
    """

    progress: Progress
    days: list[DayCount]
    mistakes: list[Mistake]
    counted: int

    @property
    def attempts(self) -> int:
        return sum(one.attempts for one in self.progress.skills)

    @property
    def mastered(self) -> int:
        return sum(one.mastered for one in self.progress.skills)


def progress_of(database: Database, learner_id: str, now: datetime) -> Progress:
    """Three SELECTs."""
    with database.read() as connection:
        made = learner_reports.latest_mistakes(connection, learner_id, _LATEST_MISTAKES)
        progress, _ = _progress(connection, learner_id, made, now)
    return progress


def practice_record(database: Database, learner_id: str, now: datetime) -> PracticeRecord:
    """All that a learner's own page shows, from one state of the data. Four SELECTs."""
    today = now.date()
    with database.read() as connection:
        made = learner_reports.latest_mistakes(connection, learner_id, _LATEST_MISTAKES)
        progress, standings = _progress(connection, learner_id, made, now)
        days = learner_reports.learner_days(connection, learner_id, today - timedelta(days=_DAYS - 1), today)
    return PracticeRecord(progress, days, _mistakes(made, standings), len(made))


def _progress(
    connection: Connection, learner_id: str, made: Sequence[MadeMistake], now: datetime
) -> tuple[Progress, list[Standing]]:
    totals = learner_reports.learner_totals(connection, learner_id)
    tries = learner_reports.latest_first_tries(connection, learner_id, list(SKILLS), MEMORY)
    standings = [standing(skill.id, skill.title, _read(skill, tries.get(skill.id, ()), made), now) for skill in SKILLS.values()]
    skills = [
        SkillProgress(
            skill=one.skill,
            title=one.title,
            attempts=totals[one.skill].attempts if one.skill in totals else 0,
            first_tries=totals[one.skill].first_tries if one.skill in totals else 0,
            first_try_score=totals[one.skill].first_try_score if one.skill in totals else None,
            mastery=one.mastery,
            mastered=one.mastered,
            last_try=one.tries[-1].at if one.tries else None,
            due=one.returning.due if one.returning else None,
        )
        for one in standings
    ]
    return Progress(skills, suggest(standings, now)), standings


def _read(skill: Skill, first_tries: Sequence[FirstTry], made: Sequence[MadeMistake]) -> list[Try]:
    """A mistake belongs to the try of its moment: a learner answers one question at a time."""
    at: dict[datetime, tuple[str, ...]] = {}
    for mistake in made:
        at[mistake.submitted_at] = (*at.get(mistake.submitted_at, ()), mistake.code)
    return [
        Try(one.level, one.format == "choice", len(skill.parts), one.correct, one.submitted_at, at.get(one.submitted_at, ()))
        for one in first_tries
    ]


def _mistakes(made: Sequence[MadeMistake], standings: Sequence[Standing]) -> list[Mistake]:
    """Each code once; of those as common, the latest first. made: newest first."""
    codes = [one.code for one in made if one.code in MISCONCEPTIONS]
    found = []
    for code in dict.fromkeys(codes):
        last = next(one.submitted_at for one in made if one.code == code)
        known = MISCONCEPTIONS[code]
        right = sum(one.right and one.at > last for stand in standings if _can_show(stand.skill, code) for one in stand.tries)
        found.append(Mistake(code, known.title, known.feedback, codes.count(code), last, right, drillable(code)))
    return sorted(found, key=lambda one: (one.is_past, -one.times))


def _can_show(skill: str, code: str) -> bool:
    return any(known.code == code for known in misconceptions_of(SKILLS[skill]))
