"""Accounts, the secrets that open them (kept only as hashes), and the counters that slow down guessing.

The functions take a connection; the writing ones belong into a job for `Database.write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from app.persistence.errors import Refused
from app.persistence.prepared import Prepared
from app.persistence.tables import accounts, credentials, throttle

CredentialKind = Literal["session", "token", "sign-in-link"]
Role = Literal["learner", "instructor", "administrator", "integration"]


class EmailTaken(Refused):
    """Another account has this e-mail address."""


@dataclass(frozen=True)
class Account:
    """Somebody, or some program, that can be known again. `email` is in lower case."""

    id: str
    role: Role
    name: str
    email: str | None
    created_at: datetime


_ACCOUNT: Sequence[Any] = (
    accounts.c.id,
    accounts.c.role,
    accounts.c.name,
    accounts.c.email,
    accounts.c.created_at,
)


_STILL_VALID = or_(
    credentials.c.expires_at.is_(None),
    credentials.c.expires_at > bindparam("this_moment", type_=credentials.c.expires_at.type),
)
_BY_CREDENTIAL = (
    select(*_ACCOUNT)
    .join_from(accounts, credentials)
    .where(credentials.c.hash == bindparam("this_hash"), credentials.c.kind == bindparam("this_kind"), _STILL_VALID)
)


@lru_cache(maxsize=16)
def whose(count: int) -> Prepared:
    """(hash_0 … hash_{count - 1}, this_moment) -> for each secret that is known: its hash and kind, id, role and name of the
    account that it belongs to, and what it allows: its scope, whether it may submit for others, and when it was last used.
    """
    return Prepared(
        select(
            credentials.c.hash,
            credentials.c.kind,
            accounts.c.id,
            accounts.c.role,
            accounts.c.name,
            credentials.c.scope,
            credentials.c.may_submit,
            credentials.c.last_used_at,
        )
        .join_from(accounts, credentials)
        .where(credentials.c.hash.in_([bindparam(f"hash_{k}") for k in range(count)]), _STILL_VALID)
    )


def create_account(
    connection: Connection,
    *,
    account_id: str,
    role: Role,
    name: str,
    now: datetime,
    email: str | None = None,
    password_hash: str | None = None,
) -> Account:
    """Stores a new account. Raises EmailTaken when the e-mail address, in any case, belongs to another."""
    email = None if email is None else _plain(email)
    if email is not None and connection.execute(select(exists().where(accounts.c.email == email))).scalar_one():
        raise EmailTaken("this e-mail address has an account already")
    account = {"id": account_id, "role": role, "name": name, "email": email, "created_at": now}
    connection.execute(accounts.insert(), {**account, "password_hash": password_hash})
    found = find_account(connection, account_id)
    assert found is not None
    return found


def find_account(connection: Connection, account_id: str) -> Account | None:
    """The account, or None."""
    return _one(connection, select(*_ACCOUNT).where(accounts.c.id == account_id))


def find_sign_in(connection: Connection, email: str) -> tuple[Account, str] | None:
    """The account with this e-mail address, in any case, and its password hash; None without a password."""
    statement = select(*_ACCOUNT, accounts.c.password_hash).where(
        accounts.c.email == _plain(email), accounts.c.password_hash.is_not(None)
    )
    found = connection.execute(statement).one_or_none()
    return None if found is None else (_account(found), found.password_hash)


def rename_account(connection: Connection, account_id: str, name: str) -> bool:
    """Changes the name; false when there is no such account."""
    changed = connection.execute(accounts.update().where(accounts.c.id == account_id).values(name=name))
    return changed.rowcount == 1


def has_password(connection: Connection, account_id: str) -> bool:
    """Whether the account can be signed in to by e-mail address and password."""
    mine = and_(accounts.c.id == account_id, accounts.c.password_hash.is_not(None))
    return bool(connection.execute(select(exists().where(mine))).scalar_one())


def give_password(connection: Connection, account_id: str, email: str, password_hash: str) -> bool:
    """An address and password for an account that has none; false when it has one, or there is no such account.
    Raises EmailTaken when the address, in any case, belongs to another.
    """
    other = find_by_email(connection, email)
    if other is not None and other.id != account_id:
        raise EmailTaken("this e-mail address has an account already")
    without = and_(accounts.c.id == account_id, accounts.c.password_hash.is_(None))
    changed = accounts.update().where(without).values(email=_plain(email), password_hash=password_hash)
    return connection.execute(changed).rowcount == 1


def instructor_exists(connection: Connection) -> bool:
    """Whether anybody can see the dashboard: an instructor or the administrator."""
    statement = select(exists().where(accounts.c.role.in_(("instructor", "administrator"))))
    return bool(connection.execute(statement).scalar_one())


def store_credential(
    connection: Connection,
    *,
    hash: str,
    account_id: str,
    kind: CredentialKind,
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Keeps the hash of a new session or link, for ever or until `expires_at`, and forgets those that have expired."""
    connection.execute(credentials.delete().where(credentials.c.expires_at <= now))
    row = {"hash": hash, "account_id": account_id, "kind": kind, "created_at": now, "expires_at": expires_at}
    connection.execute(credentials.insert(), row)


