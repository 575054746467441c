"""Who is asking, and what they may do.

One function to a question, so that every room asks in the same words. A function that answers False about
somebody else's thing means "there is no such thing" to the one who asked: the rooms above answer 404, so
that ids can't be probed.
"""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["own", "their course", "their courses and the open one", "everybody"]
Role = Literal["learner", "instructor", "administrator", "integration"]
CredentialKind = Literal["session", "token"]


_SCOPES: dict[Role, Scope] = {
    "learner": "own",
    "integration": "their course",
    "instructor": "their courses and the open one",
    "administrator": "everybody",
}
_OWN_SCOPES: dict[Role, tuple[Role, ...]] = {
    "learner": ("learner",),
    "integration": ("integration",),
    "instructor": ("learner", "instructor"),
    "administrator": ("learner", "instructor", "administrator"),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """An account that has shown who it is, and how: by a browser's session or by a token.

    role: the account's, or the lesser one that the token is limited to. may_submit: an integration's token that may hand in
    answers for the learners of its course.
    """

    account_id: str
    role: Role
    name: str
    kind: CredentialKind
    may_submit: bool = False


def is_instructor(principal: Principal) -> bool:
    """A person who teaches: an instructor, or the administrator, who is one too."""
    return principal.role in ("instructor", "administrator")


def may_attempt(principal: Principal) -> bool:
    """Whether this account may answer questions; an integration, being a program, only reads."""
    return principal.role != "integration"


def may_read_class(principal: Principal) -> bool:
    """Whether this account may read what learners did that are in its reach: scores, attempts, reports."""
    return is_instructor(principal) or principal.role == "integration"


def scope(principal: Principal) -> Scope:
    """Whose records this account may read, besides its own. What lies outside is to be told as 404."""
    return _SCOPES[principal.role]


def may_teach(principal: Principal) -> bool:
    """Whether this account may make courses, and change those it teaches."""
    return is_instructor(principal)


def own_scopes(principal: Principal) -> tuple[Role, ...]:
    """The roles that a token of one's own may act in, the least first: never one that can do more than oneself."""
    return _OWN_SCOPES[principal.role]


def limited(role: Role, scope: Role) -> Role:
    """The role in which a token of this scope acts for an account of this role."""
    return scope if scope in _OWN_SCOPES[role] else role


def may_make_token(principal: Principal) -> bool:
    """Whether this account may make a token of its own: in a browser alone, so that no token makes another."""
    return principal.kind == "session"


def may_manage_accounts(principal: Principal) -> bool:
    """Whether this account may add instructors and change roles."""
    return principal.role == "administrator"
