"""A worksheet as it is printed: sheets to write on, and the answer sheet that belongs to them."""

from collections.abc import Iterator

import numpy as np

from app.engine.notation import DECIMALS, plain_number
from app.engine.questions import AskedPart, Question
from app.engine.sigmoid import Array
from app.engine.wrong_values import wrong_values
from app.services.worksheets import Copy, Worksheet
from app.web.paper_contexts import MarkedCopy, MarkedPart, MarkedQuestion, PaperCopy, PaperQuestion
from app.web.qr import qr_picture
from app.web.sheet import PartSheet, blank_sheet

TITLE = "Backpropagation by hand"
_MASK = 3  # of the QR pictures: there may be more than a thousand, and any can be read off paper
_FINE = 4  # decimals of a tolerance
_UNITS = 10**DECIMALS
_NOISE = 1e-9  # of such a unit: a bound that is a whole number of units is one in binary too


def printed_copies(planned: Worksheet, base: str) -> Iterator[PaperCopy]:
    """The copies, one by one. base: where the quiz is served, with a / at its end; the pictures lead there."""
    for copy in planned.copies:
        questions = [_printed(question, f"{base}q/{question.id}") for question in planned.on(copy)]
        yield PaperCopy(copy.name, copy.student_number, label_of(copy), questions)


def marked_copies(planned: Worksheet, base: str) -> Iterator[MarkedCopy]:
    """The answers to each copy."""
    for copy in planned.copies:
        yield MarkedCopy(label_of(copy), [_marked_question(question, f"{base}q/{question.id}") for question in planned.on(copy)])


def label_of(copy: Copy) -> str:
    """What stands on every page of a copy: a name, the number of the variant, or nothing where all get the same."""
    return copy.name or (f"Variant {copy.variant}" if copy.variant else "")


def _printed(question: Question, address: str) -> PaperQuestion:
    return PaperQuestion(blank_sheet(question), address, qr_picture(address, _MASK), len(question.skill.way))


def _marked_question(question: Question, address: str) -> MarkedQuestion:
    sheet = blank_sheet(question)
    return MarkedQuestion(sheet, address, [_marked(part, of) for part, of in zip(question.parts, sheet.parts, strict=True)])


def _marked(part: AskedPart, sheet: PartSheet) -> MarkedPart:
    least = np.ceil((part.key - part.tolerance) * _UNITS - _NOISE) / _UNITS
    most = np.floor((part.key + part.tolerance) * _UNITS + _NOISE) / _UNITS
    return MarkedPart(
        sheet,
        _lines(part.key),
        _lines(part.tolerance, _FINE),
        _lines(least),
        _lines(most),
        [(one.misconception.title, _lines(one.value)) for one in wrong_values(part) if one.usual],
    )


def _lines(value: Array, decimals: int = DECIMALS) -> list[list[str]]:
    """A vector as one line, a matrix row by row."""
    return [[plain_number(float(x), decimals) for x in row] for row in np.atleast_2d(value)]
