"""Courses: an instructor makes one, changes it, and has others teach it too."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.engine import Connection

from app.persistence import accounts, audit, courses
from app.persistence.courses import Course as Course
from app.persistence.courses import CourseSummary as CourseSummary
from app.persistence.courses import Member as Member
from app.persistence.courses import StaffMember as StaffMember
from app.persistence.database import Database
from app.security.principals import Principal, may_teach
from app.security.tokens import new_account_id, new_join_code
from app.services import reach
from app.services.accounts import read_name
from app.services.refusals import NotAllowed, NotFound, NotNow, Unusable


@dataclass(frozen=True)
class CourseDetails:
    """A course with all who are in it."""

    course: Course
    staff: list[StaffMember]
    members: list[Member]


@cache
def time_zones() -> tuple[str, ...]:
    """The names of the world's time zones, for choosing one."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    )


def courses_taught(database: Database, principal: Principal) -> list[CourseSummary]:
    """The courses that the principal teaches or reads and that are not put away, by name; the administrator's are all."""
    return [one for one in all_courses(database, principal) if one.course.archived_at is None]


def all_courses(database: Database, principal: Principal) -> list[CourseSummary]:
    """The same with those that are."""
    with database.read() as connection:
        return courses.courses_taught(connection, None if principal.role == "administrator" else principal.account_id)


def courses_joined(database: Database, principal: Principal) -> list[Course]:
    """The courses in which a learner is."""
    with database.read() as connection:
        return courses.courses_joined(connection, principal.account_id)


def find_course(database: Database, principal: Principal, course_id: str) -> Course:
    """A course of the principal's, taught or joined. Raises NotFound."""
    with database.read() as connection:
        return reach.find_course(connection, principal, course_id)


def course_details(database: Database, principal: Principal, course_id: str) -> CourseDetails:
    """Raises NotFound unless the principal teaches or reads the course."""
    with database.read() as connection:
        course = read_course(connection, principal, course_id)
        return CourseDetails(course, courses.staff_of(connection, course_id), courses.roster(connection, course_id))


async def create_course(
    database: Database, principal: Principal, name: str, asks_student_number: bool, time_zone: str, now: datetime
) -> Course:
    """A new course with a join code. Raises NotAllowed, Unusable."""
    if not may_teach(principal):
        raise NotAllowed("Only instructors make courses.")
    course = Course(new_account_id(), read_name(name), new_join_code(), asks_student_number, _read_zone(time_zone), now)
    await database.write(lambda connection: courses.create_course(connection, course, principal.account_id))
    return course


async def change_course(
    database: Database,
    principal: Principal,
    course_id: str,
    name: str | None = None,
    asks_student_number: bool | None = None,
    time_zone: str | None = None,
) -> Course:
    """Changes what is given. Raises NotFound, Unusable."""
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = read_name(name)
    if asks_student_number is not None:
        changes["asks_student_number"] = asks_student_number
    if time_zone is not None:
        changes["time_zone"] = _read_zone(time_zone)
    return await _change(database, principal, course_id, changes)


async def archive_course(database: Database, principal: Principal, course_id: str, archived: bool, now: datetime) -> Course:
    """Puts a course away, or brings it back. Put away, it can't be joined and stands in no list of views; all that was done in it
    stays. Raises NotFound.
    """

    def job(connection: Connection) -> Course:
        course = teach(connection, principal, course_id)
        if archived == (course.archived_at is not None):
            return course
        changed = replace(course, archived_at=now if archived else None)
        courses.change_course(connection, course_id, archived_at=changed.archived_at)
        detail = f"{course.name} was put away." if archived else f"{course.name} was brought back."
        note(connection, "course", now, principal, course_id, None, detail)
        return changed

    return await database.write(job)


