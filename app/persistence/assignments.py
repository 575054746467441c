"""Assignments as an instructor sets them: items, times, what is shown when, and extensions.

The functions take a connection; the writing ones belong into a job for `Database.write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from app.persistence.tables import assignment_items, assignments, extensions, sittings

Moment = Literal["at-once", "after-last-try", "after-closing"]


@dataclass(frozen=True)
class Item:
    """One question of an assignment, by an id that tells nothing. tries: how often it may be answered."""

    id: str
    position: int
    skill: str
    level: int
    format: str
    points: int
    tries: int


@dataclass(frozen=True)
class Assignment:
    """time_limit, grace: minutes; no limit is None. fresh_questions: another question for each try. secret: that of the draws."""

    id: str
    course_id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    time_limit: int | None
    grace: int
    show_marks: Moment
    show_hints: Moment
    show_solution: Moment
    fresh_questions: bool
    secret: str
    created_at: datetime
    items: tuple[Item, ...] = ()

    @property
    def points(self) -> int:
        return sum(item.points for item in self.items)


@dataclass(frozen=True)
class Extension:
    """closes_at: for this learner, if it is another time than everybody's. extra_minutes: on top of the time limit."""

    closes_at: datetime | None
    extra_minutes: int


_ASSIGNMENT: tuple[Any, ...] = tuple(assignments.c[name] for name in Assignment.__dataclass_fields__ if name != "items")
_ITEM: tuple[Any, ...] = tuple(assignment_items.c[name] for name in Item.__dataclass_fields__)


def create_assignment(connection: Connection, assignment: Assignment) -> None:
    """Stores an assignment with its items."""
    row = {name: value for name, value in vars(assignment).items() if name != "items"}
    connection.execute(assignments.insert(), row)
    replace_items(connection, assignment.id, assignment.items)


def replace_items(connection: Connection, assignment_id: str, items: Sequence[Item]) -> None:
    """Other items instead of those that there are, with which all tries at them go."""
    connection.execute(assignment_items.delete().where(assignment_items.c.assignment_id == assignment_id))
    connection.execute(assignment_items.insert(), [{**vars(item), "assignment_id": assignment_id} for item in items])


def change_assignment(connection: Connection, assignment_id: str, **changes: Any) -> None:
    """Changes columns of an assignment; the items stay as they are."""
    connection.execute(assignments.update().where(assignments.c.id == assignment_id).values(**changes))


def delete_assignment(connection: Connection, assignment_id: str) -> None:
    connection.execute(assignments.delete().where(assignments.c.id == assignment_id))


def find_assignment(connection: Connection, assignment_id: str) -> Assignment | None:
    """The assignment with its items. Two SELECTs."""
    found = _with_items(connection, assignments.c.id == assignment_id)
    return found[0] if found else None


def assignments_of(connection: Connection, course_ids: Sequence[str]) -> list[Assignment]:
    """Those of some courses, the one that closes last first. Two SELECTs."""
    return _with_items(connection, assignments.c.course_id.in_(course_ids))


def _with_items(connection: Connection, which: Any) -> list[Assignment]:
    rows = connection.execute(select(*_ASSIGNMENT).where(which).order_by(assignments.c.closes_at.desc(), assignments.c.id)).all()
    items: dict[str, list[Item]] = {}
    of_these = select(assignments.c.id).where(which)
    statement = select(assignment_items.c.assignment_id, *_ITEM).where(assignment_items.c.assignment_id.in_(of_these))
    for row in connection.execute(statement.order_by(assignment_items.c.position)):
        items.setdefault(row[0], []).append(Item(*row[1:]))
    return [replace(Assignment(*row), items=tuple(items.get(row[0], ()))) for row in rows]


def is_begun(connection: Connection, assignment_id: str) -> bool:
    """Whether any learner has begun it."""
    return bool(connection.execute(select(exists().where(sittings.c.assignment_id == assignment_id))).scalar_one())


def find_extension(connection: Connection, assignment_id: str, learner_id: str) -> Extension | None:
    statement = select(extensions.c.closes_at, extensions.c.extra_minutes).where(
        extensions.c.assignment_id == assignment_id, extensions.c.learner_id == learner_id
    )
    found = connection.execute(statement).one_or_none()
    return None if found is None else Extension(*found)


def extensions_of(connection: Connection, assignment_id: str) -> dict[str, Extension]:
    """Learner -> extension. One SELECT."""
    statement = select(extensions.c.learner_id, extensions.c.closes_at, extensions.c.extra_minutes)
    rows = connection.execute(statement.where(extensions.c.assignment_id == assignment_id))
    return {row[0]: Extension(*row[1:]) for row in rows}


def set_extension(
    connection: Connection, assignment_id: str, learner_id: str, extension: Extension | None, now: datetime
) -> None:
    """Replaces what the learner had; None takes it away."""
    mine = (extensions.c.assignment_id == assignment_id, extensions.c.learner_id == learner_id)
    connection.execute(extensions.delete().where(*mine))
    if extension is not None:
        row = {"assignment_id": assignment_id, "learner_id": learner_id, "granted_at": now, **vars(extension)}
        connection.execute(extensions.insert(), row)
