"""Item statistics as the REST interface tells them."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field

from app.api.schemas import Level
from app.services.assignment_statistics import ItemOfAssignment
from app.services.items import ItemReport

_TOO_FEW = "null for samples too small to mean anything."
Facility = Annotated[float | None, Field(description=f"Mean score of first tries, 0 to 1; {_TOO_FEW}")]
Discrimination = Annotated[
    float | None, Field(description=f"Correlation with the mean score on the learner's other items, -1 to 1; {_TOO_FEW}")
]
Efficiency = Annotated[
    float | None, Field(description=f"That covariance beside the largest that these scores could have, at most 1; {_TOO_FEW}")
]
Weight = Annotated[float | None, Field(description=f"The item's share of the spread of total scores, 0 to 1; {_TOO_FEW}")]


class MistakeShareOut(BaseModel):
    """A misconception among the first tries of an item."""

    code: Annotated[str, Field(description="The misconception's code.")]
    title: Annotated[str, Field(description="The mistake in a few words.")]
    count: Annotated[int, Field(description="First tries that showed it.")]
    share: Annotated[float, Field(description="Of all first tries, 0 to 1.")]


class ScoreByTry(BaseModel):
    """A try at the same question: how many made it; the mean score of all after it, who stopped keeping the last."""

    learners: Annotated[int, Field(description="Who made this try.")]
    mean_score: Annotated[float, Field(description="Of all after it, 0 to 1.")]


class GapOut(BaseModel):
    """A feature of the numbers drawn by which an item's questions differ in difficulty."""

    feature: Annotated[str, Field(description="What the questions have in common, in words.")]
    n_with: Annotated[int, Field(description="Questions that have it.")]
    n_without: Annotated[int, Field(description="Questions that don't.")]
    facility_with: Annotated[float, Field(description="The share right among those that have it.")]
    facility_without: Annotated[float, Field(description="The share right among those that don't.")]


class SpreadOut(BaseModel):
    """Seconds from a learner's answer before to the first answer here; none longer than 15 minutes, taken for pauses."""

    n: Annotated[int, Field(description="How many were timed.")]
    lower: Annotated[float, Field(description="The first quartile.")]
    median: Annotated[float, Field(description="Half took longer.")]
    upper: Annotated[float, Field(description="The third quartile.")]


Seconds = Annotated[SpreadOut | None, Field(description="How long it took; null for samples too small to mean anything.")]


class ItemDetailsOut(BaseModel):
    """looked_at: the newest first tries that score_by_try and gaps are about; seconds are about the newest of those."""

    mistakes: Annotated[list[MistakeShareOut], Field(description="The commonest first.")]
    looked_at: Annotated[int, Field(description="How many of the newest first tries `score_by_try` and `gaps` are about.")]
    score_by_try: Annotated[list[ScoreByTry], Field(description="The first try, the second, and so on.")]
    gaps: Annotated[list[GapOut], Field(description="Where a level's questions differ in difficulty; mostly none.")]
    seconds: Seconds


class ItemStatistics(BaseModel):
    """A skill at a level in a format. n: learners with a first try; n_rest: those of them who also tried another item."""

    skill: Annotated[str, Field(description="The skill's id.")]
    level: Level
    format: Annotated[str, Field(description="`numeric` or `choice`.")]
    first_tries: Annotated[int, Field(description="All first tries at it.")]
    n: Annotated[int, Field(description="Learners with a first try.")]
    n_rest: Annotated[int, Field(description="Those of them who also tried another item.")]
    facility: Facility
    discrimination: Discrimination
    efficiency: Efficiency
    effective_weight: Weight
    details: Annotated[ItemDetailsOut | None, Field(description="Where one skill is asked for.")]


class Items(BaseModel):
    items: Annotated[list[ItemStatistics], Field(description="One for each skill, level and format that was tried.")]


def item_out(one: ItemReport) -> ItemStatistics:
    details = None
    if one.details is not None:
        more = one.details
        details = ItemDetailsOut(
            mistakes=[MistakeShareOut(**asdict(mistake)) for mistake in more.mistakes],
            looked_at=more.looked_at,
            score_by_try=[ScoreByTry(learners=learners, mean_score=mean) for learners, mean in more.by_try],
            gaps=[GapOut(**asdict(gap)) for gap in more.gaps],
            seconds=SpreadOut(**asdict(more.seconds)) if more.seconds else None,
        )
    return ItemStatistics(**one.item._asdict(), first_tries=one.first_tries, **asdict(one.statistics), details=details)


class AssignmentItemOut(BaseModel):
    """An item of an assignment by its learners' first tries. Points count in discrimination and weight."""

    id: Annotated[str, Field(description="The item's id.")]
    skill: Annotated[str, Field(description="The skill's id.")]
    level: Level
    format: Annotated[str, Field(description="`numeric` or `choice`.")]
    points: Annotated[int, Field(description="What it counts.")]
    n: Annotated[int, Field(description="Learners with a first try.")]
    n_rest: Annotated[int, Field(description="Those of them who also tried another item.")]
    facility: Facility
    discrimination: Discrimination
    efficiency: Efficiency
    effective_weight: Weight
    seconds: Seconds
    mistakes: Annotated[list[MistakeShareOut], Field(description="The commonest first.")]
    score_by_try: Annotated[list[ScoreByTry], Field(description="The first try, the second, and so on.")]


class AssignmentItems(BaseModel):
    """begun, finished: how many learners have."""

    begun: Annotated[int, Field(description="How many learners have begun it.")]
    finished: Annotated[int, Field(description="How many have finished it.")]
    items: Annotated[list[AssignmentItemOut], Field(description="In the assignment's order.")]


def assignment_item_out(one: ItemOfAssignment) -> AssignmentItemOut:
    item = {name: getattr(one.item, name) for name in ("id", "skill", "level", "format", "points")}
    return AssignmentItemOut(
        **item,
        **asdict(one.statistics),
        seconds=SpreadOut(**asdict(one.seconds)) if one.seconds else None,
        mistakes=[MistakeShareOut(**asdict(mistake)) for mistake in one.mistakes],
        score_by_try=[ScoreByTry(learners=learners, mean_score=mean) for learners, mean in one.by_try],
    )
