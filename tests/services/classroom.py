"""A course with an instructor and two learners, and a clock that a test sets by hand."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from app.engine.notation import json_numbers, round_decimal
from app.engine.questions import Question
from app.persistence.attempts import list_attempts
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY
from app.security.principals import Principal
from app.services import accounts, assignments, clock, courses, joining, sitting_views, sittings
from app.services.assignments import Assignment, ItemPlan, Plan
from app.services.sitting_views import SittingView

T = TypeVar("T")

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Classroom:
    """now: what the server's clock says."""

    database: Database
    now: datetime = BEGIN
    people: dict[str, Principal] = field(default_factory=dict)
    course: Any = None

    def open(self) -> "Classroom":
        for name, role in (("teacher", "instructor"), ("ada", "learner"), ("bob", "learner"), ("eve", "learner")):
            issued = self.run(accounts.issue_token(self.database, role, name, self.now))  # type: ignore[arg-type]
            self.people[name] = issued.principal
        self.course = self.run(
            courses.create_course(self.database, self.people["teacher"], "Nets", False, "Europe/London", self.now)
        )
        for name in ("ada", "bob"):
            code = self.course.join_code
            self.run(joining.join(self.database, self.people[name], code, name, "", self.now))
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)

    def assign(self, *items: ItemPlan, hours: float = 24, **more: Any) -> Assignment:
        plan = Plan("Homework", self.now, self.now + timedelta(hours=hours), items or (ItemPlan("chain"),), **more)
        return self.run(assignments.create_assignment(self.database, self.people["teacher"], self.course.id, plan, self.now))

    def begin(self, assignment: Assignment, who: str = "ada") -> SittingView:
        self.run(sittings.begin(self.database, self.people[who], assignment.id, self.now))
        return self.look(assignment, who)

    def look(self, assignment: Assignment, who: str = "ada") -> SittingView:
        return sitting_views.my_sitting(self.database, self.people[who], assignment.id, self.now)

    def hand_in(self, assignment: Assignment, answer: Any, who: str = "ada", number: int = 1, k: int = 0) -> Any:
        item = assignment.items[k].id
        return self.run(sittings.hand_in(self.database, self.people[who], assignment.id, item, number, answer, self.now))

    def type(self, assignment: Assignment, answer: Any, who: str = "ada", number: int = 1, k: int = 0) -> None:
        item = assignment.items[k].id
        self.run(sittings.save_draft(self.database, self.people[who], assignment.id, item, number, answer, self.now))

    def finish(self, assignment: Assignment, who: str = "ada") -> None:
        self.run(clock.finish(self.database, self.people[who], assignment.id, self.now))

    def pass_time(self, time: timedelta) -> int:
        """Time goes by, and the clock writes down what that did; how many sittings it touched."""
        self.now += time
        return self.run(clock.advance(self.database, self.now))


def right(question: Question | None) -> dict[str, Any]:
    assert question is not None
    return {
        part.symbol: next(option.id for option in part.options if option.code is None)
        if part.options
        else json_numbers(round_decimal(part.key))
        for part in question.parts
    }


def wrong(question: Question | None) -> dict[str, Any]:
    """Half of the entries wrong, in a way that is no known mistake."""
    answer = right(question)
    return {symbol: [entry + 0.377 if k % 2 else entry for k, entry in enumerate(value)] for symbol, value in answer.items()}


@pytest.fixture
def room(database: Database) -> Iterator[Classroom]:
    yield Classroom(database).open()


def published(room: Classroom) -> list[Any]:
    with room.database.read() as connection:
        return list_attempts(connection, reach=EVERYBODY, after_id=0, limit=100)
