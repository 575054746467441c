"""The page from which question banks leave the desk. They hold questions and keys, and nothing of a class: no export to audit."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.downloads import download
from app.edge.parameters import Count
from app.engine.skills import LEVELS
from app.security.principals import Principal
from app.services import question_banks
from app.services.question_banks import MOST_IN_A_BANK, BankFormat
from app.services.question_sets import QuestionFormat, read_set
from app.services.refusals import Unusable
from app.web.rendering import page
from app.web.set_contexts import BanksPage
from app.web.set_form import read_set_form, skills_to_choose
from app.web.visitors import Staff

router = APIRouter(prefix="/dashboard", include_in_schema=False)


@router.get("/banks")
def show_banks(request: Request, staff: Staff) -> Response:
    return _page(request, staff, {}, {})


@router.get("/banks/choose")
def choose_bank(
    request: Request,
    staff: Staff,
    format: Annotated[BankFormat, Query()] = "moodle",
    question_format: Annotated[QuestionFormat, Query()] = "numeric",
) -> Response:
    """From what was typed to the address of the file."""
    sent = dict(request.query_params)
    try:
        chosen = read_set_form(sent, MOST_IN_A_BANK, question_format)
    except Unusable as error:
        return _page(request, staff, sent, {error.pointer.removeprefix("/"): error.detail}, 422)
    found = {"items": chosen.spelled, "seed": chosen.seed}
    if question_format != "numeric":
        found["question_format"] = question_format
    return RedirectResponse(f"/dashboard/banks/{format}?{urlencode(found, safe=':,')}", 303)


@router.get("/banks/{format}")
async def take_bank(
    format: BankFormat,
    staff: Staff,
    items: Annotated[str, Query()] = "",
    seed: Annotated[Count | None, Query()] = None,
    question_format: Annotated[QuestionFormat, Query()] = "numeric",
) -> Response:
    chosen = read_set(items, seed, MOST_IN_A_BANK, question_format)
    chunks = await run_in_threadpool(question_banks.write_bank, format, chosen)
    return download(chunks, question_banks.bank_name(format, chosen), question_banks.FORMATS[format].ending)


def _page(request: Request, staff: Principal, typed: dict[str, str], complaints: dict[str, str], status: int = 200) -> Response:
    shown = BanksPage(question_banks.FORMATS, skills_to_choose(), LEVELS, typed, complaints, MOST_IN_A_BANK)
    return page(request, shown, staff, status)
