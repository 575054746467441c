"""One's own tokens: for programs that act as oneself. Made, listed and revoked here."""

from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.edge.problems import Problem
from app.edge.strict_form import StrictFormRoute
from app.security.principals import Principal, Role, may_make_token, own_scopes
from app.services import tokens
from app.services.refusals import Unusable
from app.web.course_contexts import LinkPage, TokensPage
from app.web.rendering import page
from app.web.visitors import Visitor

router = APIRouter(prefix="/me/tokens", route_class=StrictFormRoute, include_in_schema=False)

_WORDS = {
    "learner": "learner: answers questions and reads what is yours",
    "instructor": "instructor: reads and changes your courses too",
    "administrator": "administrator: everything you may do",
}
_SAID = {"revoked": "Revoked. The token stopped working at once."}


@router.get("")
def list_tokens(request: Request, visitor: Visitor, said: Annotated[str, Query()] = "") -> Response:
    """A stranger gets no cookie for looking."""
    return _tokens_page(request, visitor, "", None, _SAID.get(said))


@router.post("")
async def make_token(
    request: Request, visitor: Visitor, name: Annotated[str, Form()] = "", scope: Annotated[str, Form()] = "learner"
) -> Response:
    """The token is shown in the answer itself: it stands nowhere else."""
    if visitor is None:
        raise Problem(403, "Nobody to act as yet", "Answer a question or sign in first; then a program can act as you.")
    database = request.app.state.database
    try:
        made, secret = await tokens.make_token(database, visitor, name, cast(Role, scope), datetime.now(UTC))
    except Unusable as error:
        return await run_in_threadpool(_tokens_page, request, visitor, name[:80], error.detail, None, 422)
    lead = "A program that sends it as a bearer token acts as you. Keep it where you keep passwords; it is shown only now."
    return page(request, LinkPage(f"The token {made.name}", lead, secret, "", "/me/tokens"), visitor)


@router.post("/{token_id}/revoke")
async def revoke_token(token_id: str, request: Request, visitor: Visitor) -> Response:
    if visitor is None:
        raise Problem(403, "Not signed in", "Sign in first.")
    await tokens.revoke_token(request.app.state.database, visitor, token_id, datetime.now(UTC))
    return RedirectResponse("/me/tokens?said=revoked", 303)


def _tokens_page(
    request: Request, visitor: Principal | None, typed: str, complaint: str | None, said: str | None, status: int = 200
) -> Response:
    mine = tokens.own_tokens(request.app.state.database, visitor) if visitor else []
    scopes = [(scope, _WORDS[scope]) for scope in own_scopes(visitor)] if visitor and may_make_token(visitor) else []
    return page(request, TokensPage(mine, scopes, typed, complaint, said), visitor, status)
