"""Who may what, as a table: the whole of it can be read at once."""

import pytest

from app.security import principals
from app.security.principals import Principal, Role

ROLES: tuple[Role, ...] = ("learner", "instructor", "administrator", "integration")


def someone(role: Role, account_id: str = "me") -> Principal:
    return Principal(account_id, role, "Ada", "token")


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("is_instructor", {"instructor", "administrator"}),
        ("may_attempt", {"learner", "instructor", "administrator"}),
        ("may_read_class", {"instructor", "administrator", "integration"}),
        ("may_manage_accounts", {"administrator"}),
    ],
)
def test_permissions_by_role(permission: str, allowed: set[str]) -> None:
    may = getattr(principals, permission)
    assert {role for role in ROLES if may(someone(role))} == allowed


def test_how_far_each_role_sees() -> None:
    assert [principals.scope(someone(role)) for role in ROLES] == [
        "own",
        "their courses and the open one",
        "everybody",
        "their course",
    ]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("learner", set()),
        ("integration", set()),
        ("instructor", {"learner", "integration"}),
        ("administrator", set(ROLES)),
    ],
)
def test_nobody_hands_out_more_than_they_have(role: Role, allowed: set[str]) -> None:
    assert {other for other in ROLES if principals.may_issue_token(someone(role), other)} == allowed


def test_a_principal_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(AttributeError):
        someone("learner").role = "administrator"  # type: ignore[misc]
