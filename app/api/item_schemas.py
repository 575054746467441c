"""Item statistics as the REST interface tells them."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field

from app.services.assignment_statistics import ItemOfAssignment
from app.services.items import ItemReport

Figure = Annotated[float | None, Field(description="Null for samples too small to mean anything.")]


class MistakeShareOut(BaseModel):
    """A misconception among the first tries of an item."""

    code: str
    title: str
    count: int
    share: float


class TryOut(BaseModel):
    """A try at the same question: how many made it; the mean score of all after it, who stopped keeping the last."""

    learners: int
    mean_score: float


class GapOut(BaseModel):
    """A feature of the numbers drawn by which an item's questions differ in difficulty."""

    feature: str
    n_with: int
    n_without: int
    facility_with: float
    facility_without: float


class SpreadOut(BaseModel):
    """Seconds from a learner's answer before to the first answer here; none longer than 15 minutes, taken for pauses."""

    n: int
    lower: Annotated[float, Field(description="The first quartile.")]
    median: float
    upper: Annotated[float, Field(description="The third quartile.")]


Seconds = Annotated[SpreadOut | None, Field(description="How long it took; null for samples too small to mean anything.")]


class ItemDetailsOut(BaseModel):
    """looked_at: the newest first tries that score_by_try and gaps are about; seconds are about the newest of those."""

    mistakes: list[MistakeShareOut]
    looked_at: int
    score_by_try: list[TryOut]
    gaps: list[GapOut]
    seconds: Seconds


class ItemOut(BaseModel):
    """A skill at a level in a format. n: learners with a first try; n_rest: those of them who also tried another item."""

    skill: str
    level: int
    format: str
    first_tries: int
    n: int
    n_rest: int
    facility: Figure
    discrimination: Figure
    efficiency: Figure
    effective_weight: Figure
    details: Annotated[ItemDetailsOut | None, Field(description="Where one skill is asked for.")]


class Items(BaseModel):
    items: list[ItemOut]


def item_out(one: ItemReport) -> ItemOut:
    details = None
    if one.details is not None:
        more = one.details
        details = ItemDetailsOut(
            mistakes=[MistakeShareOut(**asdict(mistake)) for mistake in more.mistakes],
            looked_at=more.looked_at,
            score_by_try=[TryOut(learners=learners, mean_score=mean) for learners, mean in more.by_try],
            gaps=[GapOut(**asdict(gap)) for gap in more.gaps],
            seconds=SpreadOut(**asdict(more.seconds)) if more.seconds else None,
        )
    return ItemOut(**one.item._asdict(), first_tries=one.first_tries, **asdict(one.statistics), details=details)


class AssignmentItemOut(BaseModel):
    """An item of an assignment by its learners' first tries. Points count in discrimination and weight."""

    id: str
    skill: str
    level: int
    format: str
    points: int
    n: int
    n_rest: int
    facility: Figure
    discrimination: Figure
    efficiency: Figure
    effective_weight: Figure
    seconds: Seconds
    mistakes: list[MistakeShareOut]
    score_by_try: list[TryOut]


class AssignmentItems(BaseModel):
    """begun, finished: how many learners have."""

    begun: int
    finished: int
    items: list[AssignmentItemOut]


def assignment_item_out(one: ItemOfAssignment) -> AssignmentItemOut:
    item = {name: getattr(one.item, name) for name in ("id", "skill", "level", "format", "points")}
    return AssignmentItemOut(
        **item,
        **asdict(one.statistics),
        seconds=SpreadOut(**asdict(one.seconds)) if one.seconds else None,
        mistakes=[MistakeShareOut(**asdict(mistake)) for mistake in one.mistakes],
        score_by_try=[TryOut(learners=learners, mean_score=mean) for learners, mean in one.by_try],
    )
