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


@dataclass(frozen=True, slots=True)
class Principal:
    """An account that has shown who it is, and how: by a browser's session or by a token."""

    account_id: str
    role: Role
    name: str
    kind: CredentialKind


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


def may_issue_token(principal: Principal, role: Role) -> bool:
    """Whether this account may hand out a token of that role: never one that can do more than itself."""
    if principal.role == "administrator":
        return True
    return principal.role == "instructor" and role in ("learner", "integration")


def may_manage_accounts(principal: Principal) -> bool:
    """Whether this account may add instructors and change roles."""
    return principal.role == "administrator"
