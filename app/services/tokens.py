"""One's own tokens: made for a program that is to act as oneself, listed, and revoked. And all of them, for the command line."""

from datetime import datetime

from sqlalchemy.engine import Connection

from app.persistence import audit, tokens
from app.persistence.database import Database
from app.persistence.tokens import Token as Token
from app.security.principals import Principal, Role, may_make_token, own_scopes
from app.security.tokens import hash_secret, new_account_id, new_secret
from app.services.accounts import read_name
from app.services.refusals import NotAllowed, NotFound, Unusable


def own_tokens(database: Database, principal: Principal) -> list[Token]:
    """The tokens of this account, oldest first."""
    with database.read() as connection:
        return tokens.tokens_of(connection, principal.account_id)


async def make_token(database: Database, principal: Principal, name: str, scope: Role, now: datetime) -> tuple[Token, str]:
    """A token that acts as this account, and its secret, shown once.

    Raises:
        NotAllowed: asked by a token: one that was let slip must not outlive its being revoked by having made another.
        Unusable: a name that cannot be shown, or a scope beyond the account's role.
    """
    if not may_make_token(principal):
        raise NotAllowed("A token is made in a browser, signed in; a token makes no other.")
    if scope not in own_scopes(principal):
        raise Unusable("/scope", f"Choose one of: {', '.join(own_scopes(principal))}.")
    token, secret = new_token(principal.account_id, read_name(name), scope, now)

    def job(connection: Connection) -> None:
        tokens.store_token(connection, token, hash_secret(secret))
        detail = f"{principal.name} made the token {token.name} with the scope {scope}."
        audit.record(connection, "token", now, actor_id=principal.account_id, subject_id=token.id, detail=detail)

    await database.write(job)
    return token, secret


async def revoke_token(database: Database, principal: Principal, token_id: str, now: datetime) -> None:
    """The token stops at once. Raises NotFound for one that is not the principal's."""

    def job(connection: Connection) -> None:
        token = tokens.find_token(connection, token_id)
        if token is None or token.account_id != principal.account_id:
            raise NotFound("There is no such token.")
        withdraw(connection, token, principal, now)

    await database.write(job)


def every_token(database: Database) -> list[tuple[Token, str]]:
    """All tokens, each with its account's name; for the command line, which asks nobody who they are."""
    with database.read() as connection:
        return tokens.all_tokens(connection)


async def revoke_any_token(database: Database, token_id: str, now: datetime) -> Token:
    """The same for whoever has the command line. Raises Unusable."""

    def job(connection: Connection) -> Token:
        token = tokens.find_token(connection, token_id)
        if token is None:
            raise Unusable("/id", "There is no token with this id; `sigmoid-quiz token list` shows them.")
        withdraw(connection, token, None, now)
        return token

    return await database.write(job)


def new_token(account_id: str, name: str, scope: Role, now: datetime, may_submit: bool = False) -> tuple[Token, str]:
    """A token about to be stored, and its secret."""
    made = Token(id=new_account_id(), account_id=account_id, name=name, scope=scope, may_submit=may_submit, created_at=now)
    return made, new_secret()


def withdraw(
    connection: Connection, token: Token, principal: Principal | None, now: datetime, course_id: str | None = None
) -> None:
    """Part of a job: revokes a token and says so in the audit trail."""
    tokens.revoke_token(connection, token.id)
    who = (principal.account_id, principal.name) if principal else (None, "The command line")
    detail = f"{who[1]} revoked the token {token.name}."
    audit.record(connection, "token", now, actor_id=who[0], course_id=course_id, subject_id=token.id, detail=detail)
