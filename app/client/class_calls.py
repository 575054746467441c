"""The calls about courses, those in them, reports and exports as data. Names and meanings are those of the REST interface."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from app.client.calls import Call, address, nothing, whole
from app.client.class_records import (
    Colleague,
    Course,
    Import,
    Integration,
    Member,
    NewToken,
    Token,
    listed,
)
from app.client.records import read
from app.client.report_records import Export, ItemStatistics


def courses() -> Call[list[Course]]:
    """The courses that one teaches or reads, or as a learner has joined."""
    return Call("GET", "courses", lambda found: [read(Course, one) for one in found["courses"]])


def create_course(name: str, time_zone: str = "UTC", asks_student_number: bool = False) -> Call[Course]:
    """Makes a course, which one teaches. time_zone: an IANA name, such as Europe/London."""
    body = {"name": name, "time_zone": time_zone, "asks_student_number": asks_student_number}
    return Call("POST", "courses", whole(Course), body=body, repeatable=False)


def course(course_id: str) -> Call[Course]:
    """One course."""
    return Call("GET", address("courses", course_id), whole(Course))


def change_course(
    course_id: str,
    name: str | None = None,
    time_zone: str | None = None,
    asks_student_number: bool | None = None,
    archived: bool | None = None,
) -> Call[Course]:
    """Changes what is not None. archived: put away, a course can't be joined; what was done in it stays."""
    body = {"name": name, "time_zone": time_zone, "asks_student_number": asks_student_number, "archived": archived}
    return Call("PATCH", address("courses", course_id), whole(Course), body=body)


def delete_course(course_id: str) -> Call[None]:
    """Only one that no learner is in; others can be archived."""
    return Call("DELETE", address("courses", course_id), nothing, repeatable=False)


def renew_code(course_id: str) -> Call[Course]:
    """Gives the course another join code; the old one no longer works."""
    return Call("POST", address("courses", course_id, "code"), whole(Course), repeatable=False)


def join(code: str, name: str | None = None, student_number: str | None = None) -> Call[Course]:
    """As a learner, joins the course of a code, under one's own name unless another is given."""
    return Call("POST", "join", whole(Course), body={"code": code, "name": name, "student_number": student_number})


def roster(course_id: str) -> Call[list[Member]]:
    """The learners of a course."""
    return Call("GET", address("courses", course_id, "learners"), lambda found: [read(Member, one) for one in found["learners"]])


def import_learners(course_id: str, learners: Iterable[str | Sequence[str | None]]) -> Call[Import]:
    """Adds learners, each a name or (name, student number): all of them, or none where a line has a complaint."""
    body = {"learners": [listed(one) for one in learners]}
    return Call("POST", address("courses", course_id, "learners"), whole(Import), body=body)


def change_learner(course_id: str, learner_id: str, name: str | None = None, student_number: str | None = None) -> Call[None]:
    """Changes what is not None; an empty student number takes it away."""
    body = {"name": name, "student_number": student_number}
    return Call("PATCH", address("courses", course_id, "learners", learner_id), nothing, body=body)


def remove_learner(course_id: str, learner_id: str) -> Call[None]:
    """Takes a learner out of the course; what they did stays theirs."""
    return Call("DELETE", address("courses", course_id, "learners", learner_id), nothing, repeatable=False)


def merge_learners(course_id: str, learner_id: str, other: str) -> Call[None]:
    """Makes one learner of two: the attempts of `other` move to the first, and the other is gone."""
    path = address("courses", course_id, "learners", learner_id, "merge")
    return Call("POST", path, nothing, body={"other": other}, repeatable=False)


def personal_link(learner_id: str) -> Call[str]:
    """A path on this site that takes a learner to another device; opens once, within a day."""
    return Call("POST", address("learners", learner_id, "link"), lambda made: str(made["path"]), repeatable=False)


def staff(course_id: str) -> Call[list[Colleague]]:
    """Who teaches the course, and the programs that read it."""
    return Call("GET", address("courses", course_id, "staff"), lambda found: [read(Colleague, one) for one in found["staff"]])


def add_colleague(course_id: str, email: str) -> Call[None]:
    """Lets an instructor teach the course too, found by the e-mail address with which they sign in."""
    return Call("POST", address("courses", course_id, "staff"), nothing, body={"email": email})


