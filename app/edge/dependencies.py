"""FastAPI dependencies that answer "who is asking?".

Looking a secret up is the business of the rooms below; `main` hands it in as `app.state.identify`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from app.edge.credentials import read_credential
from app.edge.problems import Problem
from app.security.principals import CredentialKind, Principal, is_instructor, may_read_class

Identify = Callable[[CredentialKind, str], Awaitable[Principal | None]]
"""(kind, secret as shown) -> whose it is; None for one that is unknown or has expired."""

_WHO = "principal"  # in a request's state


async def identify_request(request: Request) -> Principal | None:
    """Who is asking, or None.

    A wrong token is a 401 even where none is needed: who shows one means to be known. A session that has
    expired only makes a stranger of its browser. Looked up once for each request, however many ask.
    """
    state = request.scope.setdefault("state", {})
    if _WHO not in state:
        state[_WHO] = await _look_up(request)
    principal: Principal | None = state[_WHO]
    return principal


async def _look_up(request: Request) -> Principal | None:
    credential = read_credential(request)
    if credential is None:
        return None
    identify: Identify = request.app.state.identify
    principal = await identify(credential.kind, credential.secret) if credential.secret else None
    if principal is None and credential.kind == "token":
        raise _unauthorised("This token is not valid: it is mistyped, was withdrawn or has expired.", ' error="invalid_token"')
    return principal


# The dependencies call one another rather than depend on one another: FastAPI takes longer to resolve one than this takes to
# run, and there are three to a request.
async def require_principal(request: Request) -> Principal:
    """Dependency: who is asking. 401 for nobody."""
    principal = await identify_request(request)
    if principal is None:
        raise _unauthorised("This needs a token: Authorization: Bearer TOKEN.")
    return principal


async def require_class_reader(request: Request) -> Principal:
    """Dependency: one who may read what all learners did. 401 for nobody, 403 for a learner."""
    principal = await require_principal(request)
    if not may_read_class(principal):
        raise Problem(403, "Not allowed", "Only instructors and integrations may read this.", "not-allowed")
    return principal


async def require_instructor(request: Request) -> Principal:
    """Dependency: an instructor or the administrator. 401 for nobody, 403 for others."""
    principal = await require_principal(request)
    if not is_instructor(principal):
        raise Problem(403, "Not allowed", "Only instructors may do this.", "not-allowed")
    return principal


def _unauthorised(detail: str, parameter: str = "") -> Problem:
    headers = {"WWW-Authenticate": "Bearer" + parameter}
    return Problem(401, "Who is asking?", detail, "unauthorised", headers=headers)


RequiredPrincipal = Annotated[Principal, Depends(require_principal)]
ClassReader = Annotated[Principal, Depends(require_class_reader)]
Instructor = Annotated[Principal, Depends(require_instructor)]
