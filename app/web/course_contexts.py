"""The contexts of the pages about courses: one for each template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.services.assignments import Assignment
from app.services.audit import AuditLine
from app.services.courses import Course, CourseDetails, CourseSummary, Member
from app.services.integrations import Integration
from app.services.personal_data import Held
from app.services.roster import ImportReport
from app.services.tokens import Token
from app.services.way_in import WayIn
from app.services.webhooks import LoggedDelivery, Webhook
from app.web.sorting import Order


@dataclass(frozen=True)
class CoursesPage:
    """complaint: why the course could not be made. typed: what was typed then. zones: (name, words)."""

    template: ClassVar[str] = "desk/courses.html"
    courses: list[CourseSummary]
    archived: list[CourseSummary]
    order: Order
    zones: Sequence[tuple[str, str]]
    typed: dict[str, str]
    complaint: str | None


@dataclass(frozen=True)
class CoursePage:
    """code: as it is read. link: the whole address to join. complaints: field -> what was wrong with it. said: what was done.

    members: its learners in the table's order.
    """

    template: ClassVar[str] = "desk/course.html"
    details: CourseDetails
    members: list[Member]
    order: Order
    assignments: list[Assignment]
    code: str
    link: str
    zones: Sequence[tuple[str, str]]
    complaints: dict[str, str]
    said: str | None


@dataclass(frozen=True)
class ProjectPage:
    """qr: the join link's QR picture, as SVG."""

    template: ClassVar[str] = "desk/project.html"
    course: Course
    code: str
    link: str
    qr: str


@dataclass(frozen=True)
class LinkPage:
    """A link that was made and is shown once. lead: what it does. qr: its picture, as SVG; back: where to go on."""

    template: ClassVar[str] = "desk/link.html"
    title: str
    lead: str
    link: str
    qr: str
    back: str


@dataclass(frozen=True)
class ProgramsPage:
    """The programs connected to a course, and where they are told what learners do. complaints: as for `programs_page`."""

    template: ClassVar[str] = "desk/programs.html"
    course: Course
    programs: list[Integration]
    webhooks: list[Webhook]
    complaints: dict[str, str]
    said: str | None


@dataclass(frozen=True)
class DeliveriesPage:
    template: ClassVar[str] = "desk/deliveries.html"
    course: Course
    deliveries: list[LoggedDelivery]
    older: int | None
    said: str | None


@dataclass(frozen=True)
class TokensPage:
    """One's own tokens. scopes: (value, words) that a new one may have; empty for somebody who cannot make one here."""

    template: ClassVar[str] = "account/tokens.html"
    tokens: list[Token]
    scopes: Sequence[tuple[str, str]]
    typed: str
    complaint: str | None
    said: str | None


@dataclass(frozen=True)
class RosterMemberPage:
    """One learner of the roster: to correct, merge, move or remove. others: (id, name and number) of possible doubles."""

    template: ClassVar[str] = "desk/member.html"
    course: Course
    learner_id: str
    name: str
    student_number: str | None
    others: list[tuple[str, str]]
    complaints: dict[str, str]


@dataclass(frozen=True)
class ImportPage:
    """report: of a list that was sent; None before."""

    template: ClassVar[str] = "desk/import.html"
    course: Course
    typed: str
    report: ImportReport | None
    complaint: str | None


@dataclass(frozen=True)
class AuditPage:
    """action: of which kind the lines are, all if empty; actions: the kinds."""

    template: ClassVar[str] = "desk/audit.html"
    lines: list[AuditLine]
    older: int | None
    action: str
    actions: Sequence[str]


@dataclass(frozen=True)
class MyPage:
    """learner: whether the visitor is one. way_in: an instructor's. typed, complaints: by field."""

    template: ClassVar[str] = "account/me.html"
    learner: bool
    courses: list[tuple[Course, list[Assignment]]]
    way_in: WayIn | None
    typed: dict[str, str]
    complaints: dict[str, str]


@dataclass(frozen=True)
class ErasePage:
    """Before a learner is erased. own: by themselves. address: of the form; back: where to go on if not."""

    template: ClassVar[str] = "account/erase.html"
    held: Held
    own: bool
    address: str
    back: str


@dataclass(frozen=True)
class ErasedPage:
    template: ClassVar[str] = "account/erased.html"


@dataclass(frozen=True)
class JoinCodePage:
    template: ClassVar[str] = "join/code.html"
    typed: str
    complaint: str | None


@dataclass(frozen=True)
class JoinPage:
    """key: makes a form that is sent twice one learner. complaints: field -> what was wrong. joined: the visitor is in it."""

    template: ClassVar[str] = "join/join.html"
    course: Course
    code: str
    key: str
    name: str
    student_number: str
    complaints: dict[str, str]
    joined: bool
    teaches: bool


@dataclass(frozen=True)
class InvitationPage:
    template: ClassVar[str] = "join/invitation.html"
    course: Course
    secret: str
    email: str
    complaints: dict[str, str]
