"""One typed context for each page about what a class did, beside those of contexts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.services.courses import CourseSummary
from app.services.items import ItemReport, ItemsReport


@dataclass(frozen=True)
class ItemsPage:
    """items: those of the report, sorted. sort: by which column. skills: (id, title) of each, to narrow to. fewest: learners
    needed for a facility, and for a discrimination.
    """

    template: ClassVar[str] = "desk/items.html"
    report: ItemsReport
    items: Sequence[ItemReport]
    sort: str
    course: str
    courses: list[CourseSummary]
    skills: Sequence[tuple[str, str]]
    fewest: tuple[int, int]
    newest: int
