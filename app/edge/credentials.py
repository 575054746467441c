"""What a request shows to say who it comes from: a bearer token, or else the session cookie.

Never both: a request that carries a token is excused from proving that it comes from our own pages, so its
cookie must count for nothing. Other Authorization schemes are as good as none: a browser sends a password
that some proxy in front asked for by itself, with any site's requests, so it excuses from nothing.
"""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.edge.cookies import read_session
from app.security.principals import CredentialKind

_LONGEST_SECRET = 256  # ours have 43 characters; there is no point in looking up a novel


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret as shown, not yet looked up. An unreadable token is kept as an empty one, which nobody has."""

    kind: CredentialKind
    secret: str


def bearer_token(authorization: bytes | None) -> str | None:
    """The token in an Authorization header: "" if unusable, None where it is no bearer header."""
    if authorization is None:
        return None
    scheme, _, token = authorization.decode("latin-1").strip().partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    return token if len(token) <= _LONGEST_SECRET else ""


def read_credential(request: HTTPConnection) -> Credential | None:
    """What the request shows, or None if nothing."""
    authorization = request.headers.get("authorization")
    token = bearer_token(None if authorization is None else authorization.encode("latin-1"))
    if token is not None:
        return Credential("token", token)
    session = read_session(request)
    return None if session is None or len(session) > _LONGEST_SECRET else Credential("session", session)
