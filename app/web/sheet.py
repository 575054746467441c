"""A question as a sheet to write on: what is given, and a place for every entry of the answer.

The same sheet shows a fresh question, an answer that could not be read (what was typed, and where the trouble is) and a
graded attempt (every entry marked).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any

from starlette.datastructures import FormData

from app.engine.notation import DECIMALS, MINUS, latex_array, plain_array, plain_number
from app.engine.questions import LATEX, SPOKEN, AskedPart, Question
from app.engine.solutions import way_in_words
from app.services import gradient_check
from app.services.practice import AttemptRow
from app.services.refusals import Complaint
from app.web.chapters import EXPLAINED

_FINE = 4  # decimals in which a distance below the tolerance can be told apart


@dataclass(frozen=True)
class Given:
    """latex: symbol = array. spoken: the same as plain text."""

    latex: str
    spoken: str


@dataclass
class Cell:
    """One box. label: its place in words. mark: None before grading, else whether the entry is right."""

    name: str
    label: str
    value: str = ""
    mark: bool | None = None
    complaint: str | None = None


@dataclass
class Choice:
    """One option. mark: None unless it was the one chosen and graded."""

    id: str
    latex: str
    spoken: str
    chosen: bool = False
    mark: bool | None = None


@dataclass
class PartSheet:
    """shape: [n] or [rows, columns]; cells: one for each entry, row-major. moved, allowed: how far a right answer lies from
    the exact key at most, and the tolerance of that entry. prefix: of the boxes' names, where a page shows several sheets.
    """

    symbol: str
    latex: str
    title: str
    shape: tuple[int, ...]
    cells: list[Cell] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    outcome: Mapping[str, Any] | None = None
    moved: str = ""
    allowed: str = ""
    prefix: str = ""

    @property
    def explained(self) -> str:
        """Anchor of the lesson's section on this quantity."""
        return EXPLAINED[self.symbol]

    @property
    def left_empty(self) -> bool:
        """Graded, with nothing in it."""
        return self.outcome is not None and self.outcome["verdict"] == "unanswered"

    @property
    def is_matrix(self) -> bool:
        return len(self.shape) == 2

    @property
    def columns(self) -> int:
        """Boxes side by side: a vector is a column."""
        return self.shape[1] if self.is_matrix else 1


@dataclass
class Sheet:
    """Everything a template needs to show a question and what was answered.

    is_lesson: the lesson's own numbers. checkable: one's own σ′ can be checked at its z; check_costs: which tells part of the
    answer; hint_taken: and this learner has had it told.
    """

    question_id: str
    skill: str
    skill_title: str
    level: int
    format: str
    task: str
    task_latex: str
    givens: list[Given]
    parts: list[PartSheet]
    is_lesson: bool
    checkable: bool
    check_costs: bool
    hint_taken: bool = False
    complaints: list[str] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        return self.format == "choice"


def blank_sheet(question: Question) -> Sheet:
    """The question with nothing answered."""
    return Sheet(
        question_id=str(question.id),
        skill=question.skill.id,
        skill_title=question.skill.title,
        level=question.id.level,
        format=question.id.format,
        task=question.skill.ask[0],
        task_latex=question.skill.ask[1],
        givens=[_given(question, symbol) for symbol in question.given],
        parts=[_part(part) for part in question.parts],
        is_lesson=question.id.seed is None,
        checkable=gradient_check.applies(question),
        check_costs=gradient_check.tells_answer(question),
    )


def read_form(question: Question, form: FormData) -> dict[str, Any]:
    """The form's boxes as the answer that a REST client would have sent."""
    answer: dict[str, Any] = {}
    for part in question.parts:
        if part.options is not None:
            answer[part.symbol] = _text(form, part.symbol)
        else:
            entries = [_text(form, _name(part.symbol, place)) for place in _places(part.shape)]
            answer[part.symbol] = _nested(entries, part.shape)
    return answer


def fill_in(sheet: Sheet, answer: Mapping[str, Any], complaints: list[Complaint]) -> Sheet:
    """The sheet with what was typed, and each complaint at its place."""
    for part in sheet.parts:
        _write(part, answer.get(part.symbol))
    for complaint in complaints:
        _attach(sheet, complaint)
    return sheet


