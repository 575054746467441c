"""One-time links: one moves a learner to another device, another brings a second instructor to a course.

Looking at a link uses nothing up; a button on its page does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from app.persistence import accounts, audit, courses
from app.persistence.courses import Course
from app.persistence.database import Database
from app.security.passwords import UnfitPassword, hash_password
from app.security.principals import Principal, may_teach
from app.security.tokens import hash_secret, new_account_id, new_secret
from app.services.accounts import LINK, SignedIn, begin_session, read_email
from app.services.courses import teach
from app.services.refusals import NotAllowed, NotFound, Unusable

INVITATION = timedelta(days=7)
_GONE = "This link no longer works. It works once, for a limited time, and a newer one replaces it."


@dataclass(frozen=True)
class Link:
    """What a one-time sign-in link is for. name: the learner's whose it is; None for the first instructor's."""

    works: bool
    name: str | None


def look_at(database: Database, secret: str, now: datetime) -> Link:
    """What a sign-in link would do."""
    with database.read() as connection:
        works, account = accounts.find_link(connection, hash_secret(secret), now)
    return Link(works, account.name if account else None)


async def personal_link(database: Database, principal: Principal, learner_id: str, now: datetime) -> str:
    """The secret of a link by which a learner goes on on another device; it replaces an earlier one.

    For the learner themselves, and for those who teach them, whose asking is written to the audit trail.

    Raises:
        NotFound: no such learner, or in no course of the principal's. NotAllowed: only learners move by a link.
    """
    secret = new_secret()

    def job(connection: Connection) -> None:
        account = accounts.find_account(connection, learner_id)
        own = principal.account_id == learner_id
        if account is None or not (own or _teaches(connection, principal, learner_id, any)):
            raise NotFound("There is no such learner.")
        if not (own or _teaches(connection, principal, learner_id, all)):
            # The link shows all that the learner may see: another instructor's course must not be among it.
            raise NotAllowed("This learner is in another instructor's course too; the administrator can make the link.")
        if account.role != "learner":
            raise NotAllowed("Only learners move by a link; instructors sign in with their password.")
        hash = hash_secret(secret)
        accounts.replace_personal_link(connection, hash=hash, account_id=learner_id, now=now, expires_at=now + LINK)
        if not own:
            detail = f"A personal link was made for {account.name}."
            audit.record(connection, "personal-link", now, actor_id=principal.account_id, subject_id=learner_id, detail=detail)

    await database.write(job)
    return secret


async def invite(database: Database, principal: Principal, course_id: str, now: datetime) -> str:
    """The secret of a link by which one more instructor teaches the course. Raises NotFound."""
    secret = new_secret()

    def job(connection: Connection) -> None:
        course = teach(connection, principal, course_id)
        hash = hash_secret(secret)
        courses.store_invitation(connection, hash=hash, course_id=course_id, now=now, expires_at=now + INVITATION)
        detail = f"An invitation to teach {course.name} was made."
        audit.record(connection, "invitation", now, actor_id=principal.account_id, course_id=course_id, detail=detail)

    await database.write(job)
    return secret


def find_invitation(database: Database, secret: str, now: datetime) -> Course:
    """The course that the link invites to teach. Raises NotFound."""
    with database.read() as connection:
        return _invited(connection, secret, now)


async def accept_invitation(
    database: Database, principal: Principal | None, secret: str, email: str, password: str, now: datetime
) -> tuple[Course, SignedIn | None]:
    """An instructor who is signed in teaches the course from now on; anybody else makes an instructor's account by it.

    Raises:
        NotFound: the link was used or has expired. Unusable: the address or password cannot be used.
    """
    hash = hash_secret(secret)
    if principal is not None and may_teach(principal):
        teacher = principal

        def accept(connection: Connection) -> Course:
            course = _invited(connection, secret, now)
            _begin_teaching(connection, course, hash, teacher.account_id, teacher.name, now)
            return course

        return await database.write(accept), None

    find_invitation(database, secret, now)  # before a password is hashed for nothing
    address = read_email(email)
    try:
        password_hash = await hash_password(password)
    except UnfitPassword as error:
        raise Unusable("/password", str(error)) from None
    account_id, session = new_account_id(), new_secret()

    def begin(connection: Connection) -> tuple[Course, SignedIn]:
        course = _invited(connection, secret, now)
        if accounts.find_by_email(connection, address) is not None:
            raise Unusable("/email", "Somebody with this e-mail address exists already. Sign in first, then open the link again.")
        account = accounts.create_account(
            connection,
            account_id=account_id,
            role="instructor",
            name=address.split("@")[0],
            email=address,
            password_hash=password_hash,
            now=now,
        )
        _begin_teaching(connection, course, hash, account.id, account.name, now)
        return course, begin_session(connection, account, session, now)

    return await database.write(begin)


def _begin_teaching(connection: Connection, course: Course, hash: str, account_id: str, name: str, now: datetime) -> None:
    courses.use_invitation(connection, hash)
    courses.add_staff(connection, course.id, account_id, now)
    detail = f"{name} accepted an invitation to teach {course.name}."
    audit.record(connection, "staff", now, actor_id=account_id, course_id=course.id, subject_id=account_id, detail=detail)


def _invited(connection: Connection, secret: str, now: datetime) -> Course:
    course = courses.find_invitation(connection, hash_secret(secret), now)
    if course is None:
        raise NotFound(_GONE)
    return course


def _teaches(connection: Connection, principal: Principal, learner_id: str, how_many: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether the principal teaches any, or all, of the learner's courses, of which there is at least one."""
    if principal.role == "administrator":
        return True
    joined = courses.courses_of_learners(connection, [learner_id])
    taught = (courses.teaches(connection, one, principal.account_id) for one in joined)
    return may_teach(principal) and bool(joined) and how_many(taught)
