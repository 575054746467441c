"""A list of learners as a spreadsheet saves it, read line by line: pure, so that each complaint names its line."""

import csv
import io
from dataclasses import dataclass

from app.services.accounts import read_name
from app.services.joining import read_number
from app.services.refusals import Unusable

MOST_LINES = 2000
_NAME = {"name", "full name", "learner", "student"}
_FIRST = {"first name", "given name", "firstname", "forename"}
_LAST = {"last name", "family name", "lastname", "surname"}
_NUMBER = {"student number", "number", "student id", "id", "id number", "studentnumber", "matriculation number"}


@dataclass(frozen=True)
class ListedLearner:
    """One line of the list. complaint: why it cannot be used, or None."""

    line: int
    name: str
    student_number: str | None
    complaint: str | None = None


def read_list(text: str) -> list[ListedLearner]:
    """The learners of a CSV text: comma, semicolon or tab; with a heading, or else name and number in this order.

    Raises:
        Unusable: nothing in it, too long, or a heading without a name.
    """
    text = text.removeprefix("\ufeff")
    rows = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
    if not rows:
        raise Unusable("/list", "There is no line in this list.")
    if len(rows) > MOST_LINES:
        raise Unusable("/list", f"At most {MOST_LINES} lines can be read at once.")
    heading = [" ".join(cell.replace("_", " ").split()).casefold() for cell in rows[0][1]]
    places = {
        kind: next((k for k, word in enumerate(heading) if word in words), None)
        for kind, words in (("name", _NAME), ("first", _FIRST), ("last", _LAST), ("number", _NUMBER))
    }
    if any(place is not None for place in places.values()):
        if places["name"] is None and places["first"] is None and places["last"] is None:
            raise Unusable("/list", "The heading has no column for names; call it name.")
        rows = rows[1:]
    else:
        places = {"name": 0, "first": None, "last": None, "number": 1}
    return _without_doubles([_listed(number, row, places) for number, row in rows])


def from_rows(rows: list[tuple[str, str | None]]) -> list[ListedLearner]:
    """The same for (name, student number) pairs that a program sends; lines count from 1."""
    if len(rows) > MOST_LINES:
        raise Unusable("/learners", f"At most {MOST_LINES} learners can be sent at once.")
    places = {"name": 0, "first": None, "last": None, "number": 1}
    return _without_doubles([_listed(k + 1, [name, number or ""], places) for k, (name, number) in enumerate(rows)])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Unusable("/list", f"Line {reader.line_num} is no CSV: {error}.") from None


def _listed(line: int, row: list[str], places: dict[str, int | None]) -> ListedLearner:
    def cell(kind: str) -> str:
        place = places[kind]
        return row[place].strip() if place is not None and place < len(row) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    try:
        return ListedLearner(line, read_name(name), read_number(cell("number"), required=False))
    except Unusable as error:
        return ListedLearner(line, name[:80] if name.isprintable() else "", None, error.detail)


def _without_doubles(listed: list[ListedLearner]) -> list[ListedLearner]:
    seen: dict[str, int] = {}
    checked = []
    for one in listed:
        if one.student_number is not None and one.student_number in seen:
            complaint = f"Line {seen[one.student_number]} has this student number already."
            one = ListedLearner(one.line, one.name, one.student_number, one.complaint or complaint)
        elif one.student_number is not None:
            seen[one.student_number] = one.line
        checked.append(one)
    return checked