def mark(sheet: Sheet, row: AttemptRow) -> Sheet:
    """The sheet of a graded attempt: what was answered, each entry marked; an empty box has nothing to mark."""
    outcomes = {part["symbol"]: part for part in row.parts}
    for part in sheet.parts:
        _write(part, row.answer_sent.get(part.symbol))
        part.outcome = outcomes[part.symbol]
        if part.outcome["entries"] is not None:
            for cell, right in zip(part.cells, _flat(part.outcome["entries"]), strict=True):
                cell.mark = right if right or cell.value else None
        if part.outcome["verdict"] == "correct" and part.cells:
            part.moved, part.allowed = _distance(row, part.symbol)
        for choice in part.choices:
            if choice.chosen:
                choice.mark = part.outcome["score"] == 1
    return sheet


def set_apart(sheet: Sheet, prefix: str) -> Sheet:
    """The sheet with names of its own for its boxes, so that a page can show several."""
    for part in sheet.parts:
        part.prefix = prefix
        for cell in part.cells:
            cell.name = prefix + cell.name
    return sheet


def outline(question: Question) -> list[str]:
    """The way to the answer, without this question's numbers."""
    return way_in_words(question.skill)


def _distance(row: AttemptRow, symbol: str) -> tuple[str, str]:
    """The entry of a right part that lies farthest from the key: its distance, and what is allowed there."""
    entries = zip(row.answer_read[symbol], _flat(row.key[symbol]), _flat(row.tolerance[symbol]), strict=True)
    far, allowed = max((abs(float(answer) - key), tolerance) for answer, key, tolerance in entries)
    return plain_number(far, _FINE), plain_number(allowed, _FINE)


def _given(question: Question, symbol: str) -> Given:
    value, decimals = question.given[symbol], question.given_decimals(symbol)
    return Given(f"{LATEX[symbol]} = {latex_array(value, decimals)}", f"{symbol} = {plain_array(value, decimals)}")


def _part(part: AskedPart) -> PartSheet:
    sheet = PartSheet(part.symbol, LATEX[part.symbol], part.part.title, part.shape)
    if part.options is None:
        sheet.cells = blank_cells(part.symbol, part.shape)
    else:
        sheet.choices = [
            Choice(option.id, latex_array(option.value, DECIMALS), plain_array(option.value, DECIMALS)) for option in part.options
        ]
    return sheet


def blank_cells(symbol: str, shape: tuple[int, ...]) -> list[Cell]:
    """An empty box for every entry of an array, row-major."""
    return [Cell(name, label) for name, label in _boxes(symbol, shape)]


@lru_cache(maxsize=256)
def _boxes(symbol: str, shape: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_name(symbol, place), _label(symbol, shape, place)) for place in _places(shape))


def _places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    return list(product(*(range(n) for n in shape)))


def _nested(entries: list[str], shape: tuple[int, ...]) -> list[Any]:
    if len(shape) == 1:
        return entries
    return [entries[start : start + shape[1]] for start in range(0, len(entries), shape[1])]


def _name(symbol: str, place: tuple[int, ...]) -> str:
    return ".".join([symbol, *map(str, place)])


def _label(symbol: str, shape: tuple[int, ...], place: tuple[int, ...]) -> str:
    spoken = SPOKEN.get(symbol, symbol.replace("_", " "))
    if len(place) == 1:
        return f"{spoken}, entry {place[0] + 1} of {shape[0]}"
    return f"{spoken}, row {place[0] + 1} column {place[1] + 1}"


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _write(part: PartSheet, value: Any) -> None:
    if part.choices:
        for choice in part.choices:
            choice.chosen = choice.id == value
        return
    for cell, entry in zip(part.cells, _flat(value), strict=False):
        cell.value = _typed(entry)


def _typed(entry: Any) -> str:
    """An entry as it stood in its box; a number from a REST client as a person would write it."""
    if entry is None:
        return ""
    if isinstance(entry, str):
        return re.sub(r"^\s*-", MINUS, entry)
    written = plain_number(entry, DECIMALS) if abs(entry) < 1e6 else str(entry)
    return written if float(written.replace("−", "-")) == entry else str(entry).replace("-", "−")


def _flat(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return []
    return [leaf for item in value for leaf in (_flat(item) if isinstance(item, list) else [item])]


def _attach(sheet: Sheet, complaint: Complaint) -> None:
    text = complaint.detail if complaint.hint is None else f"{complaint.detail} {complaint.hint}"
    for part in sheet.parts:
        if complaint.path and complaint.path[0] == part.symbol:
            place = _name(part.symbol, tuple(int(k) for k in complaint.path[1:]))
            for cell in part.cells:
                if cell.name == place:
                    cell.complaint = text
                    return
            part.complaints.append(text)
            return
    sheet.complaints.append(text)