async def delete_course(database: Database, principal: Principal, course_id: str, now: datetime) -> None:
    """For a course made by mistake: once a learner is in it, deleting would take their points and throw them into the open
    course, so it can only be put away. Raises NotFound, NotNow.
    """

    def job(connection: Connection) -> None:
        course = teach(connection, principal, course_id)
        if courses.is_used(connection, course_id):
            raise NotNow("Learners are in this course, or have begun its assignments. It can be put away instead.")
        courses.delete_course(connection, course_id)
        note(connection, "course", now, principal, course_id, None, f"{course.name} was deleted; nobody was in it.")

    await database.write(job)


async def renew_code(database: Database, principal: Principal, course_id: str) -> Course:
    """A new join code; the old one, and its link, no longer work. Raises NotFound."""
    return await _change(database, principal, course_id, {"join_code": new_join_code()})


async def add_colleague(database: Database, principal: Principal, course_id: str, email: str, now: datetime) -> None:
    """Another instructor teaches the course too. Raises NotFound, Unusable where no instructor has this address."""

    def job(connection: Connection) -> None:
        course = teach(connection, principal, course_id)
        account = accounts.find_by_email(connection, email)
        if account is None or account.role not in ("instructor", "administrator"):
            raise Unusable("/email", "No instructor here has this e-mail address. Send them an invitation link instead.")
        if courses.add_staff(connection, course_id, account.id, now):
            detail = f"{account.name} teaches {course.name} too."
            note(connection, "staff", now, principal, course_id, account.id, detail)

    await database.write(job)


async def remove_staff(database: Database, principal: Principal, course_id: str, account_id: str, now: datetime) -> None:
    """Somebody no longer teaches, or a program no longer reads, the course. Raises NotFound; Unusable for the last instructor."""

    def job(connection: Connection) -> None:
        course = teach(connection, principal, course_id)
        staff = courses.staff_of(connection, course_id)
        gone = next((one for one in staff if one.account_id == account_id), None)
        if gone is None:
            raise NotFound("There is nobody of this kind in the course.")
        if not any(one.role != "integration" and one.account_id != account_id for one in staff):
            raise Unusable("/account_id", "A course keeps at least one instructor.")
        if gone.role == "integration":
            accounts.withdraw_tokens(connection, account_id)
        courses.remove_staff(connection, course_id, account_id)
        note(connection, "staff", now, principal, course_id, account_id, f"{gone.name} no longer has access to {course.name}.")

    await database.write(job)


def read_course(connection: Connection, principal: Principal, course_id: str) -> Course:
    """The course, if the principal teaches or reads it. Raises NotFound."""
    course = reach.find_course(connection, principal, course_id)
    if principal.role == "learner":
        raise NotFound("There is no such course.")
    return course


def teach(connection: Connection, principal: Principal, course_id: str) -> Course:
    """The course, if the principal teaches it and so may change it. Raises NotFound."""
    course = read_course(connection, principal, course_id)
    if not may_teach(principal):
        raise NotAllowed("This account reads records; it changes nothing.")
    return course


def note(
    connection: Connection,
    action: audit.Action,
    now: datetime,
    principal: Principal | None,
    course_id: str | None,
    subject: str | None,
    detail: str,
) -> None:
    """Part of a job: a line of the audit trail about a course. principal: None for the command line."""
    actor = principal.account_id if principal else None
    audit.record(connection, action, now, actor_id=actor, course_id=course_id, subject_id=subject, detail=detail)


async def _change(database: Database, principal: Principal, course_id: str, changes: dict[str, Any]) -> Course:
    def job(connection: Connection) -> Course:
        course = teach(connection, principal, course_id)
        if changes:
            courses.change_course(connection, course_id, **changes)
        return Course(**{**vars(course), **changes})

    return await database.write(job)


def _read_zone(time_zone: str) -> str:
    if time_zone != "UTC" and time_zone not in time_zones():
        raise Unusable("/time_zone", "Choose a time zone by its name, such as Europe/London.")
    return time_zone