def remove_staff(course_id: str, account_id: str) -> Call[None]:
    """Takes an instructor or a program out of the course."""
    return Call("DELETE", address("courses", course_id, "staff", account_id), nothing, repeatable=False)


def invite(course_id: str) -> Call[str]:
    """A path on this site by which somebody without an account becomes an instructor of the course; opens once, within a week."""
    return Call("POST", address("courses", course_id, "invitation"), lambda made: str(made["path"]), repeatable=False)


def integrations(course_id: str) -> Call[list[Integration]]:
    """The programs that are connected to the course."""
    path = address("courses", course_id, "integrations")
    return Call("GET", path, lambda found: [read(Integration, one) for one in found["integrations"]])


def add_integration(course_id: str, name: str, may_submit: bool = False) -> Call[NewToken]:
    """Connects a program, which reads the course; may_submit: it may also hand in answers for the learners in it."""
    body = {"name": name, "may_submit": may_submit}
    return Call("POST", address("courses", course_id, "integrations"), whole(NewToken), body=body, repeatable=False)


def add_token(course_id: str, integration_id: str, name: str, may_submit: bool = False) -> Call[NewToken]:
    """Another token for a program, to exchange one without a pause."""
    body = {"name": name, "may_submit": may_submit}
    path = address("courses", course_id, "integrations", integration_id, "tokens")
    return Call("POST", path, whole(NewToken), body=body, repeatable=False)


def revoke_program_token(course_id: str, integration_id: str, token_id: str) -> Call[None]:
    """Stops a program's token, at once."""
    path = address("courses", course_id, "integrations", integration_id, "tokens", token_id)
    return Call("DELETE", path, nothing, repeatable=False)


def tokens() -> Call[list[Token]]:
    """One's own tokens, without their secrets."""
    return Call("GET", "me/tokens", lambda found: [read(Token, one) for one in found["tokens"]])


def revoke_token(token_id: str) -> Call[None]:
    """Stops a token of one's own, at once."""
    return Call("DELETE", address("me", "tokens", token_id), nothing, repeatable=False)


def item_statistics(course: str | None = None, skill: str | None = None) -> Call[list[ItemStatistics]]:
    """How hard each skill, level and format is, and how well it tells learners apart; of one skill with details."""
    query = {name: value for name, value in {"course": course, "skill": skill}.items() if value is not None}
    return Call("GET", "reports/items", lambda found: [read(ItemStatistics, one) for one in found["items"]], query=query)


def export(subject: str, type: str = "csv", course: str | None = None, since: str | None = None) -> Call[Export]:
    """A table to keep: gradebook, attempts or items, as csv or xlsx. since: of attempts, the `next` of an earlier export."""
    wanted = {"type": type, "course": course, "since": since}
    query = {name: value for name, value in wanted.items() if value is not None}
    return Call("POST", address("exports", subject), _file, query=query, whole_response=True)


def question_bank(format: str, items: str, seed: int | None = None, question_format: str = "numeric") -> Call[Export]:
    """A question bank for another platform: moodle (XML) or qti (a package). items: such as chain:1:100,update:2:50.
    question_format: of all its questions, numeric or choice.
    """
    wanted = {"items": items, "seed": seed, "question_format": question_format}
    query = {name: value for name, value in wanted.items() if value is not None}
    return Call("GET", address("question-banks", format), _file, query=query, whole_response=True)


def learner_data(learner_id: str) -> Call[dict[str, Any]]:
    """All that is kept about a learner: one's own, or of one whom one teaches. Table -> rows."""
    return Call("POST", address("learners", learner_id, "export"), lambda found: dict(found))


def erase_learner(learner_id: str) -> Call[None]:
    """Erases a learner for good: name, answers and all else."""
    return Call("DELETE", address("learners", learner_id), nothing, repeatable=False)


def _file(response: httpx.Response) -> Export:
    name = re.search(r'filename="([^"]+)"', response.headers.get("Content-Disposition", ""))
    onward = parse_qs(urlsplit(response.links.get("next", {}).get("url", "")).query)
    return Export(name[1] if name else "export", response.content, onward.get("since", [None])[0])
