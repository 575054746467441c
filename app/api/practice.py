"""Skills, questions, attempts and solutions: what a learner's program calls."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel

from app.api import schemas
from app.api.cursors import read_cursor, write_cursor
from app.api.documented import problems
from app.api.present import attempt_out, question_out, skill_out, solution_out
from app.api.routes import api_router
from app.edge.dependencies import RequiredPrincipal
from app.edge.limits import limit_registration
from app.edge.lines import NDJSON, as_lines, wants_lines
from app.edge.parameters import PLAIN_DIGITS
from app.edge.problems import bad_parameter
from app.engine.skills import SKILLS
from app.services import accounts, practice, questions, solutions
from app.services.refusals import Unusable
from app.services.together import Kept

router = api_router()

_A_YEAR = "public, max-age=31536000, immutable"
_LONGEST_KEY = 255
_MOST_ATTEMPTS = 100
_MOST_AS_JSON = 100


@router.post("/learners", status_code=201, summary="Register a learner", dependencies=[Depends(limit_registration)])
async def register_learner(body: schemas.NewLearner, request: Request) -> schemas.RegisteredLearner:
    """Makes a learner and hands out a token, once. Keep it: whoever calls again, with an `Idempotency-Key` too, is another
    learner.
    """
    registered = await accounts.register_learner(request.app.state.database, body.name, "token", datetime.now(UTC))
    principal = registered.principal
    return schemas.RegisteredLearner(id=principal.account_id, name=principal.name, token=registered.secret)


@router.get("/skills", summary="What can be practised")
async def list_skills() -> schemas.Skills:
    """Every skill with its parts, its known misconceptions and an example."""
    return schemas.Skills(skills=[skill_out(skill) for skill in SKILLS.values()])


@router.post(
    "/questions",
    status_code=201,
    summary="Draw questions",
    response_model=schemas.Questions,
    responses={201: {"content": {NDJSON: {}}}},
)
def draw_questions(body: schemas.DrawQuestions, request: Request) -> Response:
    """Draws fresh questions. Nothing is stored: a question is a function of its id. Up to 100 come as JSON, and up to 1,000, one
    to a line, with `Accept: application/x-ndjson`.
    """
    lines = wants_lines(request)
    if body.count > _MOST_AS_JSON and not lines:
        raise Unusable("/count", f"More than {_MOST_AS_JSON} questions come as NDJSON: send Accept: {NDJSON}.")
    drawn = questions.draw_questions(body.skill, body.level, body.format, body.count, body.seed)
    if lines:
        return as_lines((question_out(question) for question in drawn), 201)
    return _as_json(schemas.Questions(questions=[question_out(question) for question in drawn]), 201, {})


@router.get(
    "/questions/{question_id}",
    summary="One question, by its id",
    response_model=schemas.QuestionOut,
    responses={304: {"description": "Not modified."}, **problems(404)},
)
async def read_question(
    question_id: str,
    if_none_match: Annotated[
        str | None, Header(description="The `ETag` of an earlier answer, several with commas, or `*`.")
    ] = None,
) -> Response:
    """The same id gives the same question for ever, on every machine."""
    text = await _question_text(question_id)
    etag = '"' + hashlib.sha256(question_id.encode()).hexdigest()[:16] + '"'
    headers = {"ETag": etag, "Cache-Control": _A_YEAR}
    if if_none_match is not None and (if_none_match.strip() == "*" or etag in if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(text, 200, headers, "application/json")


def _as_texts(question_ids: Sequence[str]) -> list[str | Exception]:
    found = questions.find_questions(question_ids)
    return [one if isinstance(one, Exception) else question_out(one).model_dump_json() for one in found]


_question_text = Kept(_as_texts, most=2048)
"""What is said of a question, which never changes."""


@router.post(
    "/questions/{question_id}/attempts",
    status_code=201,
    summary="Answer a question",
    response_model=schemas.AttemptOut,
    responses={
        200: {
            "description": "A retry: the first attempt under this Idempotency-Key.",
            "model": schemas.AttemptOut,
        },
        **problems(401, 403, 404),
    },
)
async def submit_attempt(
    question_id: str,
    body: schemas.NewAttempt,
    request: Request,
    principal: RequiredPrincipal,
    idempotency_key: Annotated[
        str | None,
        Header(
            description=f"Any text of your own, 1 to {_LONGEST_KEY} printable characters; a retry with it is safe. Keys belong to"
            " their learner and never expire."
        ),
    ] = None,
) -> Response:
    """Grades the answer and keeps it. It is stored when this returns.

    A retry under the same `Idempotency-Key`, to the same question and with the same answer, gets the first attempt, with a 200.
    With another answer or at another question it is a 422 of the type `urn:sigmoid-quiz:problem:idempotency-conflict`. A refused
    request does not use its key up; without a key, each call is an attempt of its own.
    """
    if len(request.headers.getlist("idempotency-key")) > 1:
        raise bad_parameter("header", "Idempotency-Key", "There are two of them; send one.")
    if idempotency_key is not None and not (0 < len(idempotency_key) <= _LONGEST_KEY and idempotency_key.isprintable()):
        raise bad_parameter("header", "Idempotency-Key", f"An idempotency key has 1 to {_LONGEST_KEY} printable characters.")

    def show(outcome: practice.Outcome) -> Response:
        location = {"Location": f"/api/v1/attempts/{outcome.attempt.row.id}"}
        return _as_json(attempt_out(outcome.attempt), 201 if outcome.created else 200, location)

    return await practice.submit_answer(
        request.app.state.database, principal, question_id, body.answer, datetime.now(UTC), show, idempotency_key
    )


@router.post(
    "/questions/{question_id}/solution",
    summary="Show the solution",
    responses=problems(401, 403, 404),
)
async def show_solution(question_id: str, request: Request, principal: RequiredPrincipal) -> schemas.SolutionOut:
    """Shows key, tolerance and steps. Attempts at this question after that don't count as first tries."""
    solution, _ = await solutions.show_solution(request.app.state.database, principal, question_id, datetime.now(UTC))
    return solution_out(solution)


