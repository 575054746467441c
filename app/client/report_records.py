"""Item statistics and exports, as typed values."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MistakeShare:
    code: str
    title: str
    count: int
    share: float


@dataclass(frozen=True)
class TryScore:
    """How many made this try at the same question, and the mean score of all after it."""

    learners: int
    mean_score: float


@dataclass(frozen=True)
class Gap:
    """A feature of the drawn numbers by which an item's questions differ in difficulty."""

    feature: str
    n_with: int
    n_without: int
    facility_with: float
    facility_without: float


@dataclass(frozen=True)
class ItemDetails:
    mistakes: tuple[MistakeShare, ...]
    looked_at: int
    score_by_try: tuple[TryScore, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class ItemStatistics:
    """A skill at a level in a format, by first tries. A figure is None for samples too small to mean anything."""

    skill: str
    level: int
    format: str
    first_tries: int
    n: int
    n_rest: int
    facility: float | None
    discrimination: float | None
    efficiency: float | None
    effective_weight: float | None
    details: ItemDetails | None


@dataclass(frozen=True)
class Export:
    """A file. next: the cursor from which the next export of attempts goes on; None elsewhere."""

    name: str
    content: bytes = field(repr=False)
    next: str | None


@dataclass(frozen=True)
class Spread:
    """How long learners took, in seconds. lower, upper: the quartiles."""

    n: int
    lower: float
    median: float
    upper: float


@dataclass(frozen=True)
class AssignmentItem:
    """An item of an assignment by its learners' first tries. Points count in discrimination and weight."""

    id: str
    skill: str
    level: int
    format: str
    points: int
    n: int
    n_rest: int
    facility: float | None
    discrimination: float | None
    efficiency: float | None
    effective_weight: float | None
    seconds: Spread | None
    mistakes: tuple[MistakeShare, ...]
    score_by_try: tuple[TryScore, ...]


@dataclass(frozen=True)
class AssignmentStatistics:
    """begun, finished: how many learners have."""

    begun: int
    finished: int
    items: tuple[AssignmentItem, ...]
