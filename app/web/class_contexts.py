"""One typed context for each page about what a class did, beside those of contexts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from app.services.courses import Course, CourseSummary
from app.services.items import ItemReport, ItemsReport
from app.services.live import LiveReport
from app.services.mistakes import MistakeAttempts, MistakeRow, MistakesReport
from app.services.one_learner import LearnerReport, Pattern, Wanted
from app.services.progress import SkillProgress
from app.web.sorting import Order


@dataclass(frozen=True)
class ItemsPage:
    """items: those of the report, in their order. skills: (id, title) of each, to narrow to. fewest: learners
    needed for a facility, and for a discrimination.
    """

    template: ClassVar[str] = "desk/items.html"
    report: ItemsReport
    items: Sequence[ItemReport]
    order: Order
    course: str
    courses: list[CourseSummary]
    skills: Sequence[tuple[str, str]]
    fewest: tuple[int, int]
    newest: int
    longest: float


@dataclass(frozen=True)
class MistakesPage:
    """rows: those shown of the report's. earlier, later: days in the weeks before and after; later None where that lies ahead."""

    template: ClassVar[str] = "desk/mistakes.html"
    report: MistakesReport
    rows: Sequence[MistakeRow]
    order: Order
    course: str
    courses: list[CourseSummary]
    skill: str
    skills: Sequence[tuple[str, str]]
    weeks: int
    earlier: date
    later: date | None


@dataclass(frozen=True)
class MistakeAttemptsPage:
    """address: of this page but for its order. oldest_first: how it stands. back: of the table that led here."""

    template: ClassVar[str] = "desk/mistake-attempts.html"
    report: MistakeAttempts
    course: str
    address: str
    oldest_first: bool
    back: str


@dataclass(frozen=True)
class ExportsPage:
    """named: the course, None for the open one; course: its id."""

    template: ClassVar[str] = "desk/exports.html"
    named: Course | None
    course: str
    courses: list[CourseSummary]


@dataclass(frozen=True)
class LivePanel:
    """The part of the live page that is sent anew. nameless: for a projector."""

    template: ClassVar[str] = "desk/_live.html"
    report: LiveReport
    titles: dict[str, str]
    nameless: bool


@dataclass(frozen=True)
class LivePage:
    template: ClassVar[str] = "desk/live.html"
    report: LiveReport
    titles: dict[str, str]
    nameless: bool
    course: str
    courses: list[CourseSummary]


@dataclass(frozen=True)
class TimelineRow:
    """spoken: the mistake in words. y: where its line is. dots: (place, radius, times, Monday) of each week in which it was
    made.
    """

    pattern: Pattern
    spoken: str
    y: float
    dots: list[tuple[float, float, int, date]]


@dataclass(frozen=True)
class Timeline:
    """height: of the picture. first: the day at its left edge."""

    rows: list[TimelineRow]
    height: int
    first: date


@dataclass(frozen=True)
class LearnerPage:
    """skills, mistakes: in the order of their tables, standing and mistake_order; of the mistakes the first ones, unless all were
    asked for. timeline: None without a mistake lately. address: of these attempts but for `beyond`.
    """

    template: ClassVar[str] = "desk/learner.html"
    report: LearnerReport
    wanted: Wanted
    skills: list[SkillProgress]
    standing: Order
    mistakes: list[Pattern]
    mistake_order: Order
    titles: dict[str, str]
    timeline: Timeline | None
    address: str
    now: datetime
