"""The calls about assignments as data: to set them, and to sit at them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.client.calls import Call, address, nothing, whole
from app.client.class_records import Assignment, Item, Results, Sitting, SittingItem, item_body
from app.client.records import plain, read
from app.client.report_records import AssignmentStatistics

Answer = Mapping[str, Any]


def assignments(course_id: str) -> Call[list[Assignment]]:
    """The assignments of a course."""
    path = address("courses", course_id, "assignments")
    return Call("GET", path, lambda found: [read(Assignment, one) for one in found["assignments"]])


def create_assignment(
    course_id: str,
    title: str,
    opens_at: datetime | str,
    closes_at: datetime | str,
    items: Iterable[Item | Mapping[str, Any]],
    time_limit: int | None = None,
    grace: int = 0,
    show_marks: str = "at-once",
    show_hints: str = "after-closing",
    show_solution: str = "after-closing",
    fresh_questions: bool = False,
) -> Call[Assignment]:
    """Sets an assignment.

    Args:
        opens_at, closes_at: with a time zone; a text as ISO 8601 writes it.
        time_limit, grace: minutes from beginning, and in which what is on its way still counts.
        show_marks, show_hints, show_solution: at-once, after-last-try or after-closing.
        fresh_questions: another question for each try.
    """
    body = {
        "title": title,
        "opens_at": _moment(opens_at),
        "closes_at": _moment(closes_at),
        "items": [item_body(item) for item in items],
        "time_limit": time_limit,
        "grace": grace,
        "show_marks": show_marks,
        "show_hints": show_hints,
        "show_solution": show_solution,
        "fresh_questions": fresh_questions,
    }
    return Call("POST", address("courses", course_id, "assignments"), whole(Assignment), body=body, repeatable=False)


def assignment(assignment_id: str) -> Call[Assignment]:
    """One assignment; its items are shown to a learner when it opens."""
    return Call("GET", address("assignments", assignment_id), whole(Assignment))


def change_assignment(assignment_id: str, **changes: Any) -> Call[Assignment]:
    """Changes what is named: title, opens_at, closes_at, time_limit (None takes it away), grace, show_…; and before anybody has
    begun it, items and fresh_questions.
    """
    body = {name: _moment(value) if isinstance(value, datetime) else value for name, value in changes.items()}
    if "items" in changes:
        body["items"] = [item_body(item) for item in changes["items"]]
    return Call("PATCH", address("assignments", assignment_id), whole(Assignment), body=body)


def delete_assignment(assignment_id: str) -> Call[None]:
    """Only before anybody has begun it."""
    return Call("DELETE", address("assignments", assignment_id), nothing, repeatable=False)


def extend(assignment_id: str, learner_id: str, closes_at: datetime | str | None = None, extra_minutes: int = 0) -> Call[None]:
    """Gives one learner more time: a later end, minutes beside the time limit, or both. Replaces an earlier extension."""
    body = {"closes_at": None if closes_at is None else _moment(closes_at), "extra_minutes": extra_minutes}
    return Call("PUT", address("assignments", assignment_id, "extensions", learner_id), nothing, body=body)


def withdraw_extension(assignment_id: str, learner_id: str) -> Call[None]:
    """Takes an extension back."""
    return Call("DELETE", address("assignments", assignment_id, "extensions", learner_id), nothing)


def results(assignment_id: str) -> Call[Results]:
    """Every learner of the course with the best score at each item."""
    return Call("GET", address("assignments", assignment_id, "results"), whole(Results))


def assignment_statistics(assignment_id: str) -> Call[AssignmentStatistics]:
    """How hard each item of an assignment was, and how well it told learners apart."""
    return Call("GET", address("assignments", assignment_id, "statistics"), whole(AssignmentStatistics))


def their_sitting(assignment_id: str, learner_id: str) -> Call[Sitting]:
    """Exactly what a learner is shown at this moment."""
    return Call("GET", address("assignments", assignment_id, "results", learner_id), whole(Sitting))


def begin(assignment_id: str) -> Call[Sitting]:
    """As a learner, begins: one's time runs from now. A second call changes nothing."""
    return Call("POST", address("assignments", assignment_id, "sitting"), whole(Sitting))


def sitting(assignment_id: str) -> Call[Sitting]:
    """One's own questions, what is saved of the answers, and what may be shown of the marks."""
    return Call("GET", address("assignments", assignment_id, "sitting"), whole(Sitting))


def save_draft(assignment_id: str, item_id: str, number: int, answer: Answer) -> Call[None]:
    """Saves an answer without handing it in; it is graded when time is up. number: which try it is."""
    body = {"number": number, "answer": plain(answer)}
    return Call("PUT", address("assignments", assignment_id, "items", item_id, "draft"), nothing, body=body)


def hand_in(assignment_id: str, item_id: str, number: int, answer: Answer) -> Call[SittingItem]:
    """Hands an answer in, once: the same answer sent again is the same try. number: which try it is."""
    body = {"number": number, "answer": plain(answer)}
    return Call("POST", address("assignments", assignment_id, "items", item_id, "attempts"), whole(SittingItem), body=body)


def finish(assignment_id: str) -> Call[Sitting]:
    """Hands in all that is saved, and is done."""
    return Call("POST", address("assignments", assignment_id, "sitting", "finish"), whole(Sitting), repeatable=False)


def _moment(value: datetime | str) -> str:
    """A moment as it is sent. Raises ValueError for one without a time zone, which would be another for each reader."""
    if isinstance(value, str):
        return value
    if value.utcoffset() is None:
        raise ValueError("Give the time with its time zone, such as datetime.now(UTC).")
    return value.isoformat()
