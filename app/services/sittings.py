"""A learner sits at an assignment: begins, types, hands in. The server's clock decides, inside the writing transaction.

Until it is unsealed nothing here leaves under a question's id: items have ids of their own, and tries stand apart from attempts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from app.engine.questions import Question
from app.grading.answers import UnreadableAnswer, read_answer
from app.grading.grade import grade
from app.persistence import assignments, courses, sittings
from app.persistence.assignments import Assignment, Item
from app.persistence.database import Database
from app.persistence.sittings import Sitting
from app.security.principals import Principal
from app.services import measures, practice
from app.services.assignment_draws import draw
from app.services.assignment_times import window
from app.services.assignments import find_visible
from app.services.practice import plain_answer
from app.services.questions import find_question
from app.services.refusals import NotFound, NotNow, Unusable

_LONGEST_ENTRY = 100


@dataclass(frozen=True)
class GradedAnswer:
    """An answer worked through outside the transaction: its score, and all that an attempt keeps."""

    score: float
    correct: bool
    record: dict[str, Any]


@dataclass(frozen=True)
class HandedIn:
    """created: False where the same answer had been handed in as this try before."""

    number: int
    created: bool


async def begin(database: Database, principal: Principal, assignment_id: str, now: datetime) -> None:
    """The learner's time begins, and their questions are served; beginning twice changes nothing.

    Raises:
        NotFound: not in their courses. NotNow: it is not open.
    """
    with database.read() as connection:
        assignment, _ = find_visible(connection, principal, assignment_id)
    served = [(item.id, draw(assignment, item, principal.account_id, 1)) for item in assignment.items]

    def job(connection: Connection) -> None:
        assignment = _assigned(connection, principal, assignment_id)
        if sittings.find_sitting(connection, assignment_id, principal.account_id) is not None:
            return
        extension = assignments.find_extension(connection, assignment_id, principal.account_id)
        times = window(assignment, extension, now)
        if now < times.opens_at:
            raise NotNow("This assignment is not open yet.")
        if now >= times.closes_at:
            raise NotNow("This assignment is closed.")
        sitting = Sitting(
            assignment_id, principal.account_id, now, times.ends_at, times.sealed_until, None, None, published=False
        )
        sittings.begin_sitting(connection, sitting, served)

    await database.write(job)


async def save_draft(
    database: Database, principal: Principal, assignment_id: str, item_id: str, number: int, raw: Any, now: datetime
) -> None:
    """Keeps what is typed; it is graded when time is up. When this returns, it is stored.

    Raises:
        NotFound, Unusable. NotNow: time is up, or the try has been handed in.
    """
    draft = _check_draft(raw)

    def job(connection: Connection) -> None:
        _sitting_now(connection, principal, assignment_id, item_id, now)
        if sittings.find_try(connection, item_id, principal.account_id, number) is None:
            raise NotFound("There is no such try.")
        if not sittings.save_draft(connection, item_id, principal.account_id, number, draft, now):
            raise NotNow("This try has been handed in already.")

    await database.write(job)


async def hand_in(
    database: Database, principal: Principal, assignment_id: str, item_id: str, number: int, raw: Any, now: datetime
) -> HandedIn:
    """Grades an answer as the try `number`, counted from 1. The same answer sent again is the same try; another one is refused.

    Raises:
        NotFound, UnreadableAnswer: nothing is used up. NotNow: time is up, or the try is used.
    """
    learner_id = principal.account_id
    with database.read() as connection:
        assignment, item, _ = _sitting_now(connection, principal, assignment_id, item_id, now)
        served = sittings.find_try(connection, item_id, learner_id, number)
    if served is None:
        raise NotFound("There is no such try.")
    graded = grade_answer(served.question_id, raw, learner_id, now)
    further = None
    if not graded.correct and number < item.tries:
        further = draw(assignment, item, learner_id, number + 1) if assignment.fresh_questions else served.question_id

    def job(connection: Connection) -> HandedIn:
        _sitting_now(connection, principal, assignment_id, item_id, now)
        if not sittings.submit_try(
            connection,
            item_id,
            learner_id,
            number,
            submitted_at=now,
            by_clock=False,
            score=graded.score,
            record=graded.record,
        ):
            before = sittings.find_try(connection, item_id, learner_id, number)
            if before is not None and before.record["answer_sent"] == graded.record["answer_sent"]:
                return HandedIn(number, created=False)
            raise NotNow("This try has been used: another answer was handed in before.")
        if further is not None:
            sittings.serve(connection, item_id, learner_id, number + 1, further)
        return HandedIn(number, created=True)

    done = await database.write(job)
    if done.created:
        measures.HANDED_IN.inc()
    return done


def grade_answer(question_id: str, raw: Any, learner_id: str, now: datetime) -> GradedAnswer:
    """Raises UnreadableAnswer."""
    question = find_question(question_id)
    answer = read_answer(question, raw)
    graded = grade(question, answer)
    new = practice.new_attempt(question, learner_id, now, plain_answer(raw), answer, graded)
    kept = {name: value for name, value in vars(new).items() if name not in ("learner_id", "submitted_at")}
    return GradedAnswer(graded.score, graded.correct, {**kept, "mistakes": [list(one) for one in new.mistakes]})


def grade_draft(draft: Any, question_id: str, learner_id: str, now: datetime) -> GradedAnswer | None:
    """What stood in the boxes when time was up: an entry that cannot be read counts as empty. None where nothing is left."""
    for _ in range(2):
        try:
            graded = grade_answer(question_id, draft, learner_id, now)
        except UnreadableAnswer as error:
            draft = _without(draft, find_question(question_id), [complaint.path for complaint in error.complaints])
        else:
            return graded
    return None


def _without(draft: Any, question: Question, places: list[tuple[Any, ...]]) -> dict[str, Any]:
    """The draft with these places emptied."""
    emptied = {part.symbol: draft.get(part.symbol) for part in question.parts} if isinstance(draft, Mapping) else {}
    for symbol, *path in (place for place in places if place):
        if path:
            emptied[symbol] = _emptied(emptied.get(symbol), path)
        else:
            emptied.pop(symbol, None)
    return emptied


def _emptied(value: Any, path: list[Any]) -> Any:
    if not path:
        return None
    if not isinstance(value, list):
        return value
    return [_emptied(one, path[1:]) if k == path[0] else one for k, one in enumerate(value)]


def _assigned(connection: Connection, principal: Principal, assignment_id: str) -> Assignment:
    """The assignment of a learner, who alone can sit at it. Raises NotFound."""
    assignment, course = find_visible(connection, principal, assignment_id)
    if not courses.is_member(connection, course.id, principal.account_id):
        raise NotFound("There is no such assignment among yours.")
    return assignment


def _sitting_now(
    connection: Connection, principal: Principal, assignment_id: str, item_id: str, now: datetime
) -> tuple[Assignment, Item, Sitting]:
    """The learner's sitting, if it takes answers now. Raises NotFound, NotNow."""
    assignment = _assigned(connection, principal, assignment_id)
    item = next((one for one in assignment.items if one.id == item_id), None)
    if item is None:
        raise NotFound("There is no such question in this assignment.")
    sitting = sittings.find_sitting(connection, assignment_id, principal.account_id)
    if sitting is None:
        raise NotNow("Begin the assignment first.")
    if sitting.finished_at is not None or now > sitting.ends_at:
        raise NotNow("This assignment is over for you; what was handed in and saved in time counts.")
    return assignment, item, sitting


def _check_draft(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or len(raw) > 10 or not all(isinstance(symbol, str) and len(symbol) <= 20 for symbol in raw):
        raise Unusable("/answer", "A draft has the form of an answer: symbol to value.")
    plain: dict[str, Any] = plain_answer(raw)
    if not all(_is_small(value, 2) for value in plain.values()):
        raise Unusable("/answer", "A draft has the form of an answer, with entries of at most 100 characters.")
    return plain


def _is_small(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return depth > 0 and len(value) <= 20 and all(_is_small(one, depth - 1) for one in value)
    return value is None or isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= _LONGEST_ENTRY)
