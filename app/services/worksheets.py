"""Worksheets on paper: who gets a copy, and which questions stand on it.

A copy is a function of the set, its seed and whom it is for (a learner's id, or the number of the variant). So it can be printed
again, also when the roster has changed, and its answer sheet belongs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.engine.questions import Question
from app.persistence import courses
from app.persistence.courses import Course
from app.persistence.database import Database
from app.security.principals import Principal
from app.services.courses import note, read_course
from app.services.question_sets import QuestionSet
from app.services.refusals import Unusable

MOST_ON_A_COPY = 50
MOST_ON_PAPER = 1500  # questions in one print: a class of 300 with five each

PaperKind = Literal["print", "answers"]
_KINDS: Mapping[PaperKind, str] = {"print": "Worksheets", "answers": "Answer sheets"}


@dataclass(frozen=True)
class Copy:
    """variant: what its draws are told apart by; empty for the one that all get. name, student_number: of whom it is for."""

    variant: str = ""
    name: str | None = None
    student_number: str | None = None


@dataclass(frozen=True)
class Worksheet:
    """copies: one for all, or each with draws of its own. course: the one whose learners the copies are for."""

    questions: QuestionSet
    copies: tuple[Copy, ...]
    course: Course | None = None

    def on(self, copy: Copy) -> list[Question]:
        """The questions of a copy, in order."""
        return self.questions.questions(copy.variant)


def course_worksheet(database: Database, principal: Principal, chosen: QuestionSet, course_id: str) -> Worksheet:
    """A copy for each learner of a course. Raises NotFound for a course that the principal does not teach; Unusable for too much
    paper, or nobody to print for.
    """
    with database.read() as connection:
        course = read_course(connection, principal, course_id)
        members = courses.roster(connection, course_id)
    if not members:
        raise Unusable("/course", "Nobody is in this course yet.")
    people = sorted(members, key=lambda one: (one.name.casefold(), one.learner_id))
    theirs = tuple(Copy(one.learner_id, one.name, one.student_number) for one in people)
    return _within_reason(Worksheet(chosen, theirs, course))


def numbered_worksheet(chosen: QuestionSet, copies: int | None) -> Worksheet:
    """So many copies, each with draws of its own; None: one for all. Raises Unusable."""
    if copies is None:
        return Worksheet(chosen, (Copy(),))
    if copies < 1:
        raise Unusable("/copies", "Print at least one copy.")
    return _within_reason(Worksheet(chosen, tuple(Copy(str(k + 1)) for k in range(min(copies, MOST_ON_PAPER + 1)))))


async def note_names(
    database: Database, principal: Principal | None, planned: Worksheet, kinds: tuple[PaperKind, ...], now: datetime
) -> None:
    """Writes into the audit trail that a course's names go out; returns after COMMIT. principal: None for the command line.

    Nothing is written for copies that name nobody.
    """
    course = planned.course
    if course is None:
        return
    what = " and ".join(_KINDS[kind] for kind in kinds).capitalize()
    detail = f"{what} with the names of {course.name} went out to be printed."
    await database.write(lambda connection: note(connection, "export", now, principal, course.id, None, detail))


def _within_reason(planned: Worksheet) -> Worksheet:
    count = len(planned.copies) * planned.questions.count
    if count > MOST_ON_PAPER:
        pointer = "/copies" if planned.course is None else "/items"
        detail = f"These are {count} questions in all; at most {MOST_ON_PAPER} can be printed at once."
        raise Unusable(pointer, detail)
    return planned
