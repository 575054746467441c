"""The contexts of what is printed: pages without the site's frame, one for each template in paper/."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from app.services.question_sets import QuestionSet
from app.web.sheet import PartSheet, Sheet

Lines = Sequence[Sequence[str]]
"""Numbers as they are written: a vector as one line, a matrix row by row."""


@dataclass(frozen=True)
class PaperQuestion:
    """sheet: what is given and asked. address: of the question itself, whole; qr: its picture. steps: how many lead to the
    answer; there is room for them.
    """

    sheet: Sheet
    address: str
    qr: Markup
    steps: int


@dataclass(frozen=True)
class PaperCopy:
    """name: whom it is for; None leaves a line to write on. label: what tells its pages from those of other copies."""

    name: str | None
    student_number: str | None
    label: str
    questions: Sequence[PaperQuestion]


@dataclass(frozen=True)
class MarkedPart:
    """key, least, most: the right answer to 3 decimals, and the smallest and largest such numbers that are right; tolerance: how
    far an answer may be from the exact key; all line by line. mistakes: (what was done, what it gives) of the usual ones.
    """

    sheet: PartSheet
    key: Lines
    tolerance: Lines
    least: Lines
    most: Lines
    mistakes: Sequence[tuple[str, Lines]]


@dataclass(frozen=True)
class MarkedQuestion:
    sheet: Sheet
    address: str
    parts: Sequence[MarkedPart]


@dataclass(frozen=True)
class MarkedCopy:
    label: str
    questions: Sequence[MarkedQuestion]


@dataclass(frozen=True)
class Frame:
    """What stands round the sheets. styles: what draws them, as elements for the head. chosen: the set, to print it again.
    count: of copies. sheets, answers, back: where the three lead, None in a file.
    """

    title: str
    styles: Markup
    chosen: QuestionSet
    count: int
    sheets: str | None = None
    answers: str | None = None
    back: str | None = None


@dataclass(frozen=True)
class WorksheetPaper:
    """copies: made one by one as they are sent."""

    template: ClassVar[str] = "paper/worksheet.html"
    frame: Frame
    copies: Iterable[PaperCopy]


@dataclass(frozen=True)
class AnswersPaper:
    template: ClassVar[str] = "paper/answers.html"
    frame: Frame
    copies: Iterable[MarkedCopy]
