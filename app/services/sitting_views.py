"""What a learner sees of an assignment, and so what their instructor is shown when asking what they saw.

Everything that leaves for a page or a program passes here: marks, hints and solutions only from the moment the assignment names,
and questions without their ids.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.engine import Connection

from app.engine.questions import Question
from app.persistence import accounts, assignments, courses, sittings
from app.persistence.assignments import Assignment, Extension, Item
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.sittings import Sitting, Try
from app.security.principals import Principal
from app.services.assignment_draws import draw
from app.services.assignment_times import Window, is_shown, window
from app.services.assignments import find_taught, find_visible
from app.services.questions import find_question
from app.services.refusals import NotFound
from app.services.solutions import Solution, solution_of

State = Literal["too-early", "open", "sitting", "over"]


@dataclass(frozen=True)
class ShownTry:
    """A try that was handed in. score, parts: None while marks are not shown; parts without misconceptions while hints are not.

    hinted: whether they are. record: as stored, to lay the marks over the question with; empty while marks are not shown.
    """

    number: int
    question: Question
    answer: dict[str, Any]
    submitted_at: datetime
    by_clock: bool
    score: float | None
    correct: bool | None
    parts: list[dict[str, Any]] | None
    solution: Solution | None
    hinted: bool
    record: dict[str, Any]


@dataclass(frozen=True)
class ShownItem:
    """number, question, draft: of the try that may be answered now; None when there is none. done: no further try.

    best: None while marks are not shown. tries_left: with the one that may be answered now.
    """

    item: Item
    number: int | None
    question: Question | None
    draft: Any
    draft_at: datetime | None
    tries: list[ShownTry]
    best: float | None
    done: bool
    tries_left: int


@dataclass(frozen=True)
class SittingView:
    """seconds_left: by the server's clock, until due; in the grace period 0. points: None while some marks are not shown."""

    assignment: Assignment
    course: Course
    learner_name: str
    times: Window
    extension: Extension | None
    state: State
    finished_by: str | None
    seconds_left: int
    items: list[ShownItem]
    points: float | None

    def item(self, item_id: str) -> ShownItem:
        """Raises NotFound."""
        found = next((one for one in self.items if one.item.id == item_id), None)
        if found is None:
            raise NotFound("There is no such question in this assignment.")
        return found


def my_sitting(database: Database, principal: Principal, assignment_id: str, now: datetime) -> SittingView:
    """The learner's own. Raises NotFound."""
    with database.read() as connection:
        assignment, course = find_visible(connection, principal, assignment_id)
        if not courses.is_member(connection, course.id, principal.account_id):
            raise NotFound("There is no such assignment among yours.")
        return _view(connection, assignment, course, principal.account_id, principal.name, now)


def their_sitting(database: Database, principal: Principal, assignment_id: str, learner_id: str, now: datetime) -> SittingView:
    """What that learner sees at this moment, for those who teach them. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        assignment, course = find_taught(connection, principal, assignment_id)
        account = accounts.find_account(connection, learner_id)
        if account is None or not courses.is_member(connection, course.id, learner_id):
            raise NotFound("There is no such learner in this course.")
        return _view(connection, assignment, course, learner_id, account.name, now)


def preview(database: Database, principal: Principal, assignment_id: str) -> SittingView:
    """What a learner would see after beginning. The questions are nobody's. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        assignment, course = find_taught(connection, principal, assignment_id)
    shown = []
    for item in assignment.items:
        question = find_question(draw(assignment, item, f"preview {principal.account_id}", 1))
        shown.append(ShownItem(item, 1, question, None, None, [], None, False, item.tries))
    times = window(assignment, None, assignment.opens_at)
    left = int((times.due_at - times.opens_at).total_seconds())
    return SittingView(assignment, course, principal.name, times, None, "sitting", None, left, shown, None)


def _view(
    connection: Connection, assignment: Assignment, course: Course, learner_id: str, name: str, now: datetime
) -> SittingView:
    sitting = sittings.find_sitting(connection, assignment.id, learner_id)
    extension = assignments.find_extension(connection, assignment.id, learner_id)
    times = window(assignment, extension, sitting.begun_at if sitting else None)
    state = _state(sitting, times, now)
    items: list[ShownItem] = []
    if sitting is not None:
        found = sittings.tries_of(connection, assignment.id, learner_id)
        unsealed = now >= times.sealed_until
        for item in assignment.items:
            of_item = [one for one in found if one.item_id == item.id]
            items.append(_item(assignment, item, of_item, state == "sitting", unsealed))
    points = [None if one.best is None else one.best * one.item.points for one in items]
    total = None if None in points or not items else sum(one for one in points if one is not None)
    left = max(0, int((times.due_at - now).total_seconds()))
    return SittingView(
        assignment, course, name, times, extension, state, sitting.finished_by if sitting else None, left, items, total
    )


def _state(sitting: Sitting | None, times: Window, now: datetime) -> State:
    if sitting is None:
        if now < times.opens_at:
            return "too-early"
        return "open" if now < times.closes_at else "over"
    return "over" if sitting.finished_at is not None or now > times.ends_at else "sitting"


def _item(assignment: Assignment, item: Item, found: list[Try], sitting: bool, unsealed: bool) -> ShownItem:
    handed_in = [one for one in found if one.submitted_at is not None]
    waiting = next((one for one in found if one.submitted_at is None), None) if sitting else None
    done = waiting is None
    tries = [_try(assignment, one, done, unsealed) for one in handed_in]
    marks = is_shown(assignment.show_marks, done=done, unsealed=unsealed)
    best = max((one.score or 0.0 for one in handed_in), default=0.0) if marks else None
    return ShownItem(
        item,
        waiting.number if waiting else None,
        find_question(waiting.question_id) if waiting else None,
        waiting.draft if waiting else None,
        waiting.draft_at if waiting else None,
        tries,
        best,
        done,
        item.tries - len(handed_in) if waiting else 0,
    )


def _try(assignment: Assignment, one: Try, done: bool, unsealed: bool) -> ShownTry:
    assert one.submitted_at is not None and one.score is not None
    question = find_question(one.question_id)
    marks = is_shown(assignment.show_marks, done=done, unsealed=unsealed)
    hints = marks and is_shown(assignment.show_hints, done=done, unsealed=unsealed)
    solved = is_shown(assignment.show_solution, done=done, unsealed=unsealed)
    parts = [part if hints else {**part, "misconception": None} for part in one.record["parts"]] if marks else None
    return ShownTry(
        number=one.number,
        question=question,
        answer=one.record["answer_sent"],
        submitted_at=one.submitted_at,
        by_clock=one.by_clock,
        score=one.score if marks else None,
        correct=one.record["correct"] if marks else None,
        parts=parts,
        solution=solution_of(question) if solved else None,
        hinted=hints,
        record={**one.record, "parts": parts} if parts is not None else {},
    )
