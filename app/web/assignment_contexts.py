"""The contexts of the pages about assignments: one for each template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.services.assignment_results import LearnerResult, Results
from app.services.assignment_statistics import AssignmentStatistics, ItemOfAssignment
from app.services.assignments import Assignment
from app.services.courses import Course
from app.services.sitting_views import ShownItem, ShownTry, SittingView
from app.web.sheet import Sheet
from app.web.sorting import Order


@dataclass(frozen=True)
class TrySheet:
    """A try that was handed in, with its question."""

    shown: ShownTry
    sheet: Sheet


@dataclass(frozen=True)
class ItemSheet:
    """title: what is practised. sheet: to write on; None when there is no try left or no time."""

    one: ShownItem
    title: str
    sheet: Sheet | None
    tries: list[TrySheet]


@dataclass(frozen=True)
class OverviewPage:
    """A learner's assignment: what it is before they begin, and how far they are afterwards."""

    template: ClassVar[str] = "assignments/overview.html"
    view: SittingView
    items: list[ItemSheet]
    said: str | None


@dataclass(frozen=True)
class ItemPage:
    """One question of a learner's assignment. place: which it is, from 0. said: what was done."""

    template: ClassVar[str] = "assignments/item.html"
    view: SittingView
    items: list[ItemSheet]
    place: int
    said: str | None


@dataclass(frozen=True)
class SawPage:
    """The whole of an assignment as a learner sees it: of nobody in a preview, else of one learner, who may get more time."""

    template: ClassVar[str] = "desk/saw.html"
    view: SittingView
    items: list[ItemSheet]
    learner_id: str | None
    closes_at: str
    extra_minutes: int
    complaints: dict[str, str]


@dataclass(frozen=True)
class NewAssignmentPage:
    """typed: name of a field -> what was typed. rows: how many questions there is place for. skills: (id, title)."""

    template: ClassVar[str] = "desk/assignment-new.html"
    course: Course
    typed: dict[str, str]
    rows: int
    skills: Sequence[tuple[str, str]]
    complaints: dict[str, str]


@dataclass(frozen=True)
class StatisticsPage:
    """items: in the table's order. fewest: learners needed for a facility, and for a discrimination. longest: seconds."""

    template: ClassVar[str] = "desk/assignment-statistics.html"
    statistics: AssignmentStatistics
    items: list[ItemOfAssignment]
    order: Order
    fewest: tuple[int, int]
    longest: float


@dataclass(frozen=True)
class QuestionsPage:
    """As NewAssignmentPage, for an assignment that nobody has begun."""

    template: ClassVar[str] = "desk/assignment-questions.html"
    assignment: Assignment
    course: Course
    typed: dict[str, str]
    rows: int
    skills: Sequence[tuple[str, str]]
    complaints: dict[str, str]


@dataclass(frozen=True)
class AssignmentPage:
    """How a course does at an assignment, and its settings. learners: of the results, in the table's order."""

    template: ClassVar[str] = "desk/assignment.html"
    results: Results
    learners: list[LearnerResult]
    order: Order
    typed: dict[str, str]
    complaints: dict[str, str]
    said: str | None
