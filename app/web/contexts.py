"""One typed context for each template: what it may use, beside principal, staff, path and host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from app.engine.misconceptions import Misconception
from app.engine.skills import Skill
from app.services.courses import CourseSummary
from app.services.links import Link
from app.services.practice import Attempt, AttemptRow
from app.services.progress import PracticeRecord
from app.services.reporting import ClassReport, LearnerScore, MistakeCount, SkillReport
from app.services.solutions import Solution
from app.web.chapters import Fading, Numbers, Section
from app.web.curve import Curve
from app.web.network_picture import NetworkPicture
from app.web.reference import Reference
from app.web.sheet import PartSheet, Sheet
from app.web.skill_map import SkillMap
from app.web.slope_check import SlopeForm
from app.web.sorting import Order
from app.web.walk import Walk


@dataclass(frozen=True)
class HeatRow:
    """One row of a heatmap. address: where its name leads. shares: 0 to 1 for each column, None where there is nothing."""

    name: str
    address: str | None
    shares: list[float | None]


@dataclass(frozen=True)
class HomePage:
    """groups: the skills in the order of the map of progress, under the words for where they lie."""

    template: ClassVar[str] = "learn/home.html"
    sheet: Sheet
    key: str
    groups: list[tuple[str, list[Skill]]]
    levels: tuple[int, ...]


@dataclass(frozen=True)
class QuestionPage:
    """body: what a QuestionBody makes."""

    template: ClassVar[str] = "practice/question.html"
    title: str
    body: Markup


@dataclass(frozen=True)
class QuestionBody:
    """solution: shown below the sheet once the learner has asked for it. outline: the way without the numbers. is_exercise:
    the lesson's own, its three parts together. drill: the mistake that is being practised against. host: of the permalink.
    """

    template: ClassVar[str] = "practice/_question.html"
    sheet: Sheet
    key: str
    levels: tuple[int, ...]
    solution: Solution | None
    curve: Curve | None
    outline: list[str]
    is_exercise: bool
    drill: Misconception | None
    host: str


@dataclass(frozen=True)
class AttemptPage:
    """outline: the way without the numbers. mine: the viewer's own, so that it can be tried again. drill: the mistake that is
    being practised against.
    """

    template: ClassVar[str] = "practice/attempt.html"
    sheet: Sheet
    key: str
    attempt: Attempt
    levels: tuple[int, ...]
    curve: Curve | None
    outline: list[str]
    mine: bool
    drill: Misconception | None


@dataclass(frozen=True)
class LessonPage:
    """n: the lesson's own numbers. skills: ids of what can be practised. form: the check of one's own σ′ at a z one chooses."""

    template: ClassVar[str] = "lesson/lesson.html"
    sections: tuple[Section, ...]
    skills: frozenset[str]
    n: Numbers
    curve: Curve | None
    picture: NetworkPicture
    fading: tuple[Fading, ...]
    form: SlopeForm


@dataclass(frozen=True)
class WalkPage:
    """walk: None while the solution is closed; then the page says what opening it costs. lesson_id: the same skill
    with the lesson's numbers. drill: as on the question's page.
    """

    template: ClassVar[str] = "lesson/walk.html"
    sheet: Sheet
    walk: Walk | None
    lesson_id: str
    drill: Misconception | None


@dataclass(frozen=True)
class CheckPage:
    """drill: as on the question's page."""

    template: ClassVar[str] = "lesson/check.html"
    sheet: Sheet
    form: SlopeForm
    drill: Misconception | None


@dataclass(frozen=True)
class AttemptsPage:
    template: ClassVar[str] = "learn/attempts.html"
    attempts: list[AttemptRow]
    titles: dict[str, str]
    older: int | None


@dataclass(frozen=True)
class ProgressPage:
    template: ClassVar[str] = "learn/progress.html"
    record: PracticeRecord
    map: SkillMap
    now: datetime


@dataclass(frozen=True)
class SignInPage:
    template: ClassVar[str] = "account/sign-in.html"
    email: str
    complaint: str | None
    onward: str


@dataclass(frozen=True)
class SignInLinkPage:
    template: ClassVar[str] = "account/sign-in-link.html"
    secret: str
    link: Link


@dataclass(frozen=True)
class SignOutPage:
    """Before an instructor throws away the only way in."""

    template: ClassVar[str] = "account/sign-out.html"


@dataclass(frozen=True)
class LearnerFilters:
    """name: a part of it. least: attempts that a learner listed has made; usual: nobody asked for another number."""

    name: str
    least: int
    usual: bool


@dataclass(frozen=True)
class DashboardPage:
    """courses: to choose another. columns: (short name, title) of each skill. heat: the learners of the heatmap. skills: as
    their table stands, in skill_order. erased: a learner has just been. learners: those of the table, in its order.
    """

    template: ClassVar[str] = "desk/class.html"
    report: ClassReport
    courses: list[CourseSummary]
    columns: list[tuple[str, str]]
    heat: list[HeatRow]
    skills: list[SkillReport]
    skill_order: Order
    fewest_wrong: int
    erased: bool
    learners: list[LearnerScore]
    order: Order
    filters: LearnerFilters


@dataclass(frozen=True)
class NoSkillPage:
    """skills: (id, title) of what there is to practise instead."""

    template: ClassVar[str] = "errors/no-skill.html"
    skills: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ErrorPage:
    template: ClassVar[str] = "errors/error.html"
    title: str
    detail: str
    status: int


@dataclass(frozen=True)
class WayToBegin:
    """lines: of a program."""

    title: str
    about: Markup
    lines: str


@dataclass(frozen=True)
class DocsPage:
    template: ClassVar[str] = "docs/api.html"
    reference: Reference
    begin: Sequence[WayToBegin]


@dataclass(frozen=True)
class TryPage:
    template: ClassVar[str] = "docs/try.html"


@dataclass(frozen=True)
class GalleryPage:
    """A specimen of every component. matrix: boxes of three rows and four columns. verdicts: (what it shows, part) pairs."""

    template: ClassVar[str] = "gallery/gallery.html"
    sheet: Sheet
    choice: Sheet
    marked: Sheet
    matrix: PartSheet
    marked_matrix: PartSheet
    verdicts: Sequence[tuple[str, PartSheet]]
    key: str
    levels: tuple[int, ...]
    solution: Solution
    curve: Curve | None
    outline: list[str]
    counts: Sequence[int]
    columns: Sequence[tuple[str, str]]
    heat: Sequence[HeatRow]
    mistakes: Sequence[MistakeCount]
