"""Many answers in one request: graded and stored as if each had come alone, each with an outcome of its own.

A few dozen share a job of the writer, so that a thousand neither fill its queue nor hold up everybody else. If such a job fails,
its answers are stored one by one, so that none is lost because a neighbour was bad.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from app.engine.questions import Question
from app.persistence import recording
from app.persistence.attempts import AttemptRow, NewAttempt
from app.persistence.database import Database, Refused, StorageBusy, StorageDown
from app.persistence.reach import is_within
from app.persistence.recording import Recorded
from app.security.principals import Principal, may_attempt
from app.services import measures
from app.services.practice import Attempt, Graded, as_seen, fingerprint_of, grade_answers, new_attempt, plain_answer
from app.services.reach import whole_reach
from app.services.refusals import NotAllowed, NotFound

logger = logging.getLogger(__name__)

MOST_ANSWERS = 1000
TOGETHER = 40  # answers to a job


@dataclass(frozen=True)
class GivenAnswer:
    """raw: as sent, ``{symbol: value}``. learner_id: whose it is; None for the one who asks."""

    question_id: str
    raw: Any
    idempotency_key: str
    learner_id: str | None = None


@dataclass(frozen=True)
class Stored:
    """created: False where it is the attempt of an earlier request with the same key."""

    attempt: Attempt
    created: bool


@dataclass(frozen=True)
class _Ready:
    question: Question
    new: NewAttempt


Result = Stored | Exception
"""What became of an answer: it is stored, or why not; as submit_answer raises it."""


def check_may_submit(principal: Principal) -> None:
    """Raises NotAllowed for an account that neither answers questions nor hands in answers of its course's learners."""
    if not (may_attempt(principal) or principal.may_submit):
        raise NotAllowed("This token reads records; it has not the right to hand in answers.")


async def submit_together(database: Database, principal: Principal, given: Sequence[GivenAnswer], now: datetime) -> list[Result]:
    """Grades and stores some answers, at best TOGETHER of them; one result each, in their order. Raises nothing for an answer."""
    ready = await asyncio.to_thread(_prepare_all, principal, given, now)
    waiting = [one for one in ready if isinstance(one, _Ready)]
    stored = iter(await _store(database, principal, waiting)) if waiting else iter(())
    return [next(stored) if isinstance(one, _Ready) else one for one in ready]


def _prepare_all(principal: Principal, given: Sequence[GivenAnswer], now: datetime) -> list[_Ready | Exception]:
    graded = grade_answers([(one.question_id, one.raw) for one in given])
    return [_prepared(principal, one, result, now) for one, result in zip(given, graded, strict=True)]


def _prepared(principal: Principal, given: GivenAnswer, graded: Graded | Exception, now: datetime) -> _Ready | Exception:
    if isinstance(graded, Exception):
        return graded
    question, answer, grade = graded
    try:
        sent = plain_answer(given.raw)
        key, fingerprint = given.idempotency_key, fingerprint_of(given.question_id, sent)
        learner_id = given.learner_id or principal.account_id
        return _Ready(question, new_attempt(question, learner_id, now, sent, answer, grade, key, fingerprint))
    except Exception as error:  # a fault of ours that one of them has met must not harm the others
        return error


async def _store(database: Database, principal: Principal, ready: list[_Ready]) -> list[Result]:
    def job(connection: Connection, some: list[_Ready]) -> list[Recorded | NotFound]:
        known = {learner: _may_submit_for(connection, principal, learner) for learner in {one.new.learner_id for one in some}}
        return [
            recording.gather(connection, one.new) if known[one.new.learner_id] else NotFound("There is no such learner.")
            for one in some
        ]

    try:
        recorded = [_outcome(one) for one in await database.write(lambda connection: job(connection, ready))]
    except (StorageBusy, StorageDown) as error:
        recorded = [error] * len(ready)
    except Exception as error:
        if len(ready) == 1:
            recorded = [error]
        else:
            logger.exception("%d answers could not be stored together, so they are stored one by one", len(ready))
            return [result for one in ready for result in await _store(database, principal, [one])]
    measures.PRACTISED.inc(sum(1 for one in recorded if not isinstance(one, Exception) and one[1]))
    return [
        one if isinstance(one, Exception) else Stored(as_seen(one[0], made.question), one[1])
        for one, made in zip(recorded, ready, strict=True)
    ]


def _may_submit_for(connection: Connection, principal: Principal, learner_id: str) -> bool:
    """Looked up inside the transaction: a learner may have left the course a moment ago."""
    if learner_id == principal.account_id:
        return may_attempt(principal)
    return principal.may_submit and is_within(connection, whole_reach(principal), learner_id)


def _outcome(recorded: Recorded | NotFound) -> tuple[AttemptRow, bool] | Exception:
    if isinstance(recorded, NotFound):
        return recorded
    try:
        return recorded.outcome()
    except Refused as refusal:
        return refusal
