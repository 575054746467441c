"""Whose records the one who asks may read: all of them, or those of one course. What lies outside does not exist for them."""

from sqlalchemy.engine import Connection

from app.persistence import courses
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.reach import OPEN_COURSE as OPEN_COURSE
from app.persistence.reach import Reach, is_within
from app.security.principals import Principal, may_read_class, scope
from app.services.refusals import NotFound


def whole_reach(principal: Principal) -> Reach:
    """Everybody whose records the principal may read."""
    return Reach(principal.account_id, scope(principal))


def reach_of(connection: Connection, principal: Principal, course_id: str | None) -> Reach:
    """The same, narrowed to a course if one is named. Raises NotFound for another's course."""
    if course_id is not None and not (course_id == OPEN_COURSE and may_read_class(principal)):
        find_course(connection, principal, course_id)
    return Reach(principal.account_id, scope(principal), course_id)


def check_learner(connection: Connection, principal: Principal, learner_id: str) -> None:
    """Raises NotFound for a learner whose records the principal may not read."""
    if not is_within(connection, whole_reach(principal), learner_id):
        raise NotFound("There is no such learner.")


def find_course(connection: Connection, principal: Principal, course_id: str) -> Course:
    """A course that the principal teaches, reads or learns in; the administrator's are all. Raises NotFound."""
    course = courses.find_course(connection, course_id)
    if course is None or not (
        principal.role == "administrator"
        or courses.teaches(connection, course_id, principal.account_id)
        or courses.is_member(connection, course_id, principal.account_id)
    ):
        raise NotFound("There is no such course.")
    return course


def course_of(database: Database, principal: Principal, course_id: str) -> Course | None:
    """The course that a view is of, None for the open one. Raises NotFound."""
    with database.read() as connection:
        reach_of(connection, principal, course_id)
        return courses.find_course(connection, course_id)