def find_by_credential(connection: Connection, kind: CredentialKind, hash: str, now: datetime) -> Account | None:
    """Whose secret this is; None when it is unknown, of another kind, or has expired."""
    found = connection.execute(_BY_CREDENTIAL, {"this_hash": hash, "this_kind": kind, "this_moment": now}).one_or_none()
    return None if found is None else _account(found)


def withdraw_tokens(connection: Connection, account_id: str) -> None:
    """Makes every token of the account worthless."""
    mine = and_(credentials.c.account_id == account_id, credentials.c.kind == "token")
    connection.execute(credentials.delete().where(mine))


def delete_credential(connection: Connection, hash: str) -> None:
    """Makes the secret worthless; an unknown one is no error."""
    connection.execute(credentials.delete().where(credentials.c.hash == hash))


def replace_first_link(connection: Connection, *, hash: str, now: datetime, expires_at: datetime) -> None:
    """Keeps the hash of a new one-time link that makes the first instructor; earlier such links become worthless."""
    connection.execute(credentials.delete().where(credentials.c.account_id.is_(None)))
    row = {"hash": hash, "account_id": None, "kind": "sign-in-link", "created_at": now, "expires_at": expires_at}
    connection.execute(credentials.insert(), row)


def use_first_link(connection: Connection, hash: str, now: datetime) -> bool:
    """Uses the link up; false when it is unknown, used, replaced or has expired."""
    valid = and_(_valid("sign-in-link", hash, now), credentials.c.account_id.is_(None))
    return connection.execute(credentials.delete().where(valid)).rowcount == 1


def find_by_email(connection: Connection, email: str) -> Account | None:
    """The account with this e-mail address, in any case."""
    return _one(connection, select(*_ACCOUNT).where(accounts.c.email == _plain(email)))


def find_link(connection: Connection, hash: str, now: datetime) -> tuple[bool, Account | None]:
    """Whether this one-time link still works, and whose it is; nobody's is the one that makes the first instructor."""
    account = find_by_credential(connection, "sign-in-link", hash, now)
    known = select(exists().where(_valid("sign-in-link", hash, now)))
    return account is not None or bool(connection.execute(known).scalar_one()), account


def replace_personal_link(connection: Connection, *, hash: str, account_id: str, now: datetime, expires_at: datetime) -> None:
    """Keeps the hash of a new one-time link that signs in as this account; its earlier ones become worthless."""
    mine = and_(credentials.c.account_id == account_id, credentials.c.kind == "sign-in-link")
    connection.execute(credentials.delete().where(mine))
    store_credential(connection, hash=hash, account_id=account_id, kind="sign-in-link", now=now, expires_at=expires_at)


def use_personal_link(connection: Connection, hash: str, now: datetime) -> Account | None:
    """Uses the link up and returns whose it is; None when it is unknown, used, replaced or has expired."""
    account = find_by_credential(connection, "sign-in-link", hash, now)
    if account is not None:
        delete_credential(connection, hash)
    return account


def count_event(connection: Connection, bucket: str, window_seconds: int, now: datetime) -> int:
    """Counts one more event of `bucket` and returns how many its current window of `window_seconds` now has.

    Windows are fixed stretches of the clock; those that are over are removed.
    """
    second = int(now.timestamp())
    window = second - second % window_seconds + window_seconds  # when it ends
    count = connection.execute(
        throttle.update()
        .where(throttle.c.bucket == bucket, throttle.c.window == window)
        .values(count=throttle.c.count + 1)
        .returning(throttle.c.count)
    ).scalar_one_or_none()
    if count is not None:
        return int(count)
    connection.execute(throttle.delete().where(throttle.c.window <= second))
    connection.execute(throttle.insert(), {"bucket": bucket, "window": window, "count": 1})
    return 1


def _valid(kind: CredentialKind, hash: str, now: datetime) -> ColumnElement[bool]:
    unexpired = or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > now)
    return and_(credentials.c.hash == hash, credentials.c.kind == kind, unexpired)


def _account(row: Any) -> Account:
    return Account(row.id, row.role, row.name, row.email, row.created_at)


def _plain(email: str) -> str:
    return email.strip().lower()


def _one(connection: Connection, statement: Select[Any]) -> Account | None:
    found = connection.execute(statement).one_or_none()
    return None if found is None else _account(found)
