"""A class as it answers: what the last hour brought, and word of each new attempt within about a second."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.persistence import courses, export_reports, live_reports
from app.persistence.courses import Course
from app.persistence.database import Database, StorageBusy, StorageDown
from app.persistence.live_reports import FreshAttempt as FreshAttempt
from app.security.principals import Principal, may_read_class
from app.services.reach import reach_of
from app.services.refusals import NotAllowed
from app.services.reporting import MistakeCount

LATELY = timedelta(hours=1)
_MOST = 1000  # attempts of that hour that are looked at; with more, the page says so
_LISTED = 15


@dataclass(frozen=True)
class SkillNow:
    """right: the share of answers wholly right."""

    title: str
    answers: int
    right: float


@dataclass(frozen=True)
class LiveReport:
    """newest: the id of the newest attempt of anybody when this was read. answers: of the last hour, at most
    _MOST; latest: the newest of them. skills, mistakes: those met most first.
    """

    course: Course | None
    newest: int
    at: datetime
    answers: int
    learners: int
    right: float | None
    skills: list[SkillNow]
    mistakes: list[MistakeCount]
    latest: list[FreshAttempt]

    @property
    def counted(self) -> str:
        return f"{self.answers:,}" if self.answers < _MOST else f"{_MOST:,}+"


def live_report(database: Database, principal: Principal, now: datetime, course_id: str) -> LiveReport:
    """The class in the last hour, from one state of the data. Raises NotAllowed, NotFound."""
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may see the class.")
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course = courses.find_course(connection, course_id)
        newest = export_reports.newest_attempt(connection)
        found = live_reports.fresh_attempts(connection, reach, newest, now - LATELY, _MOST)
    by_skill: dict[str, list[bool]] = defaultdict(list)
    titles: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for one in found:
        by_skill[one.skill].append(one.correct)
        known = {part["misconception"]["code"]: part["misconception"]["title"] for part in one.parts if part.get("misconception")}
        titles.update(known)
        counts.update(known.keys())
    skills = [
        SkillNow(SKILLS[skill].title if skill in SKILLS else skill, len(right), sum(right) / len(right))
        for skill, right in sorted(by_skill.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    mistakes = [
        MistakeCount(code, MISCONCEPTIONS[code].title if code in MISCONCEPTIONS else titles[code], count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    right = sum(one.correct for one in found) / len(found) if found else None
    learners = len({one.learner_id for one in found})
    return LiveReport(course, newest, now, len(found), learners, right, skills, mistakes, found[:_LISTED])


class Watch:
    """Tells all listeners of this process when a new attempt can be read, whichever process stored it.

    One task asks the database for its newest id, and only while somebody listens.
    """

    def __init__(self, database: Database, every: float = 1.0) -> None:
        self._database = database
        self._every = every
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._newest = 0
        self.reachable = True

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Keeps the watch going while the block lasts."""
        self._listeners += 1
        if self._task is None:
            self._task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    async def newer_than(self, attempt_id: int, seconds: float) -> bool:
        """Whether an attempt with a higher id shows within so many seconds."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._newest > attempt_id)
        except TimeoutError:
            return False
        return True

    async def _look(self) -> None:
        while True:
            try:
                newest = await asyncio.to_thread(self._read)
                self.reachable = True
            except (StorageBusy, StorageDown):
                self.reachable = False
            else:
                if newest != self._newest:
                    async with self._changed:
                        self._newest = newest
                        self._changed.notify_all()
            await asyncio.sleep(self._every)

    def _read(self) -> int:
        with self._database.read() as connection:
            return export_reports.newest_attempt(connection)
