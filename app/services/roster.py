"""A course's roster: import a list, correct, remove, and make two identities of one person one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.engine import Connection

from app.persistence import accounts, audit, courses, identities
from app.persistence.database import Database
from app.security.principals import Principal
from app.security.tokens import new_account_id
from app.services.accounts import read_name
from app.services.courses import teach
from app.services.joining import read_number
from app.services.reach import check_learner
from app.services.refusals import NotFound, Unusable
from app.services.roster_file import ListedLearner


@dataclass(frozen=True)
class ImportLine:
    """What became of a line. detail: for people; of a complaint, why."""

    line: int
    name: str
    student_number: str | None
    outcome: Literal["added", "known", "complaint"]
    detail: str


@dataclass(frozen=True)
class ImportReport:
    """stored: whether anything was; one complaint, and nothing is."""

    lines: list[ImportLine]
    stored: bool

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.lines)


async def import_learners(
    database: Database, principal: Principal, course_id: str, listed: list[ListedLearner], now: datetime
) -> ImportReport:
    """Puts the learners of a list on the roster, all or none. Who has joined with the same number stays as they are.

    They are recognised by their number when they join, or by a personal link. Raises NotFound.
    """
    fresh = [new_account_id() for _ in listed]

    def job(connection: Connection) -> ImportReport:
        course = teach(connection, principal, course_id)
        known = courses.numbers_of(connection, course_id)
        names = {member.learner_id: member.name for member in courses.roster(connection, course_id)}
        lines = [_outcome(one, known, names) for one in listed]
        if any(line.outcome == "complaint" for line in lines):
            return ImportReport(lines, stored=False)
        for line, account_id in zip(lines, fresh, strict=True):
            if line.outcome == "added":
                accounts.create_account(connection, account_id=account_id, role="learner", name=line.name, now=now)
                courses.enrol(connection, course.id, account_id, line.student_number, now)
        return ImportReport(lines, stored=True)

    return await database.write(job)


async def correct(
    database: Database,
    principal: Principal,
    course_id: str,
    learner_id: str,
    name: str | None,
    student_number: str | None,
) -> None:
    """Another name or student number; None leaves it, an empty number takes it away. Raises NotFound, Unusable."""
    shown = None if name is None else read_name(name)
    number = None if student_number is None else read_number(student_number, required=False)

    def job(connection: Connection) -> None:
        _member(connection, principal, course_id, learner_id)
        if number is not None and courses.number_holder(connection, course_id, number) not in (None, learner_id):
            raise Unusable("/student_number", "Another learner of this course has this number; they may be the same person.")
        if shown is not None:
            accounts.rename_account(connection, learner_id, shown)
        if student_number is not None:
            courses.set_number(connection, course_id, learner_id, number)

    await database.write(job)


async def remove(database: Database, principal: Principal, course_id: str, learner_id: str, now: datetime) -> None:
    """Takes a learner out of the course; what they did stays theirs. Raises NotFound."""

    def job(connection: Connection) -> None:
        name = _member(connection, principal, course_id, learner_id)
        courses.leave(connection, course_id, learner_id)
        _note(connection, "removal", now, principal, course_id, learner_id, f"{name} was removed from the course.")

    await database.write(job)


async def merge(database: Database, principal: Principal, course_id: str, learner_id: str, other_id: str, now: datetime) -> None:
    """Two identities of one person become the first one, a member of the course, with everything that both did.

    Raises:
        NotFound: one of them is out of the principal's reach. Unusable: they are one already, or the other is in somebody
            else's course too.
    """

    def job(connection: Connection) -> None:
        name = _member(connection, principal, course_id, learner_id)
        check_learner(connection, principal, other_id)
        other = accounts.find_account(connection, other_id)
        if other is None or other.role != "learner":
            raise NotFound("There is no such learner.")
        if other_id == learner_id:
            raise Unusable("/other", "These are one identity already.")
        if principal.role != "administrator":
            elsewhere = courses.courses_of_learners(connection, [learner_id, other_id])
            if not all(courses.teaches(connection, one, principal.account_id) for one in elsewhere):
                raise Unusable("/other", "One of them is in another instructor's course too; the administrator can merge them.")
        identities.merge(connection, kept=learner_id, dropped=other_id)
        detail = f"{other.name} was merged into {name}."
        _note(connection, "merge", now, principal, course_id, learner_id, detail)

    await database.write(job)


def _outcome(listed: ListedLearner, known: dict[str, str], names: dict[str, str]) -> ImportLine:
    if listed.complaint is not None:
        return ImportLine(listed.line, listed.name, listed.student_number, "complaint", listed.complaint)
    holder = known.get(listed.student_number) if listed.student_number is not None else None
    if holder is not None:
        detail = f"In the course already, as {names[holder]}; left as it is."
        return ImportLine(listed.line, listed.name, listed.student_number, "known", detail)
    if listed.student_number is None and listed.name in names.values():
        detail = (
            "A learner of this name is in the course already; without a student number nobody can tell whether it is the same."
        )
        return ImportLine(listed.line, listed.name, None, "known", detail)
    return ImportLine(listed.line, listed.name, listed.student_number, "added", "Added.")


def _member(connection: Connection, principal: Principal, course_id: str, learner_id: str) -> str:
    """The name of a member of a course that the principal teaches. Raises NotFound."""
    teach(connection, principal, course_id)
    account = accounts.find_account(connection, learner_id)
    if account is None or not courses.is_member(connection, course_id, learner_id):
        raise NotFound("There is no such learner in this course.")
    return account.name


def _note(
    connection: Connection, action: audit.Action, now: datetime, principal: Principal, course_id: str, subject: str, detail: str
) -> None:
    audit.record(connection, action, now, actor_id=principal.account_id, course_id=course_id, subject_id=subject, detail=detail)
