"""Programs that are connected to a course: each belongs to one course, and has tokens of its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from app.persistence import accounts, courses, tokens
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.tokens import Token
from app.security.principals import Principal
from app.security.tokens import hash_secret, new_account_id
from app.services.accounts import read_name
from app.services.courses import note, teach
from app.services.refusals import NotFound
from app.services.tokens import new_token, withdraw


@dataclass(frozen=True)
class Integration:
    """A program of a course, with its tokens, oldest first."""

    account_id: str
    name: str
    tokens: list[Token]


@dataclass(frozen=True)
class Made:
    """A token that was just made for a program; the secret is shown once."""

    integration_id: str
    token: Token
    secret: str


def integrations_of(database: Database, principal: Principal, course_id: str) -> tuple[Course, list[Integration]]:
    """The course and its programs, in the order in which they came. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        course = teach(connection, principal, course_id)
        staff = courses.staff_of(connection, course_id)
        theirs = tokens.integration_tokens(connection, course_id)
    return course, [
        Integration(one.account_id, one.name, [token for token in theirs if token.account_id == one.account_id])
        for one in staff
        if one.role == "integration"
    ]


async def add_integration(
    database: Database, principal: Principal, course_id: str, name: str, may_submit: bool, now: datetime
) -> Made:
    """A program of this course, with its first token. Raises NotFound, NotAllowed, Unusable."""
    return await _add(database, principal, course_id, name, may_submit, now)


async def issue_integration(database: Database, course_id: str | None, name: str, may_submit: bool, now: datetime) -> Made:
    """The same for whoever has the command line; without a course it reads the open one. Raises Unusable, NotFound."""
    return await _add(database, None, course_id, name, may_submit, now)


async def _add(
    database: Database, principal: Principal | None, course_id: str | None, name: str, may_submit: bool, now: datetime
) -> Made:
    account_id, shown = new_account_id(), read_name(name)
    token, secret = new_token(account_id, shown, "integration", now, may_submit)

    def job(connection: Connection) -> None:
        course = None
        if principal is not None and course_id is not None:
            course = teach(connection, principal, course_id)
        elif course_id is not None:
            course = courses.find_course(connection, course_id)
            if course is None:
                raise NotFound("There is no such course.")
        accounts.create_account(connection, account_id=account_id, role="integration", name=shown, now=now)
        tokens.store_token(connection, token, hash_secret(secret))
        where = course.name if course else "the open course"
        if course is not None:
            courses.add_staff(connection, course.id, account_id, now)
        detail = f"{shown} got a token to read {where}{_also(may_submit)}."
        note(connection, "token", now, principal, course_id, account_id, detail)

    await database.write(job)
    return Made(account_id, token, secret)


async def add_token(
    database: Database, principal: Principal, course_id: str, account_id: str, name: str, may_submit: bool, now: datetime
) -> Made:
    """Another token for a program, so that one can be exchanged without a pause. Raises NotFound, NotAllowed, Unusable."""
    token, secret = new_token(account_id, read_name(name), "integration", now, may_submit)

    def job(connection: Connection) -> None:
        program = find_program(connection, principal, course_id, account_id)
        tokens.store_token(connection, token, hash_secret(secret))
        detail = f"{program} got the token {token.name}{_also(may_submit)}."
        note(connection, "token", now, principal, course_id, account_id, detail)

    await database.write(job)
    return Made(account_id, token, secret)


async def revoke_token(
    database: Database, principal: Principal, course_id: str, account_id: str, token_id: str, now: datetime
) -> None:
    """The token stops at once. Raises NotFound, NotAllowed."""

    def job(connection: Connection) -> None:
        find_program(connection, principal, course_id, account_id)
        token = tokens.find_token(connection, token_id)
        if token is None or token.account_id != account_id:
            raise NotFound("There is no such token.")
        withdraw(connection, token, principal, now, course_id)

    await database.write(job)


def find_program(connection: Connection, principal: Principal, course_id: str, account_id: str) -> str:
    """The name of a program of a course that the principal teaches. Raises NotFound, NotAllowed."""
    teach(connection, principal, course_id)
    for one in courses.staff_of(connection, course_id):
        if one.account_id == account_id and one.role == "integration":
            return one.name
    raise NotFound("There is no such program in this course.")


def _also(may_submit: bool) -> str:
    return ", and to hand in answers for its learners" if may_submit else ""
