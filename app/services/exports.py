"""What leaves the desk as a table: the gradebook, attempts, and item statistics."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.engine import Connection

from app.engine.skills import SKILLS
from app.persistence import assignments, audit, courses, export_reports, reports
from app.persistence.courses import Course, Member
from app.persistence.database import Database
from app.persistence.reach import Reach
from app.persistence.reports import LearnerScore
from app.security.principals import Principal, may_read_class
from app.services.assignment_results import read_results
from app.services.items import items_report
from app.services.reach import OPEN_COURSE, reach_of
from app.services.refusals import NotAllowed
from app.services.spreadsheets import Cell, Rows, write_csv, write_xlsx

Subject = Literal["gradebook", "attempts", "items"]
FileType = Literal["csv", "xlsx"]

_BLOCK = 500


@dataclass(frozen=True)
class Table:
    """subject: what it is, also as the name of its file. course: the one it is of; whose: the same in words. rows: can be walked
    through once. last_id: for attempts, the id up to which they go.
    """

    subject: Subject
    course: Course | None
    whose: str
    columns: Sequence[str]
    rows: Rows
    last_id: int = 0

    def written(self, file_type: FileType, mark: bool = False) -> Iterator[bytes]:
        """The file, chunk by chunk. mark: see write_csv."""
        if file_type == "xlsx":
            return write_xlsx(self.columns, self.rows)
        return write_csv(self.columns, self.rows, mark)


def export(database: Database, principal: Principal, subject: Subject, course_id: str | None, after_id: int = 0) -> Table:
    """The table of a subject, for learners in reach or of one course; attempts with ids above `after_id`.

    Raises NotAllowed, NotFound.
    """
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may export.")
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course, whose = _of_whom(connection, principal, course_id)
    if subject == "attempts":
        return _attempts(database, reach, course, whose, after_id)
    if subject == "items":
        return _items(database, principal, course, whose, course_id)
    return _gradebook(database, principal, reach, course, whose)


def _of_whom(connection: Connection, principal: Principal, course_id: str | None) -> tuple[Course | None, str]:
    """The course that a table is of, and the same in words. Whoever reads one course alone takes that one without naming it."""
    if course_id == OPEN_COURSE:
        return None, "the open course"
    if course_id is None:
        taught = courses.courses_taught(connection, principal.account_id)
        if principal.role != "integration" or len(taught) != 1:
            return None, "all courses" if principal.role == "administrator" else "all their courses"
        course_id = taught[0].course.id
    course = courses.find_course(connection, course_id)
    return course, course.name if course else "a course that is gone"


async def note_export(database: Database, principal: Principal, table: Table, file_type: FileType, now: datetime) -> None:
    """Writes into the audit trail that somebody takes a table away; returns after COMMIT."""
    course = table.course
    words = {"gradebook": "the gradebook", "attempts": "the attempts", "items": "the item statistics"}[table.subject]
    detail = f"{words.capitalize()} of {table.whose} went out as {file_type.upper()}."
    await database.write(
        lambda connection: audit.record(
            connection,
            "export",
            now,
            actor_id=principal.account_id,
            detail=detail,
            course_id=course.id if course else None,
        )
    )


def _attempts(database: Database, reach: Reach, course: Course | None, whose: str, after_id: int) -> Table:
    with database.read() as connection:
        last = export_reports.newest_attempt(connection)
    columns = ["attempt", "learner", "name", "question", "skill", "level", "format", "submitted_at", "score", "correct"]
    columns += ["first_try", "answer", "mistakes", "program_version"]
    return Table("attempts", course, whose, columns, _attempt_rows(database, reach, after_id, last), max(last, after_id))


def _attempt_rows(database: Database, reach: Reach, after_id: int, last: int) -> Iterator[Sequence[Cell]]:
    """Each block is a reading of its own: a slow listener keeps no connection."""
    while True:
        with database.read() as connection:
            block = export_reports.exported_attempts(connection, reach, after_id, last, _BLOCK)
        for one in block:
            codes = [part["misconception"]["code"] for part in one.parts if part.get("misconception")]
            yield (
                one.id,
                one.learner_id,
                one.learner,
                one.question_id,
                one.skill,
                one.level,
                one.format,
                one.submitted_at,
                one.score,
                one.correct,
                one.first_try,
                json.dumps(one.answer_sent, ensure_ascii=False),
                " ".join(codes),
                one.program_version,
            )
        if len(block) < _BLOCK:
            return
        after_id = block[-1].id


def _gradebook(database: Database, principal: Principal, reach: Reach, course: Course | None, whose: str) -> Table:
    with database.read() as connection:
        learners = reports.learner_scores(connection, reach)
        members = {one.learner_id: one for one in courses.roster(connection, course.id)} if course else {}
        set_work = assignments.assignments_of(connection, [course.id]) if course else []
    columns = ["learner", "name", "student_number", "attempts", "first_tries", "first_try_score", "last_seen"]
    columns += [f"{skill} first_try_score" for skill in SKILLS]
    columns += [f"{one.title} (of {one.points})" for one in set_work]
    points: list[dict[str, float | None]] = [
        {
            result.learner_id: result.points if result.begun_at else None
            for result in read_results(database, principal, one.id).learners
        }
        for one in set_work
    ]
    rows = (_graded(one, members.get(one.learner_id), points) for one in learners)
    return Table("gradebook", course, whose, columns, rows)


def _graded(one: LearnerScore, member: Member | None, points: list[dict[str, float | None]]) -> Sequence[Cell]:
    number = member.student_number if member else None
    by_skill = [one.by_skill[skill].first_try_score if skill in one.by_skill else None for skill in SKILLS]
    reached = [of_one.get(one.learner_id) for of_one in points]
    seen = (one.attempts, one.first_tries, one.first_try_score, one.last_seen)
    return (one.learner_id, one.name, number, *seen, *by_skill, *reached)


def _items(database: Database, principal: Principal, course: Course | None, whose: str, course_id: str | None) -> Table:
    report = items_report(database, principal, course_id)
    statistics = ("n", "n_rest", "facility", "discrimination", "efficiency", "effective_weight")
    rows = ((*one.item, one.first_tries, *(getattr(one.statistics, name) for name in statistics)) for one in report.items)
    return Table("items", course, whose, ["skill", "level", "format", "first_tries", *statistics], rows)
