"""Item statistics as the REST interface tells them."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field

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


class ItemDetailsOut(BaseModel):
    """looked_at: the newest first tries that score_by_try and gaps are about."""

    mistakes: list[MistakeShareOut]
    looked_at: int
    score_by_try: list[TryOut]
    gaps: list[GapOut]


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
        )
    return ItemOut(**one.item._asdict(), first_tries=one.first_tries, **asdict(one.statistics), details=details)
