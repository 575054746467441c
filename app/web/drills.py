"""Practice against one mistake: questions that would show it, and the way on from them that stays with it.

A drill is an ordinary question whose address carries the mistake, `/q/{id}?drill=CODE`, so that a reload shows the same.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.engine.misconceptions import Misconception
from app.services import drill
from app.services.refusals import NotFound
from app.web.visitors import Visitor

router = APIRouter(include_in_schema=False)


@router.get("/practice/drill")
def draw_drill(request: Request, visitor: Visitor, mistake: Annotated[str, Query()] = "") -> Response:
    """A fresh question in which this mistake would show, at the learner's own level."""
    question = drill.draw_question_showing(request.app.state.database, visitor, mistake)
    return RedirectResponse(f"/q/{question.id}?drill={mistake}", 303)


def drilled(code: object) -> Misconception | None:
    """The mistake that the way led here with; any other word is overlooked, and the page is the plain one."""
    try:
        return drill.find_mistake(code) if isinstance(code, str) and code else None
    except NotFound:
        return None


# A coroutine, though it waits for nothing: anything else would be given a thread of its own.
async def _from_address(code: Annotated[str, Query(alias="drill")] = "") -> Misconception | None:
    return drilled(code)


Drill = Annotated[Misconception | None, Depends(_from_address)]


def onward(form: FormData) -> str:
    """What keeps a drill going over a redirect."""
    mistake = drilled(form.get("drill"))
    return f"?drill={mistake.code}" if mistake else ""
