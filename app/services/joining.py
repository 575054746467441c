"""A learner joins a course by its code: with a name, and a student number where the course asks for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy.engine import Connection

from app.persistence import accounts, courses, identities
from app.persistence.courses import Course
from app.persistence.database import Database
from app.security.principals import Principal
from app.security.tokens import read_join_code
from app.services.accounts import SignedIn, Stranger, read_name
from app.services.refusals import NotAllowed, NotFound, Unusable

LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Joined:
    """begun: the learner that a stranger has become."""

    course: Course
    begun: SignedIn | None


def find_by_code(database: Database, code: str) -> Course:
    """The course of a join code, however it was typed. Raises NotFound."""
    with database.read() as connection:
        return _find(connection, code)


def is_member(database: Database, course: Course, principal: Principal | None) -> bool:
    """Whether this learner has joined already."""
    if principal is None:
        return False
    with database.read() as connection:
        return courses.is_member(connection, course.id, principal.account_id)


async def join(
    database: Database,
    principal: Principal | None,
    code: str,
    name: str,
    student_number: str,
    now: datetime,
    page_key: str | None = None,
) -> Joined:
    """A learner keeps who they are; a stranger becomes one. Whoever is on an imported list is recognised by their number.

    Raises:
        NotFound: no such code. NotAllowed: not a learner's account. Unusable: no name, or a number that is missing or taken.
    """
    if principal is not None and principal.role != "learner":
        raise NotAllowed("You are signed in as an instructor. Learners join courses; see the preview for what they see.")
    shown = read_name(name)
    stranger = Stranger(page_key)

    def job(connection: Connection) -> Joined:
        course = _find(connection, code)
        number = read_number(student_number, required=True) if course.asks_student_number else None
        holder = None if number is None else courses.number_holder(connection, course.id, number)
        me = stranger.account_id if principal is None else principal.account_id
        if holder is not None and holder != me and courses.is_claimed(connection, holder):
            raise Unusable(
                "/student_number",
                "Somebody has joined with this number already. If that was you, in another browser, open “Use another device” "
                "there, or ask your instructor for a personal link.",
            )
        if number is not None and courses.number_of(connection, course.id, me) not in (None, number):
            raise Unusable("/student_number", "You are in this course with another number; your instructor can change it.")
        begun = stranger.begin(connection, now) if principal is None else None
        learner_id = begun.principal.account_id if begun else cast(Principal, principal).account_id
        accounts.rename_account(connection, learner_id, shown)
        if holder is not None and holder != learner_id:
            identities.merge(connection, kept=learner_id, dropped=holder)
        else:
            courses.enrol(connection, course.id, learner_id, number, now)
        return Joined(course, begun)

    return await database.write(job)


def read_number(typed: str, *, required: bool) -> str | None:
    """A student number as it is stored: without spaces, in capitals. Raises Unusable."""
    number = "".join(typed.split()).upper()
    if not number:
        if required:
            raise Unusable("/student_number", "This course asks for your student number.")
        return None
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Unusable("/student_number", f"A student number has at most {LONGEST_NUMBER} letters and digits.")
    return number


def _find(connection: Connection, code: str) -> Course:
    plain = read_join_code(code)
    course = None if plain is None else courses.find_by_code(connection, plain)
    if course is None:
        raise NotFound("No course has this code. Ask your instructor for it again; it may have been renewed.")
    return course
