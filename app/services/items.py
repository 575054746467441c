"""The items of a class: how hard each skill is at each level and in each format, how well it tells learners apart, and why."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.analytics.features import features
from app.analytics.items import FEWEST_FOR_DISCRIMINATION as FEWEST_FOR_DISCRIMINATION
from app.analytics.items import FEWEST_FOR_FACILITY as FEWEST_FOR_FACILITY
from app.analytics.items import Gap, ItemStatistics, Spread, feature_gaps, item_statistics, mean_by_try, spread
from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import FORMATS, SKILLS
from app.persistence import courses, item_reports, outcomes
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.item_reports import Item as Item
from app.persistence.item_reports import ItemScore, TriedQuestion
from app.persistence.outcomes import OutcomeMistakes
from app.security.principals import Principal, may_read_class
from app.services.reach import reach_of
from app.services.refusals import NotAllowed, NotFound

NEWEST = 90
"""First tries of each item whose numbers and later tries are looked at one by one."""
_SEARCHED = 2700  # first tries at the skill among which those are found, the newest of every learner alike
_FEWEST_EACH = 20
LONGEST = 15 * 60  # seconds; what takes longer is taken for a pause
_TRIES = 5  # beyond it, hardly anybody is left
_NOBODY = ItemStatistics(0, 0, None, None, None, None)  # of an item that only erased learners tried


@dataclass(frozen=True)
class MistakeShare:
    """count: first tries that showed it. share: of all first tries of the item."""

    code: str
    title: str
    count: int
    share: float


@dataclass(frozen=True)
class ItemDetails:
    """What is told where a skill is looked at alone. looked_at: how many of the newest first tries by_try and gaps are about.
    by_try: (learners who made this try, mean score of all after it). seconds: from a learner's answer before to the first answer
    here, in free practice; pauses: how many were left out of that, being longer than LONGEST.
    """

    mistakes: tuple[MistakeShare, ...]
    looked_at: int
    by_try: tuple[tuple[int, float], ...]
    gaps: tuple[Gap, ...]
    seconds: Spread | None
    pauses: int


@dataclass(frozen=True)
class ItemReport:
    """first_tries: of all learners, also of those erased since; a learner who made several counts once in the statistics, with
    their mean, and one who is erased no longer does.
    """

    item: Item
    title: str
    first_tries: int
    statistics: ItemStatistics
    details: ItemDetails | None


@dataclass(frozen=True)
class ItemsReport:
    """course: None for the open one. skill: the one looked at alone, if any."""

    course: Course | None
    skill: str | None
    items: list[ItemReport]


def items_report(database: Database, principal: Principal, course_id: str | None, skill: str | None = None) -> ItemsReport:
    """Every item tried by learners in reach, in the order of the catalogue; each is compared with the others told here.

    Raises:
        NotAllowed, NotFound: somebody who reads no class; another's course, or no such skill.
    """
    if not may_read_class(principal):
        raise NotAllowed("Only instructors may see the class.")
    if skill is not None and skill not in SKILLS:
        raise NotFound("There is no such skill.")
    with database.read() as connection:
        reach = reach_of(connection, principal, course_id)
        course = None if course_id is None else courses.find_course(connection, course_id)
        scores = item_reports.item_scores(connection, reach, skill)
        counts, statistics = _counted(scores)
        closely = () if skill is None else tuple(statistics)
        mistakes = item_reports.item_mistakes(connection, reach, closely) if closely else []
        tried = item_reports.tried_questions(connection, reach, closely, NEWEST, _each(scores)) if closely else {}
        gone = outcomes.outcome_counts(connection, reach)
        gone_mistakes = [] if skill is None else outcomes.outcome_mistakes_made(connection, reach)
    for one in gone:
        counts[Item(one.skill, one.level, one.format)] += one.first_tries
    mistakes = _added_up(mistakes, gone_mistakes)
    items = sorted((item for item in counts if item.skill in SKILLS and skill in (None, item.skill)), key=_place)
    return ItemsReport(
        course,
        skill,
        [
            ItemReport(
                item,
                SKILLS[item.skill].title,
                counts[item],
                statistics.get(item, _NOBODY),
                None if skill is None else _details(item, counts[item], mistakes, tried.get(item, [])),
            )
            for item in items
            if counts[item]
        ],
    )


def _added_up(mistakes: list[tuple[Item, str, int]], gone: list[OutcomeMistakes]) -> list[tuple[Item, str, int]]:
    """With those of erased learners, commonest first."""
    times: dict[tuple[Item, str], int] = defaultdict(int)
    for item, code, count in [*mistakes, *((Item(one.skill, one.level, one.format), one.code, one.first_tries) for one in gone)]:
        times[item, code] += count
    counted = [(item, code, count) for (item, code), count in times.items() if count]
    return sorted(counted, key=lambda one: (-one[2], one[1]))


def _place(item: Item) -> tuple[int, int, int]:
    return (list(SKILLS).index(item.skill), item.level, FORMATS.index(item.format))


def _each(scores: Sequence[ItemScore]) -> int:
    """How many first tries of each learner are searched."""
    return max(_FEWEST_EACH, _SEARCHED // max(1, len({learner for learner, *_ in scores})))


def _counted(scores: Sequence[ItemScore]) -> tuple[Counter[Item], dict[Item, ItemStatistics]]:
    """How many first tries were made at each item, and its statistics; of those that the catalogue has."""
    learners, skills, levels, formats, first_tries, totals = zip(*scores, strict=True) if scores else ((),) * 6
    kinds = list(zip(skills, levels, formats, strict=True))
    items = sorted((Item(*kind) for kind in set(kinds) if kind[0] in SKILLS), key=_place)
    column_of: dict[tuple[str, int, str], int] = {item: column for column, item in enumerate(items)}
    row_of = {learner: row for row, learner in enumerate(dict.fromkeys(learners))}
    # What the catalogue no longer has goes into a last column that nobody reads.
    cells = np.array([row_of[one] for one in learners], int), np.array([column_of.get(kind, len(items)) for kind in kinds], int)
    made, means = np.zeros((len(row_of), len(items) + 1)), np.full((len(row_of), len(items) + 1), np.nan)
    made[cells] = first_tries
    means[cells] = np.divide(totals, first_tries)
    counts = Counter(dict(zip(items, made.sum(axis=0).astype(int).tolist(), strict=False)))
    return counts, dict(zip(items, item_statistics(means[:, : len(items)]), strict=True))


def _details(item: Item, first_tries: int, mistakes: list[tuple[Item, str, int]], tried: list[TriedQuestion]) -> ItemDetails:
    shares = tuple(
        MistakeShare(code, MISCONCEPTIONS[code].title if code in MISCONCEPTIONS else code, count, count / first_tries)
        for of_item, code, count in mistakes
        if of_item == item
    )
    enough = len(tried) >= FEWEST_FOR_FACILITY
    by_try = mean_by_try([one.scores for one in tried])[:_TRIES] if enough else []
    right = np.array([one.correct_at_first for one in tried], dtype=np.bool_)
    gaps = feature_gaps(features([one.given for one in tried]), right)
    seconds = [one.seconds for one in tried if one.seconds is not None]
    within = [one for one in seconds if one <= LONGEST]
    return ItemDetails(shares, len(tried), tuple(by_try), tuple(gaps), spread(within), len(seconds) - len(within))
