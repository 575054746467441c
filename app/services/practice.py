"""A learner answers: rebuild the question from its id, grade, store one row, wait for its COMMIT."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from sqlalchemy.engine import Connection

from app import __version__
from app.engine.notation import json_numbers
from app.engine.question_id import MalformedQuestionId, parse_question_id
from app.engine.questions import Question, build, given_json
from app.engine.solutions import solution_steps
from app.grading.answers import Answer, UnreadableAnswer, read_answer
from app.grading.grade import Grade, PartGrade, grade_all
from app.persistence import attempts, recording
from app.persistence.attempts import AttemptRow as AttemptRow
from app.persistence.attempts import NewAttempt
from app.persistence.database import Database
from app.persistence.recording import Recorded
from app.security.principals import Principal
from app.services import measures
from app.services.accounts import SignedIn, Stranger
from app.services.questions import find_questions
from app.services.reach import check_learner, reach_of, whole_reach
from app.services.refusals import NotFound
from app.services.solutions import Solution, check_may_attempt
from app.services.together import Together, or_apart


@dataclass(frozen=True)
class Attempt:
    """A stored attempt as its owner may see it. solution: None while it would give the answer away."""

    row: AttemptRow
    solution: Solution | None


@dataclass(frozen=True)
class Outcome:
    """created: False where it is the attempt of an earlier request with the same key. begun: the learner that a stranger
    has become.
    """

    attempt: Attempt
    created: bool
    begun: SignedIn | None


Graded = tuple[Question, Answer, Grade]
Shown = TypeVar("Shown")


async def submit_answer(
    database: Database,
    principal: Principal | None,
    question_id: str,
    raw: object,
    now: datetime,
    show: Callable[[Outcome], Shown],
    idempotency_key: str | None = None,
) -> Shown:
    """Grade and store an answer, and return what `show` makes of the outcome, as soon as it is stored.

    Args:
        principal: None is a stranger's first answer: a learner is made in the same transaction, so that looking makes none.
        raw: as sent, ``{symbol: value}``.
        show: runs while the disk is at work.
        idempotency_key: a retry with the same key gets the first attempt back.
    Raises:
        NotFound, UnreadableAnswer: nothing is stored. IdempotencyConflict: the key was used for another request.
        NotAllowed: this account answers no questions. StorageBusy, StorageDown: nothing was acknowledged.
    """
    check_may_attempt(principal)
    question, answer, graded = await _graded((question_id, raw))
    sent = plain_answer(raw)
    fingerprint = None if idempotency_key is None else fingerprint_of(question_id, sent)
    stranger = Stranger(idempotency_key) if principal is None else None

    def job(connection: Connection) -> tuple[Recorded, SignedIn | None]:
        begun = stranger.begin(connection, now) if stranger else None
        learner_id = begun.principal.account_id if begun else cast(Principal, principal).account_id
        new = new_attempt(question, learner_id, now, sent, answer, graded, idempotency_key, fingerprint)
        return recording.gather(connection, new), begun

    def prepare(stored: tuple[Recorded, SignedIn | None]) -> tuple[Shown, bool]:
        recorded, begun = stored
        row, created = recorded.outcome()
        return show(Outcome(as_seen(row, question), created, begun)), created

    shown, created = await database.write(job, prepare=prepare)
    if created:
        measures.PRACTISED.inc()
    return shown


def grade_answers(given: Sequence[tuple[str, object]]) -> list[Graded | Exception]:
    """Answers to some questions, each its id and what was sent -> graded, or why not, as submit_answer raises it, in order."""
    with measures.GRADING_SECONDS.time():
        return or_apart(_grade_answers, given)


def _grade_answers(given: Sequence[tuple[str, object]]) -> list[Graded | Exception]:
    results: dict[int, Graded | Exception] = {}
    read: list[tuple[int, Question, Answer]] = []
    for place, question in enumerate(find_questions([question_id for question_id, _ in given])):
        if isinstance(question, Exception):
            results[place] = question
            continue
        try:
            read.append((place, question, read_answer(question, given[place][1])))
        except UnreadableAnswer as error:
            results[place] = error
    grades = grade_all([(question, answer) for _, question, answer in read])
    results.update({place: (question, answer, grade) for (place, question, answer), grade in zip(read, grades, strict=True)})
    return [results[place] for place in range(len(given))]


async def _grade_those_of_a_moment(given: Sequence[tuple[str, object]]) -> list[Graded | Exception]:
    return grade_answers(given)


_graded = Together(_grade_those_of_a_moment)


async def find_attempt(database: Database, principal: Principal, attempt_id: str) -> Attempt:
    """One attempt, the caller's own or one of a learner whose records the caller may read.

    Raises:
        NotFound: no such attempt, or another learner's.
    """

    def find() -> AttemptRow | None:
        with database.read() as connection:
            return attempts.find_attempt(connection, int(attempt_id), whole_reach(principal))

    is_number = attempt_id.isascii() and attempt_id.isdecimal() and len(attempt_id) <= 18
    row = await database.beside(find) if is_number else None
    if row is None:
        raise NotFound("There is no such attempt.")
    return as_seen(row)


def latest_attempts(database: Database, learner_id: str, limit: int, before_id: int | None = None) -> list[AttemptRow]:
    """A learner's attempts, newest first."""
    with database.read() as connection:
        return attempts.latest_attempts(connection, learner_id, limit, before_id)


