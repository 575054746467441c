"""Who is looking at a page: nobody yet, a learner by cookie, or an instructor who has signed in."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.responses import Response

from app.edge.cookies import set_session
from app.edge.dependencies import identify_request
from app.edge.problems import Problem
from app.security.principals import Principal, is_instructor
from app.services import accounts

Visitor = Annotated[Principal | None, Depends(identify_request)]


class SignInFirst(Exception):
    """The page is for instructors; `onward` is where to go after signing in."""

    def __init__(self, onward: str) -> None:
        super().__init__(onward)
        self.onward = onward


async def require_staff(request: Request, visitor: Visitor) -> Principal:
    """Dependency of the desk. Strangers and learners are led to the sign-in page, which says how to get in."""
    if visitor is None:
        asked = request.url.query
        raise SignInFirst(f"{request.url.path}?{asked}" if asked and request.method == "GET" else request.url.path)
    if not is_instructor(visitor):
        raise Problem(403, "For instructors", "This page is for instructors. If you are one, sign in as such first.")
    return visitor


Staff = Annotated[Principal, Depends(require_staff)]


def sign_in_address(onward: str) -> str:
    """The sign-in page that leads on to `onward`."""
    return "/sign-in?" + urlencode({"onward": onward})


def signed(request: Request, response: Response, begun: accounts.SignedIn | None) -> Response:
    """Hands the cookie to a learner who has just begun."""
    if begun is not None:
        set_session(response, request, begun.secret, max_age=accounts.session_seconds(begun.principal))
    return response
