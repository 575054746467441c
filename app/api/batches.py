"""Many answers in one request, each with its own outcome."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.api import batch_schemas as schemas
from app.api.documented import problems
from app.api.present import attempt_out
from app.api.routes import api_router
from app.api.schemas import ProblemOut
from app.edge.dependencies import RequiredPrincipal
from app.edge.lines import NDJSON, as_lines, wants_lines
from app.edge.problems import problem_of
from app.security.principals import Principal
from app.services.batches import TOGETHER, GivenAnswer, Stored, check_may_submit, submit_together

logger = logging.getLogger(__name__)

router = api_router()


@router.post(
    "/attempts",
    summary="Answer many questions",
    response_model=schemas.Outcomes,
    responses={200: {"content": {NDJSON: {}}}, **problems(401, 403)},
)
async def submit_attempts(body: schemas.NewAttempts, request: Request, principal: RequiredPrincipal) -> Response:
    """Up to 1,000 answers, in at most 256 kB. Each is graded and stored as if it had come alone, and has its own outcome, with
    the status that it alone would have had: 201, 200 for a retry, or a problem. A bad one harms no other.

    Each has its own `idempotency_key`, so the whole request can be sent again after whatever happened: what was stored is not
    stored again. With a program's token that may hand in answers, `learner_id` names a learner of its course; everybody else
    leaves it out. With `Accept: application/x-ndjson` the outcomes come one to a line, as soon as they are stored.
    """
    check_may_submit(principal)
    outcomes = _outcomes(request, principal, body.attempts)
    if wants_lines(request):
        return as_lines(outcomes, 200)
    shown = schemas.Outcomes(outcomes=[one async for one in outcomes])
    return Response(shown.model_dump_json(), 200, media_type="application/json")


async def _outcomes(request: Request, principal: Principal, sent: list[dict[str, Any]]) -> AsyncIterator[schemas.Outcome]:
    rest = iter(enumerate(sent))
    while some := list(islice(rest, TOGETHER)):
        read = [_read(entry) for _, entry in some]
        given = [one for one in read if isinstance(one, GivenAnswer)]
        results = iter(await submit_together(request.app.state.database, principal, given, datetime.now(UTC)))
        for (index, _), one in zip(some, read, strict=True):
            result = next(results) if isinstance(one, GivenAnswer) else one
            yield _outcome(request, index, result)


def _read(entry: dict[str, Any]) -> GivenAnswer | Exception:
    try:
        one = schemas.NewAttemptOfMany.model_validate(entry)
    except ValidationError as error:
        return RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)])
    return GivenAnswer(one.question_id, one.answer, one.idempotency_key, one.learner_id)


def _outcome(request: Request, index: int, result: Stored | Exception) -> schemas.Outcome:
    if isinstance(result, Stored):
        return schemas.Outcome(index=index, status=201 if result.created else 200, attempt=attempt_out(result.attempt))
    problem = problem_of(request, result)
    if problem.status_code == 500:
        logger.error("an answer of a batch could not be stored", exc_info=result)
    return schemas.Outcome(index=index, status=problem.status_code, problem=ProblemOut(**problem.document()))