@router.get("/attempts", summary="Attempts, oldest first", responses=problems(401, 404, 422))
def list_attempts(
    request: Request,
    response: Response,
    principal: RequiredPrincipal,
    since: Annotated[
        str | None, Query(description="The `next` or `resume` of an earlier page; without it, from the beginning.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ATTEMPTS, description="How many to a page."), PLAIN_DIGITS] = 50,
    learner: Annotated[str | None, Query(description="Only this learner's, by id.")] = None,
    skill: Annotated[str | None, Query(description="Only at questions of this skill, by id.")] = None,
    course: Annotated[
        str | None, Query(description="Only of learners in this course; `open` is that of whoever is in none.")
    ] = None,
) -> schemas.Attempts:
    """The caller's own; with the token of an instructor or a program, those of their learners.

    To read on, send `next` as `since`, or follow the `Link` header with `rel="next"`, until `next` is null. To ask later for what
    has come meanwhile, keep the `resume` of the last page and send that as `since`: each attempt is then read once, and none is
    missed. An assignment's tries come in when it closes. What a learner did before joining a course stands at its old place, so
    after somebody has joined, read with `learner` from the beginning.
    """
    if skill is not None and skill not in SKILLS:
        raise bad_parameter("query", "skill", f"There is no such skill; there are {', '.join(SKILLS)}.")
    page, last = practice.list_attempts(request.app.state.database, principal, read_cursor(since), limit, learner, skill, course)
    following = None if last is None else write_cursor(last)
    if following is not None:
        narrowed = {"learner": learner, "skill": skill, "course": course}
        query = {
            "since": following,
            "limit": limit,
            **{name: value for name, value in narrowed.items() if value is not None},
        }
        response.headers["Link"] = f'</api/v1/attempts?{urlencode(query)}>; rel="next"'
    resume = write_cursor(page[-1].row.id) if page else since
    return schemas.Attempts(attempts=[attempt_out(attempt) for attempt in page], next=following, resume=resume)


@router.get("/attempts/{attempt_id}", summary="One attempt", responses=problems(401, 404))
async def read_attempt(attempt_id: str, request: Request, principal: RequiredPrincipal) -> schemas.AttemptOut:
    """The caller's own, or one that the caller may read as an instructor."""
    return attempt_out(await practice.find_attempt(request.app.state.database, principal, attempt_id))


def _as_json(shown: BaseModel, status: int, headers: Mapping[str, str]) -> Response:
    """What a route answers with, written once: FastAPI would check the model a second time on its way out."""
    return Response(shown.model_dump_json(), status, headers, "application/json")
