"""What a person typed, read as decimals, or a precise complaint.

Reading is kept apart from grading: an answer that cannot be read is no attempt, and the complaint names the place
without saying anything about what is right. Python's own ``float()`` is too generous for this ("1_000", "٣.٥", "nan"),
so numbers have a grammar of their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import nan
from typing import Any

from app.engine.notation import MINUS
from app.engine.questions import AskedPart, Question
from app.engine.shapes import shape_hint

MOST_CHARACTERS = 64
_TOO_LARGE = Decimal(10**9)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Complaint:
    """path: (symbol, index, …) of what cannot be read. hint: where the form of the answer is itself a known mistake."""

    path: Path
    detail: str
    hint: str | None = None


class UnreadableAnswer(ValueError):
    """The answer cannot be read; nothing is graded."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("; ".join(complaint.detail for complaint in complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class PartAnswer:
    """entries: row-major, None where nothing was given. option: the id chosen; its value stands in `entries`."""

    entries: tuple[Decimal | None, ...]
    option: str | None = None

    @property
    def given(self) -> bool:
        return any(entry is not None for entry in self.entries)

    def numbers(self) -> list[float]:
        """The entries as doubles, NaN where nothing was given."""
        return [nan if entry is None else float(entry) for entry in self.entries]


Answer = Mapping[str, PartAnswer]


def read_number(raw: object) -> Decimal | None:
    """One entry: a JSON number, a string as a person types it, or None or blank for nothing.

    Raises:
        ValueError: with a sentence that says why it is no such number; it never repeats the input.
    """
    if raw is None:
        return None
    if isinstance(raw, Decimal) and raw.is_finite():  # as a JSON number comes: nothing left to read
        _check_length(str(raw))
        number = raw
    elif (read := _read_text(raw)) is None:
        return None
    else:
        number = read
    if not -_TOO_LARGE < number < _TOO_LARGE:
        raise _too_large()
    return number


def _read_text(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal, str)):
        raise ValueError("This is not a number.")
    # Before it is written out: Python itself refuses to write an integer of thousands of digits.
    if isinstance(raw, int) and abs(raw) >= _TOO_LARGE:
        raise _too_large()
    text = str(raw).strip(" \t\r\n\u00a0").replace(MINUS, "-")
    if not text:
        return None
    _check_length(text)
    if _NUMBER.fullmatch(text) is None:
        raise ValueError("This is not a decimal number.")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError("The exponent of this number is out of reach.") from None


def _check_length(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"This is longer than {MOST_CHARACTERS} characters.")


def _too_large() -> ValueError:
    return ValueError("This number is too large; it must be below 1e9 in size.")


def read_answer(question: Question, raw: object) -> Answer:
    """The answer to `question` as decimals.

    Args:
        raw: ``{symbol: value}``. A value is nested lists of the part's shape (for a vector of n also ``[[a], [b], …]`` or
            ``[[a, b, …]]``), or an option's id; None, or a missing symbol, leaves the part unanswered.
    Raises:
        UnreadableAnswer: with every complaint, when anything cannot be read or nothing is answered at all.
    """
    if not isinstance(raw, Mapping):
        raise UnreadableAnswer([Complaint((), "An answer is an object of symbols and values.")])
    parts = {part.symbol: part for part in question.parts}
    complaints = [
        Complaint(
            (symbol,),
            f"This question doesn't ask for that; it asks for {', '.join(parts)}.",
        )
        for symbol in raw
        if symbol not in parts
    ]
    answer = {
        symbol: (_read_entries if part.options is None else _read_option)(part, raw.get(symbol), complaints)
        for symbol, part in parts.items()
    }
    if not complaints and not any(part.given for part in answer.values()):
        complaints.append(Complaint((), "Nothing is answered yet."))
    if complaints:
        raise UnreadableAnswer(complaints)
    return answer


def _read_option(part: AskedPart, raw: object, complaints: list[Complaint]) -> PartAnswer:
    if raw is None or raw == "":
        return PartAnswer((None,) * part.key.size)
    option = part.option(raw) if isinstance(raw, str) else None
    if option is None:
        known = ", ".join(option.id for option in part.options or ())
        complaints.append(
            Complaint(
                (part.symbol,),
                f"This part is answered with the id of an option: {known}.",
            )
        )
        return PartAnswer((None,) * part.key.size)
    return PartAnswer(tuple(Decimal(repr(float(value))) for value in option.value.flat), option.id)


def _read_entries(part: AskedPart, raw: object, complaints: list[Complaint]) -> PartAnswer:
    nothing = PartAnswer((None,) * part.key.size)
    if raw is None:
        return nothing
    shape = _shape(raw)
    # A vector also as a column or a row. Of a matrix these would be three deep, which no shape of an answer is.
    if shape is None or shape not in (part.shape, (*part.shape, 1), (1, *part.shape)):
        complaints.append(_wrong_shape(part, raw))
        return nothing
    entries: list[Decimal | None] = []
    for position, value in enumerate(_row_major(raw, shape)):
        try:
            entries.append(read_number(value))
        except ValueError as error:
            path = (position,) if len(shape) == 1 else divmod(position, shape[1])
            complaints.append(Complaint((part.symbol, *path), str(error)))
            entries.append(None)
    return PartAnswer(tuple(entries))


def _row_major(raw: Any, shape: tuple[int, ...]) -> list[object]:
    """The entries of nested lists of this shape."""
    return list(raw) if len(shape) == 1 else [entry for row in raw for entry in row]


def _shape(raw: object) -> tuple[int, ...] | None:
    """The shape of nested lists, at most two deep; None where rows differ or there are none."""
    if not isinstance(raw, (list, tuple)):
        return ()
    rows = [len(row) if isinstance(row, (list, tuple)) else None for row in raw]
    if len(set(rows)) != 1:
        return None
    return (len(rows),) if rows[0] is None else (len(rows), rows[0])


def _reads(raw: object) -> bool:
    """Whether a single value is a number: broken text has no shape that could mean anything."""
    if isinstance(raw, (list, tuple)):
        return True
    try:
        return read_number(raw) is not None
    except ValueError:
        return False


def _wrong_shape(part: AskedPart, raw: object) -> Complaint:
    n = part.key.size
    wanted = (
        f"a vector of {n} entries" if len(part.shape) == 1 else f"a matrix of {part.shape[0]} rows and {part.shape[1]} columns"
    )
    given = _shape(raw)
    hint = None if given is None or not _reads(raw) else shape_hint(part.symbol, part.shape, given)
    return Complaint((part.symbol,), f"The value of {part.symbol} must be {wanted}.", hint)
