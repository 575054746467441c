"""The contexts of the pages from which sets of questions leave the desk: one for each template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.services.courses import Course
from app.services.question_banks import BankFormat, Format
from app.services.worksheets import PaperKind
from app.web.paper_contexts import Frame


@dataclass(frozen=True)
class BanksPage:
    """formats: each with what it cannot say. skills: (id, title) of each. typed: what was sent. complaints: by field."""

    template: ClassVar[str] = "desk/banks.html"
    formats: Mapping[BankFormat, Format]
    skills: Sequence[tuple[str, str]]
    levels: Sequence[int]
    typed: Mapping[str, str]
    complaints: Mapping[str, str]
    most: int


@dataclass(frozen=True)
class WorksheetsPage:
    """courses: (id, name) of those whose learners may be printed for. title: what the sheets are called unless told otherwise."""

    template: ClassVar[str] = "desk/worksheets.html"
    skills: Sequence[tuple[str, str]]
    levels: Sequence[int]
    courses: Sequence[tuple[str, str]]
    typed: Mapping[str, str]
    complaints: Mapping[str, str]
    title: str


@dataclass(frozen=True)
class CourseWorksheetPage:
    """kind: what was asked for. frame: what stands round the sheets, with the addresses that both are taken from."""

    template: ClassVar[str] = "desk/worksheet-course.html"
    kind: PaperKind
    course: Course
    frame: Frame
