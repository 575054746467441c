"""Who is asking, and what they may do.

One function to a question, so that every room asks in the same words. A function that answers False about
somebody else's thing means "there is no such thing" to the one who asked: the rooms above answer 404, so
that ids can't be probed.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["learner", "instructor", "administrator", "integration"]
CredentialKind = Literal["session", "token"]


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
    """Whether this account may read what all learners did: scores, attempts, reports."""
    return is_instructor(principal) or principal.role == "integration"


def may_read_learner(principal: Principal, learner_id: str) -> bool:
    """Whether this account may read that learner's records. False is to be told as 404."""
    return principal.account_id == learner_id or may_read_class(principal)


def may_read_attempt(principal: Principal, learner_id: str) -> bool:
    """Whether this account may read an attempt made by that learner. False is to be told as 404."""
    return may_read_learner(principal, learner_id)


def may_issue_token(principal: Principal, role: Role) -> bool:
    """Whether this account may hand out a token of that role: never one that can do more than itself."""
    if principal.role == "administrator":
        return True
    return principal.role == "instructor" and role in ("learner", "integration")


def may_manage_accounts(principal: Principal) -> bool:
    """Whether this account may add instructors and change roles."""
    return principal.role == "administrator"
