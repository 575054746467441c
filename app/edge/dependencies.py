"""FastAPI dependencies that answer "who is asking?".

Looking a secret up is the business of the rooms below; `main` hands it in as `app.state.identify`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.edge.credentials import read_credential
from app.edge.problems import Problem
from app.security.principals import CredentialKind, Principal, is_instructor, may_read_class

Identify = Callable[[CredentialKind, str], Awaitable[Principal | None]]
"""(kind, secret as shown) -> whose it is; None for one that is unknown or has expired."""

# Read by the API description alone, which so tells its readers about tokens.
_describe_tokens = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="The token handed out once, by `POST /learners` or an instructor.",
)


async def identify_request(request: Request) -> Principal | None:
    """Who is asking, or None.

    A wrong token is a 401 even where none is needed: who shows one means to be known. A session that has
    expired only makes a stranger of its browser.
    """
    credential = read_credential(request)
    if credential is None:
        return None
    identify: Identify = request.app.state.identify
    principal = await identify(credential.kind, credential.secret) if credential.secret else None
    if principal is None and credential.kind == "token":
        raise _unauthorised("This token is not valid: it is mistyped, was withdrawn or has expired.", ' error="invalid_token"')
    return principal


async def current_principal(
    principal: Annotated[Principal | None, Depends(identify_request)],
    _: Annotated[HTTPAuthorizationCredentials | None, Security(_describe_tokens)],
) -> Principal | None:
    """Dependency: who is asking, or None. 401 for a wrong token."""
    return principal


async def require_principal(principal: Annotated[Principal | None, Depends(current_principal)]) -> Principal:
    """Dependency: who is asking. 401 for nobody."""
    if principal is None:
        raise _unauthorised("This needs a token: Authorization: Bearer TOKEN.")
    return principal


async def require_class_reader(principal: Annotated[Principal, Depends(require_principal)]) -> Principal:
    """Dependency: one who may read what all learners did. 401 for nobody, 403 for a learner."""
    if not may_read_class(principal):
        raise Problem(403, "Not allowed", "Only instructors and integrations may read this.", "not-allowed")
    return principal


async def require_instructor(principal: Annotated[Principal, Depends(require_principal)]) -> Principal:
    """Dependency: an instructor or the administrator. 401 for nobody, 403 for others."""
    if not is_instructor(principal):
        raise Problem(403, "Not allowed", "Only instructors may do this.", "not-allowed")
    return principal


def _unauthorised(detail: str, parameter: str = "") -> Problem:
    headers = {"WWW-Authenticate": "Bearer" + parameter}
    return Problem(401, "Who is asking?", detail, "unauthorised", headers=headers)


CurrentPrincipal = Annotated[Principal | None, Depends(current_principal)]
RequiredPrincipal = Annotated[Principal, Depends(require_principal)]
ClassReader = Annotated[Principal, Depends(require_class_reader)]
Instructor = Annotated[Principal, Depends(require_instructor)]
