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
        ("learner", {"learner"}),
        ("integration", {"integration"}),
        ("instructor", {"learner", "instructor"}),
        ("administrator", {"learner", "instructor", "administrator"}),
    ],
)
def test_a_token_never_does_more_than_its_account(role: Role, allowed: set[str]) -> None:
    assert set(principals.own_scopes(someone(role))) == allowed
    for scope in ROLES:
        assert principals.limited(role, scope) == (scope if scope in allowed else role)


def test_a_token_makes_no_token() -> None:
    assert not principals.may_make_token(someone("administrator"))
    assert principals.may_make_token(Principal("me", "learner", "Ada", "session"))


def test_a_principal_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(AttributeError):
        someone("learner").role = "administrator"  # type: ignore[misc]
