"""Question banks for programs: hundreds of questions in a format that another platform imports."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import ClassReader
from app.edge.downloads import described, download
from app.edge.parameters import Count
from app.edge.problems import bad_parameter
from app.services import question_banks
from app.services.question_banks import MOST_IN_A_BANK, BankFormat
from app.services.question_sets import QuestionFormat, read_set
from app.services.refusals import Unusable

router = api_router()

_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bank, as XML or as a zip file.", "content": described("xml", "zip")}
}


@router.get(
    "/question-banks/{format}",
    summary="A question bank for another platform",
    response_class=StreamingResponse,
    responses={**_FILES, **problems(401, 403, 404, 422)},
)
async def read_bank(
    format: BankFormat,
    principal: ClassReader,
    items: Annotated[
        str,
        Query(
            description="`skill:level:count`, or the id of a question, with commas: `chain:1:100,update:2:50`. At most"
            f" {MOST_IN_A_BANK} questions.",
            examples=["chain:1:100,update:2:50"],
        ),
    ],
    seed: Annotated[Count | None, Query(description="The same items and seed are the same bank; fresh without.")] = None,
    question_format: Annotated[QuestionFormat, Query(description="Of all the questions: `numeric` or `choice`.")] = "numeric",
) -> StreamingResponse:
    """Moodle XML (`moodle`) or a QTI 3.0 package (`qti`), with this quiz's tolerances or options and the feedback of its
    misconceptions. The file says what its format cannot say.
    """
    try:
        chosen = read_set(items, seed, MOST_IN_A_BANK, question_format)
    except Unusable as error:
        raise bad_parameter("query", error.pointer.removeprefix("/"), error.detail) from None
    chunks = await run_in_threadpool(question_banks.write_bank, format, chosen)
    return download(chunks, question_banks.bank_name(format, chosen), question_banks.FORMATS[format].ending)
