"""The worked solution of a question, and hints that tell part of it: who may see them, and what they cost.

Each is noted before it is shown, and the note ends first tries: answers to that question afterwards are kept, but do not count
as such. A hint opens no solution.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy.engine import Connection

from app.engine.notation import json_numbers
from app.engine.questions import Question
from app.engine.solutions import Step, solution_steps
from app.persistence import attempts
from app.persistence.database import Database
from app.security.principals import Principal, may_attempt
from app.services.accounts import SignedIn, Stranger
from app.services.questions import find_question
from app.services.refusals import NotAllowed


@dataclass(frozen=True)
class Solution:
    """key, tolerance: symbol -> nested lists. steps: the worked way, with this question's numbers."""

    key: dict[str, Any]
    tolerance: dict[str, Any]
    steps: tuple[Step, ...]


def solution_of(question: Question) -> Solution:
    """Key, tolerance and worked steps of a question."""
    return Solution(
        key={part.symbol: json_numbers(part.key) for part in question.parts},
        tolerance={part.symbol: json_numbers(part.tolerance) for part in question.parts},
        steps=solution_steps(question),
    )


async def show_solution(
    database: Database, principal: Principal | None, question_id: str, now: datetime
) -> tuple[Solution, SignedIn | None]:
    """The worked solution; from now on this learner's attempts at the question are no first tries. A stranger becomes a
    learner.
    """
    question = find_question(question_id)
    begun = await _note(database, principal, question_id, now, attempts.record_solution_shown)
    return solution_of(question), begun


async def take_hint(database: Database, principal: Principal | None, question_id: str, now: datetime) -> SignedIn | None:
    """Notes that this learner is about to be told part of the answer: their attempts at the question from now on are no first
    tries, and its solution stays closed. A stranger becomes a learner.
    """
    find_question(question_id)
    return await _note(database, principal, question_id, now, attempts.record_hint_taken)


async def _note(
    database: Database,
    principal: Principal | None,
    question_id: str,
    now: datetime,
    record: Callable[[Connection, str, str, datetime], None],
) -> SignedIn | None:
    """Records something about the learner and a question, and returns the learner that a stranger has become."""
    check_may_attempt(principal)
    stranger = Stranger(None)

    def job(connection: Connection) -> SignedIn | None:
        begun = stranger.begin(connection, now) if principal is None else None
        learner_id = begun.principal.account_id if begun else cast(Principal, principal).account_id
        record(connection, learner_id, question_id, now)
        return begun

    return await database.write(job)


def check_may_attempt(principal: Principal | None) -> None:
    """Raises NotAllowed for an account that answers no questions."""
    if principal is not None and not may_attempt(principal):
        raise NotAllowed("This account reads records; it answers no questions.")


@dataclass(frozen=True)
class Told:
    """Whether a learner has had a question's solution shown, and taken a hint that tells part of the answer."""

    solution: bool
    hint: bool


async def what_was_told(database: Database, principal: Principal | None, question_id: str) -> Told:
    """What this learner was told of a question before; a stranger, nothing."""
    if principal is None:
        return Told(solution=False, hint=False)
    asked = {"this_learner": principal.account_id, "this_question": question_id}
    ((solution, hint),) = await database.beside(lambda: database.look_up(attempts.WHAT_WAS_TOLD, **asked))
    return Told(solution, hint)


def solution_is_open(database: Database, principal: Principal | None, question: Question) -> bool:
    """Whether the worked way may be walked without asking: it was asked for or answered rightly, or it is the lesson's own,
    which the lesson works out for everybody.
    """
    if question.id.seed is None:
        return True
    if principal is None:
        return False
    with database.read() as connection:
        return attempts.solution_is_open(connection, principal.account_id, str(question.id))