def list_attempts(
    database: Database,
    principal: Principal,
    after_id: int,
    limit: int,
    learner_id: str | None = None,
    skill: str | None = None,
    course_id: str | None = None,
) -> tuple[list[Attempt], int | None]:
    """A page of attempts, oldest first, and the id to go on after (None on the last page).

    Args:
        learner_id, skill, course_id: narrow it; without them it is everything the caller may read.
    Raises:
        NotFound: a learner or course that the caller may not read.
    """
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        if learner_id is not None:
            check_learner(connection, principal, learner_id)
        rows = attempts.list_attempts(
            connection, reach=reach, after_id=after_id, limit=limit + 1, learner_id=learner_id, skill=skill
        )
    page = [as_seen(row) for row in rows[:limit]]
    return page, (page[-1].row.id if len(rows) > limit else None)


def as_seen(row: AttemptRow, question: Question | None = None) -> Attempt:
    """question: the row's own, where it is at hand; else it is built again if its solution may be seen."""
    if not (row.correct or row.solution_shown):
        return Attempt(row, None)
    try:
        steps = solution_steps(question or build(parse_question_id(row.question_id)))
    except MalformedQuestionId:  # a draw that this version of the program no longer knows; the row still tells the rest
        steps = ()
    return Attempt(row, Solution(row.key, row.tolerance, steps))


def new_attempt(
    question: Question,
    learner_id: str,
    now: datetime,
    sent: dict[str, Any],
    answer: Answer,
    graded: Grade,
    idempotency_key: str | None = None,
    request_hash: str | None = None,
) -> NewAttempt:
    """The row of a graded answer, with everything that is needed to read it later without this program."""
    return NewAttempt(
        learner_id=learner_id,
        question_id=str(question.id),
        skill=question.skill.id,
        level=question.id.level,
        format=question.id.format,
        submitted_at=now,
        prompt=question.prompt,
        given=given_json(question),
        options=_options(question),
        answer_sent=sent,
        answer_read={symbol: _read_back(question, symbol, answer) for symbol in answer},
        key={part.symbol: json_numbers(part.key) for part in question.parts},
        tolerance={part.symbol: json_numbers(part.tolerance) for part in question.parts},
        parts=[_part(part) for part in graded.parts],
        score=graded.score,
        correct=graded.correct,
        program_version=__version__,
        mistakes=tuple((part.symbol, part.misconception.code) for part in graded.parts if part.misconception),
        idempotency_key=idempotency_key,
        request_hash=request_hash,
    )


def _part(part: PartGrade) -> dict[str, Any]:
    """A part's outcome in the contract's words."""
    known = part.misconception
    return {
        "symbol": part.symbol,
        "score": part.score,
        "verdict": part.verdict,
        "entries": part.entries,
        "rounding": part.rounding,
        "misconception": {"code": known.code, "title": known.title, "feedback": known.feedback} if known else None,
    }


def _options(question: Question) -> dict[str, Any] | None:
    if question.id.format != "choice":
        return None
    return {
        part.symbol: [
            {"id": option.id, "value": json_numbers(option.value), "code": option.code} for option in part.options or ()
        ]
        for part in question.parts
    }


def _read_back(question: Question, symbol: str, answer: Answer) -> Any:
    """What was understood: an option's id, or the entries as decimal text, row-major."""
    given = answer[symbol]
    if question.id.format == "choice":
        return given.option
    return [None if entry is None else str(entry) for entry in given.entries]


def plain_answer(raw: object) -> Any:
    """The answer as sent, for keeping: decimals of the JSON body as the doubles that they would have been."""
    if isinstance(raw, Decimal):
        return float(raw) if "." in str(raw) or raw != raw.to_integral_value() else int(raw)
    if isinstance(raw, dict):
        return {key: plain_answer(value) for key, value in raw.items()}
    if isinstance(raw, (list, tuple)):
        return [plain_answer(item) for item in raw]
    return raw


def fingerprint_of(question_id: str, sent: dict[str, Any]) -> str:
    """Tells one request from another under the same idempotency key."""
    body = json.dumps([question_id, sent], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
