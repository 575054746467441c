"""Tokens: what opens the REST interface for programs. Each is listed and revoked by its id; its secret is kept only as a hash.

The functions take a connection; the writing ones belong into a job for `Database.write`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.engine import Connection

from app.persistence.accounts import Role
from app.persistence.tables import accounts, course_staff, credentials


@dataclass(frozen=True, kw_only=True)
class Token:
    """scope: the role it acts in, at most its account's. may_submit: an integration's that may hand in answers for the learners
    of its course. last_used_at: kept to the hour; None before the first use.
    """

    id: str
    account_id: str
    name: str
    scope: Role
    may_submit: bool = False
    created_at: datetime
    last_used_at: datetime | None = None


_COLUMNS = tuple(credentials.c[name] for name in Token.__dataclass_fields__)
_LISTED: Select[Any] = select(*_COLUMNS).where(credentials.c.kind == "token").order_by(credentials.c.created_at, credentials.c.id)
_TOUCH = (
    credentials.update()
    .where(
        credentials.c.hash == bindparam("this_hash"),
        or_(credentials.c.last_used_at.is_(None), credentials.c.last_used_at < bindparam("last_used_at")),
    )
    .values(last_used_at=bindparam("last_used_at"))
)


def store_token(connection: Connection, token: Token, hash: str) -> None:
    """Keeps a new token with the hash of its secret."""
    connection.execute(credentials.insert(), {**vars(token), "hash": hash, "kind": "token"})


def tokens_of(connection: Connection, account_id: str) -> list[Token]:
    """The account's tokens, oldest first."""
    return _tokens(connection, _LISTED.where(credentials.c.account_id == account_id))


def integration_tokens(connection: Connection, course_id: str) -> list[Token]:
    """The tokens of the course's integrations, oldest first. One SELECT."""
    programs = (
        select(accounts.c.id)
        .join_from(accounts, course_staff, course_staff.c.account_id == accounts.c.id)
        .where(course_staff.c.course_id == course_id, accounts.c.role == "integration")
    )
    return _tokens(connection, _LISTED.where(credentials.c.account_id.in_(programs)))


def all_tokens(connection: Connection) -> list[tuple[Token, str]]:
    """Every token with its account's name, oldest first."""
    statement = _LISTED.add_columns(accounts.c.name.label("account")).join(accounts, accounts.c.id == credentials.c.account_id)
    found = connection.execute(statement).mappings()
    return [(Token(**{name: row[name] for name in Token.__dataclass_fields__}), row["account"]) for row in found]


def find_token(connection: Connection, token_id: str) -> Token | None:
    found = _tokens(connection, _LISTED.where(credentials.c.id == token_id))
    return found[0] if found else None


def revoke_token(connection: Connection, token_id: str) -> None:
    """Makes the token worthless; an unknown one is no error."""
    connection.execute(credentials.delete().where(credentials.c.id == token_id, credentials.c.kind == "token"))


def note_uses(connection: Connection, used: Mapping[str, datetime]) -> None:
    """Notes when tokens were last used, by the hashes of their secrets; never an earlier time than is known."""
    if used:
        connection.execute(_TOUCH, [{"this_hash": hash, "last_used_at": moment} for hash, moment in used.items()])


def _tokens(connection: Connection, statement: Select[Any]) -> list[Token]:
    return [Token(**row) for row in connection.execute(statement).mappings()]
