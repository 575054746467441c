"""An instructor sets an assignment: its items, its times, what is shown when, and more time for one learner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy.engine import Connection

from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.persistence import accounts, assignments, audit, courses, sittings
from app.persistence.assignments import Assignment as Assignment
from app.persistence.assignments import Extension as Extension
from app.persistence.assignments import Item as Item
from app.persistence.assignments import Moment as Moment
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.sittings import Sitting
from app.security.principals import Principal
from app.security.tokens import new_account_id, new_secret
from app.services import reach
from app.services.accounts import read_name
from app.services.assignment_draws import draw
from app.services.assignment_times import show_local, window
from app.services.courses import teach
from app.services.refusals import NotFound, NotNow, Unusable

MOST_ITEMS = 30
MOST_TRIES = 20
MOST_POINTS = 1000
LONGEST_LIMIT = 7 * 24 * 60  # minutes
_FURTHEST = timedelta(days=366 * 5)


@dataclass(frozen=True)
class ItemPlan:
    """One question as it is asked for."""

    skill: str
    level: int = 1
    format: str = "numeric"
    points: int = 1
    tries: int = 1


@dataclass(frozen=True)
class Plan:
    """An assignment as it is asked for. Times are timezone-aware; time_limit and grace in minutes."""

    title: str
    opens_at: datetime
    closes_at: datetime
    items: Sequence[ItemPlan]
    time_limit: int | None = None
    grace: int = 0
    show_marks: Moment = "at-once"
    show_hints: Moment = "after-closing"
    show_solution: Moment = "after-closing"
    fresh_questions: bool = False


async def create_assignment(database: Database, principal: Principal, course_id: str, plan: Plan, now: datetime) -> Assignment:
    """Raises NotFound, Unusable."""
    title = _check(plan, now)
    made = Assignment(
        **{**vars(plan), "title": title, "items": _items(plan.items)},
        id=new_account_id(),
        course_id=course_id,
        secret=new_secret(),
        created_at=now,
    )

    def job(connection: Connection) -> None:
        teach(connection, principal, course_id)
        assignments.create_assignment(connection, made)

    await database.write(job)
    return made


async def change_assignment(
    database: Database, principal: Principal, assignment_id: str, now: datetime, **changes: Any
) -> Assignment:
    """Changes what is given. Who sits at it, or sat until the clock ended it, gets new times at once; `items`, as plans, and
    `fresh_questions` can be changed until the first learner has begun.

    Raises NotFound, Unusable, NotNow.
    """

    def job(connection: Connection) -> Assignment:
        old, _ = find_taught(connection, principal, assignment_id)
        if changes.keys() & {"items", "fresh_questions"} and assignments.is_begun(connection, assignment_id):
            raise NotNow("Learners have begun this assignment, so its questions stay. Set another like it instead.")
        new = replace(old, **changes)
        plan = Plan(**{name: getattr(new, name) for name in Plan.__dataclass_fields__})
        new = replace(new, title=_check(plan, now))
        columns = {name: getattr(new, name) for name in (*changes, "title") if name != "items"}
        assignments.change_assignment(connection, assignment_id, **columns)
        if "items" in changes:
            new = replace(new, items=_items(changes["items"]))
            assignments.replace_items(connection, assignment_id, new.items)
        given = assignments.extensions_of(connection, assignment_id)
        for sitting in sittings.sittings_of(connection, assignment_id).values():
            _retime(connection, new, given.get(sitting.learner_id), sitting, now)
        return new

    return await database.write(job)


async def delete_assignment(database: Database, principal: Principal, assignment_id: str) -> None:
    """Only before anybody has begun it. Raises NotFound, NotNow."""

    def job(connection: Connection) -> None:
        find_taught(connection, principal, assignment_id)
        if assignments.is_begun(connection, assignment_id):
            raise NotNow("Learners have begun this assignment; it can be closed, but no longer deleted.")
        assignments.delete_assignment(connection, assignment_id)

    await database.write(job)


async def extend(
    database: Database, principal: Principal, assignment_id: str, learner_id: str, extension: Extension | None, now: datetime
) -> None:
    """More time for one learner, or none any more; None takes an extension back. A sitting that the clock has ended goes on if
    there is time again. Raises NotFound, Unusable.
    """

    def job(connection: Connection) -> None:
        assignment, course = find_taught(connection, principal, assignment_id)
        account = accounts.find_account(connection, learner_id)
        if account is None or not courses.is_member(connection, course.id, learner_id):
            raise NotFound("There is no such learner in this course.")
        if extension is not None:
            if not 0 <= extension.extra_minutes <= LONGEST_LIMIT:
                raise Unusable("/extra_minutes", f"Between 0 and {LONGEST_LIMIT} minutes can be added.")
            if extension.closes_at is not None and not assignment.opens_at < extension.closes_at <= now + _FURTHEST:
                raise Unusable("/closes_at", "It must close after it opens, and within five years.")
        assignments.set_extension(connection, assignment_id, learner_id, extension, now)
        sitting = sittings.find_sitting(connection, assignment_id, learner_id)
        if sitting is not None:
            _retime(connection, assignment, extension, sitting, now)
        detail = f"{account.name}, {assignment.title}: {_told(extension, course)}"
        audit.record(
            connection,
            "extension",
            now,
            actor_id=principal.account_id,
            course_id=course.id,
            subject_id=learner_id,
            detail=detail,
        )

    await database.write(job)


def assignments_of_course(database: Database, principal: Principal, course_id: str) -> list[Assignment]:
    """Those of a course that the principal teaches, reads or learns in. Raises NotFound."""
    with database.read() as connection:
        reach.find_course(connection, principal, course_id)
        return assignments.assignments_of(connection, [course_id])


def find_assignment(database: Database, principal: Principal, assignment_id: str) -> tuple[Assignment, Course]:
    """An assignment of a course that the principal teaches, reads or learns in. Raises NotFound."""
    with database.read() as connection:
        return find_visible(connection, principal, assignment_id)


def find_visible(connection: Connection, principal: Principal, assignment_id: str) -> tuple[Assignment, Course]:
    """The same inside a transaction."""
    assignment = assignments.find_assignment(connection, assignment_id)
    if assignment is None:
        raise NotFound("There is no such assignment.")
    try:
        return assignment, reach.find_course(connection, principal, assignment.course_id)
    except NotFound:
        raise NotFound("There is no such assignment.") from None


def find_taught(connection: Connection, principal: Principal, assignment_id: str) -> tuple[Assignment, Course]:
    """An assignment of a course that the principal teaches. Raises NotFound, NotAllowed."""
    assignment, course = find_visible(connection, principal, assignment_id)
    teach(connection, principal, course.id)
    return assignment, course


def _items(plans: Sequence[ItemPlan]) -> tuple[Item, ...]:
    return tuple(
        Item(new_account_id(), k, one.skill, one.level, one.format, one.points, one.tries) for k, one in enumerate(plans)
    )


def _retime(connection: Connection, assignment: Assignment, extension: Extension | None, sitting: Sitting, now: datetime) -> None:
    """Gives a sitting its times anew. One that the clock has ended goes on if there is time again: what was graded then is a
    draft again, or where it was published, the next try is served, with a question that nobody has seen solved.
    """
    times = window(assignment, extension, sitting.begun_at)
    changes: dict[str, Any] = {"ends_at": times.ends_at, "sealed_until": times.sealed_until}
    if times.ends_at > now:
        changes["published"] = False
        if sitting.finished_by == "clock":
            changes |= {"finished_at": None, "finished_by": None}
            sittings.withdraw_clocked_tries(connection, assignment.id, sitting.learner_id)
            _serve_next(connection, assignment, sitting.learner_id)
    sittings.change_sitting(connection, assignment.id, sitting.learner_id, **changes)


def _serve_next(connection: Connection, assignment: Assignment, learner_id: str) -> None:
    """Where the last try of an item was wrong and is not the last allowed, the next one. Whose question was published, and so can
    be looked up by its id, gets a fresh one also where all tries are to be at the same.
    """
    found = sittings.tries_of(connection, assignment.id, learner_id)
    known = {one.question_id for one in found if one.attempt_id is not None}
    last = {one.item_id: one for one in found}
    for item in assignment.items:
        one = last[item.id]
        fresh = replace(assignment, fresh_questions=assignment.fresh_questions or one.question_id in known)
        if one.submitted_at is None:
            if one.question_id in known:
                sittings.serve_another(connection, item.id, learner_id, one.number, draw(fresh, item, learner_id, one.number))
        elif not one.record["correct"] and one.number < item.tries:
            sittings.serve(connection, item.id, learner_id, one.number + 1, draw(fresh, item, learner_id, one.number + 1))


def _told(extension: Extension | None, course: Course) -> str:
    if extension is None:
        return "the extension was taken back."
    told = []
    if extension.closes_at is not None:
        told.append(f"open until {show_local(extension.closes_at, course.time_zone)}")
    if extension.extra_minutes:
        told.append(f"{extension.extra_minutes} minutes more")
    return (", ".join(told) or "an extension of nothing") + "."


def _check(plan: Plan, now: datetime) -> str:
    """The title as it is shown. Raises Unusable, naming the place."""
    try:
        title = read_name(plan.title)
    except Unusable as error:
        raise Unusable("/title", error.detail.replace("A name", "A title").replace("This name", "This title")) from None
    if not plan.opens_at < plan.closes_at:
        raise Unusable("/closes_at", "It must close after it opens.")
    if plan.closes_at > now + _FURTHEST:
        raise Unusable("/closes_at", "It must close within five years.")
    if plan.time_limit is not None and not 1 <= plan.time_limit <= LONGEST_LIMIT:
        raise Unusable("/time_limit", f"A time limit has 1 to {LONGEST_LIMIT} minutes.")
    if not 0 <= plan.grace <= 24 * 60:
        raise Unusable("/grace", "A grace period has 0 to 1440 minutes.")
    for name in ("show_marks", "show_hints", "show_solution"):
        if getattr(plan, name) not in get_args(Moment):
            raise Unusable(f"/{name}", f"This is one of {', '.join(get_args(Moment))}.")
    if not 1 <= len(plan.items) <= MOST_ITEMS:
        raise Unusable("/items", f"An assignment has 1 to {MOST_ITEMS} questions.")
    for k, item in enumerate(plan.items):
        if item.skill not in SKILLS:
            raise Unusable(f"/items/{k}/skill", f"There is no such skill; there are {', '.join(SKILLS)}.")
        if item.level not in LEVELS:
            raise Unusable(f"/items/{k}/level", "A level is 1, 2 or 3.")
        if item.format not in FORMATS:
            raise Unusable(f"/items/{k}/format", "A format is numeric or choice.")
        if not 1 <= item.points <= MOST_POINTS:
            raise Unusable(f"/items/{k}/points", f"A question has 1 to {MOST_POINTS} points.")
        if not 1 <= item.tries <= MOST_TRIES:
            raise Unusable(f"/items/{k}/tries", f"A question has 1 to {MOST_TRIES} tries.")
    if plan.show_solution == "at-once" and not plan.fresh_questions and any(item.tries > 1 for item in plan.items):
        detail = "Shown at once, the solution would answer the next try. Give a fresh question for each try, or show it later."
        raise Unusable("/show_solution", detail)
    return title
