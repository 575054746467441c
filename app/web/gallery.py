"""/gallery: every component on one page, in every state. For whoever changes the look, and for the browser tests; no page
leads there, and search engines are told to leave it out.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import build
from app.engine.skills import LEVELS
from app.services.reporting import MistakeCount
from app.services.solutions import solution_of
from app.web.contexts import GalleryPage, HeatRow
from app.web.curve import sigmoid_curve
from app.web.rendering import page
from app.web.sheet import PartSheet, Sheet, blank_cells, blank_sheet, outline
from app.web.visitors import Visitor

router = APIRouter(include_in_schema=False)

_TYPED = ("0.105", "−0.197", "1.905", "−0.269")
_MIXED = (True, True, False, False)
_COUNTS = (3, 0, 5, 9, 18, 34, 47, 61, 52, 21)
_COLUMNS = (
    ("activation", "The activation"),
    ("derivative", "The derivative"),
    ("delta", "dz, σ′(z) given"),
    ("chain", "dz, from z"),
)
_NAMES = ("Amara", "Ben", "Chidi", "Somebody with a rather longer name than the others")


@router.get("/gallery")
def gallery(request: Request, visitor: Visitor) -> Response:
    lesson = build(lesson_id("chain"))
    blank = blank_sheet(lesson)
    context = GalleryPage(
        sheet=blank,
        choice=blank_sheet(build(QuestionId("chain", 1, "choice", 1, 1))),
        marked=_marked(blank),
        matrix=_matrix("dW"),
        marked_matrix=_marked_matrix(),
        verdicts=_verdicts(blank.parts[0]),
        key="",
        levels=LEVELS,
        solution=solution_of(lesson),
        curve=sigmoid_curve(lesson, with_slopes=True),
        outline=outline(lesson),
        counts=_COUNTS,
        columns=_COLUMNS,
        heat=[HeatRow(name, None, [0.25 * k, 0.95 - 0.3 * k, None if k == 1 else 0.5, 1.0]) for k, name in enumerate(_NAMES)],
        mistakes=[MistakeCount(code, known.title, 41 - 8 * k) for k, (code, known) in enumerate([*MISCONCEPTIONS.items()][:5])],
    )
    return page(request, context, visitor, headers={"X-Robots-Tag": "noindex"})


def _matrix(symbol: str) -> PartSheet:
    shape = (3, 4)
    return PartSheet(symbol, "dW", "a matrix of 3 rows and 4 columns", shape, cells=blank_cells(symbol, shape))


def _marked_matrix() -> PartSheet:
    part = _matrix("marked")
    for k, cell in enumerate(part.cells):
        cell.value, cell.mark = _TYPED[k % 4], _MIXED[k % 4]
    return part


def _marked(sheet: Sheet) -> Sheet:
    """The mixed answer on the lesson's question."""
    marked = deepcopy(sheet)
    part = marked.parts[0]
    for cell, typed, mark in zip(part.cells, _TYPED, _MIXED, strict=True):
        cell.value, cell.mark = typed, mark
        cell.name = f"marked.{cell.name}"
    part.outcome = _outcome("partial")
    return marked


def _verdicts(part: PartSheet) -> list[tuple[str, PartSheet]]:
    """One part for every kind of verdict."""
    kinds: list[tuple[str, Mapping[str, Any], tuple[bool, ...]]] = [
        ("Right, exact", _outcome("correct", rounding="exact"), (True,) * 4),
        ("Right, rounded on the way", _outcome("correct", rounding="intermediate"), (True,) * 4),
        ("Right, in the last digit", _outcome("correct", rounding="last-digit"), (True,) * 4),
        ("Followed through", _outcome("followed-through"), (True,) * 4),
        ("Partly right, a mistake named", _outcome("partial", code="upstream-sign-dropped"), _MIXED),
        ("Partly right, none named", _outcome("partial"), _MIXED),
        ("Wrong, a mistake named", _outcome("incorrect", code="h-for-derivative"), (False,) * 4),
        ("Wrong, none named", _outcome("incorrect"), (False,) * 4),
        ("Not answered", _outcome("unanswered"), (False,) * 4),
    ]
    shown = []
    for title, outcome, marks in kinds:
        one = deepcopy(part)
        one.outcome, one.moved, one.allowed = outcome, "0.0004", "0.0017"
        for cell, mark in zip(one.cells, marks, strict=True):
            cell.mark = mark
        shown.append((title, one))
    option = PartSheet(part.symbol, part.latex, part.title, part.shape, outcome=_outcome("incorrect", code="h-for-derivative"))
    return [*shown, ("Another option chosen", option)]


def _outcome(verdict: str, rounding: str | None = None, code: str | None = None) -> dict[str, Any]:
    known = MISCONCEPTIONS[code] if code else None
    named = {"code": known.code, "title": known.title, "feedback": known.feedback} if known else None
    return {"verdict": verdict, "rounding": rounding, "misconception": named, "entries": None, "score": 0.0}
