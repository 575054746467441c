"""How a course did at an assignment: each learner's state and points. The cost is a fixed number of SELECTs."""

from dataclasses import dataclass
from datetime import datetime

from app.persistence import assignments, courses, sittings
from app.persistence.assignments import Assignment, Extension
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.sittings import ItemScore
from app.security.principals import Principal
from app.services.assignment_times import Window, window
from app.services.assignments import find_visible
from app.services.courses import read_course


@dataclass(frozen=True)
class LearnerResult:
    """points: of the best try at each item. scores: one for each item, in their order; None where nothing was handed in."""

    learner_id: str
    name: str
    student_number: str | None
    begun_at: datetime | None
    finished_at: datetime | None
    times: Window
    extension: Extension | None
    scores: list[float | None]
    points: float


@dataclass(frozen=True)
class Results:
    """begun: whether anybody has begun it, so that its questions stay."""

    assignment: Assignment
    course: Course
    learners: list[LearnerResult]
    begun: bool


def read_results(database: Database, principal: Principal, assignment_id: str) -> Results:
    """Every learner of the course, also who has not begun. Raises NotFound."""
    with database.read() as connection:
        assignment, course = find_visible(connection, principal, assignment_id)
        read_course(connection, principal, course.id)
        members = courses.roster(connection, course.id)
        begun = sittings.sittings_of(connection, assignment_id)
        scored = sittings.scores_of(connection, assignment_id)
        extended = assignments.extensions_of(connection, assignment_id)
    learners = []
    for member in members:
        sitting = begun.get(member.learner_id)
        extension = extended.get(member.learner_id)
        of_items = scored.get(member.learner_id, {})
        scores = [of_items.get(item.id, ItemScore(0, None)).best for item in assignment.items]
        learners.append(
            LearnerResult(
                member.learner_id,
                member.name,
                member.student_number,
                sitting.begun_at if sitting else None,
                sitting.finished_at if sitting else None,
                window(assignment, extension, sitting.begun_at if sitting else None),
                extension,
                scores,
                sum((score or 0.0) * item.points for score, item in zip(scores, assignment.items, strict=True)),
            )
        )
    return Results(assignment, course, learners, bool(begun))


def my_assignments(database: Database, principal: Principal) -> list[tuple[Course, list[Assignment]]]:
    """A learner's courses, each with its assignments."""
    with database.read() as connection:
        joined = courses.courses_joined(connection, principal.account_id)
        found = assignments.assignments_of(connection, [course.id for course in joined])
    return [(course, [one for one in found if one.course_id == course.id]) for course in joined]
