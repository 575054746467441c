"""One learner's data: taken away as a file, or erased. By themselves, and by those who teach them.

What is erased is gone at once from the database and so from every backup made afterwards; the audit trail says that it
happened, without a name.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from app.persistence import accounts, assignments, attempts, audit, courses, erasure
from app.persistence.accounts import Account
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY
from app.security.principals import Principal, is_instructor
from app.services.reach import check_learner
from app.services.refusals import NotAllowed, NotFound

_BLOCK = 200
_SEALED = "kept back until the assignment has closed"


@dataclass(frozen=True)
class Held:
    """Whose data they are, and the courses that they are in. attempts: how many answers are kept."""

    account: Account
    courses: list[Course]
    attempts: int


def held(database: Database, principal: Principal, learner_id: str) -> Held:
    """What an erasure would be about. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        return _held(connection, principal, learner_id)


async def note_export(database: Database, principal: Principal, learner_id: str, now: datetime) -> None:
    """Writes into the audit trail that somebody takes a learner's data away, and returns after COMMIT.

    Raises NotFound, NotAllowed.
    """

    def job(connection: Connection) -> None:
        found = _held(connection, principal, learner_id)
        own = principal.account_id == learner_id
        detail = "A learner took their data away." if own else f"The data of {found.account.name} went out as JSON."
        audit.record(connection, "export", now, actor_id=principal.account_id, subject_id=learner_id, detail=detail)

    await database.write(job)


def export(database: Database, learner_id: str, now: datetime) -> Iterator[bytes]:
    """All that is kept about a learner, as JSON, chunk by chunk; of secrets only that there are some, and of an assignment that
    has not closed not which questions it asked. For one whose export was noted.

    Tables are named as the database names them, so that none can be forgotten.
    """
    with database.read() as connection:
        records = erasure.records_of(connection, learner_id)
        joined = courses.courses_joined(connection, learner_id)
        set_there = assignments.assignments_of(connection, [course.id for course in joined])
        whole = {
            "taken_at": now,
            "courses": [{"id": course.id, "name": course.name} for course in joined],
            "assignments": [{"id": one.id, "course_id": one.course_id, "title": one.title} for one in set_there],
            **records,
            "tries": [_unsealed(row) for row in records["tries"]],
        }
    yield (_json(whole).removesuffix("\n}") + ',\n  "attempts": [').encode()
    after, parting = 0, "\n"
    while True:
        with database.read() as connection:
            block = attempts.list_attempts(connection, reach=EVERYBODY, after_id=after, limit=_BLOCK, learner_id=learner_id)
        for row in block:
            told = vars(row) if row.correct or row.solution_shown else {**vars(row), "key": None, "tolerance": None}
            yield f"{parting}{_json(told)}".encode()
            parting, after = ",\n", row.id
        if len(block) < _BLOCK:
            break
    yield b"\n]}\n"


async def erase(database: Database, principal: Principal, learner_id: str, now: datetime) -> Held:
    """Erases a learner; what there was to erase. The outcomes of their attempts stay, of nobody, without answer or time of day.

    Raises NotFound, NotAllowed.
    """

    def job(connection: Connection) -> Held:
        found = _held(connection, principal, learner_id)
        own = principal.account_id == learner_id
        kept = erasure.erase(connection, learner_id)
        answers = "1 answer" if kept == 1 else f"{kept} answers"
        detail = f"{'A learner erased their own data' if own else 'The data of a learner were erased'}: {answers}."
        concerned: list[str | None] = [course.id for course in found.courses]
        for course_id in concerned or [None]:  # a line where each instructor finds it
            actor = None if own else principal.account_id
            audit.record(connection, "erasure", now, actor_id=actor, course_id=course_id, detail=detail)
        return found

    return await database.write(job, erases=True)


def _held(connection: Connection, principal: Principal, learner_id: str) -> Held:
    """Who may: the learner, the administrator, and an instructor who teaches all of the learner's courses; for one in none,
    any instructor, since the open course is everyone's.
    """
    check_learner(connection, principal, learner_id)
    account = accounts.find_account(connection, learner_id)
    own = principal.account_id == learner_id
    if account is None or not (own or is_instructor(principal)):
        raise NotFound("There is no such learner.")
    if account.role != "learner":
        raise NotAllowed("Only learners' data are erased and exported here; an instructor's are kept with their courses.")
    joined = courses.courses_joined(connection, learner_id)
    taught = (courses.teaches(connection, course.id, principal.account_id) for course in joined)
    if not (own or principal.role == "administrator" or all(taught)):
        raise NotAllowed("This learner is in another instructor's course too; the administrator can do this.")
    return Held(account, joined, attempts.count_attempts(connection, learner_id))


def _unsealed(row: dict[str, Any]) -> dict[str, Any]:
    """A try at an assignment as its learner may have it: once it stands among the attempts, all of it."""
    if row["attempt_id"] is not None:
        return row
    record = row["record"]
    answer = None if record is None else {"answer_sent": record["answer_sent"], "answer_read": record["answer_read"]}
    return {**row, "question_id": _SEALED, "score": None, "record": answer}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_moment)


def _moment(value: datetime | date) -> str:
    return value.isoformat().replace("+00:00", "Z")
