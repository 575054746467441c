"""The items of one assignment: how hard each is, how well it tells learners apart, and how long it takes.

First tries only. Whoever has handed the sitting in and left a question unanswered has 0 there, as in the points.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from app.analytics.items import FEWEST_FOR_FACILITY, ItemStatistics, Spread, item_statistics, mean_by_try, spread
from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.persistence import answer_times, sittings
from app.persistence.answer_times import HandedIn
from app.persistence.assignments import Assignment, Item
from app.persistence.courses import Course
from app.persistence.database import Database
from app.security.principals import Principal
from app.services.assignments import find_visible
from app.services.courses import read_course
from app.services.items import LONGEST, MistakeShare


@dataclass(frozen=True)
class ItemOfAssignment:
    """by_try: (learners who made this try, mean score of all after it). seconds: from the answer before, or from the beginning,
    to this first answer. pauses: how many were left out of that, being longer than LONGEST.
    """

    item: Item
    title: str
    statistics: ItemStatistics
    by_try: tuple[tuple[int, float], ...]
    seconds: Spread | None
    pauses: int
    mistakes: tuple[MistakeShare, ...]


@dataclass(frozen=True)
class AssignmentStatistics:
    """begun, finished: how many learners have."""

    assignment: Assignment
    course: Course
    begun: int
    finished: int
    items: list[ItemOfAssignment]


def read_statistics(database: Database, principal: Principal, assignment_id: str) -> AssignmentStatistics:
    """Raises NotFound."""
    with database.read() as connection:
        assignment, course = find_visible(connection, principal, assignment_id)
        read_course(connection, principal, course.id)
        sat = sittings.sittings_of(connection, assignment_id)
        given = answer_times.handed_in(connection, assignment_id)
    finished = {learner for learner, sitting in sat.items() if sitting.finished_at is not None}
    by_item: dict[str, list[HandedIn]] = defaultdict(list)
    for one in given:
        by_item[one.item_id].append(one)
    statistics = _statistics(assignment, sorted(sat), finished, given)
    took = _seconds(given)
    return AssignmentStatistics(
        assignment,
        course,
        len(sat),
        len(finished),
        [
            _item(item, of_item, by_item[item.id], took[item.id])
            for item, of_item in zip(assignment.items, statistics, strict=True)
        ],
    )


def _statistics(assignment: Assignment, learners: list[str], finished: set[str], given: list[HandedIn]) -> list[ItemStatistics]:
    """[learners, items] of scores at first try; what was left unanswered is 0 once the sitting is over."""
    rows = {learner: row for row, learner in enumerate(learners)}
    columns = {item.id: column for column, item in enumerate(assignment.items)}
    table = np.full((len(rows), len(columns)), np.nan)
    for learner in finished:
        table[rows[learner]] = 0.0
    for one in given:
        if one.number == 1:
            table[rows[one.learner_id], columns[one.item_id]] = one.score
    return item_statistics(table, np.array([item.points for item in assignment.items], dtype=np.float64))


def _seconds(given: list[HandedIn]) -> dict[str, list[float]]:
    """Item -> how long each first answer took, by the moments of handing in: nobody knows how long a question was looked at."""
    took: dict[str, list[float]] = defaultdict(list)
    last: dict[str, HandedIn] = {}
    for one in given:
        before = last.get(one.learner_id)
        if one.number == 1 and not one.by_clock:
            took[one.item_id].append((one.submitted_at - (before.submitted_at if before else one.begun_at)).total_seconds())
        last[one.learner_id] = one
    return took


def _item(item: Item, statistics: ItemStatistics, given: list[HandedIn], took: list[float]) -> ItemOfAssignment:
    first = [one for one in given if one.number == 1]
    counts = Counter(code for one in first for code in {code for _symbol, code in one.mistakes or ()})
    scores: dict[str, list[float]] = defaultdict(list)
    for one in given:
        scores[one.learner_id].append(one.score)
    enough = len(first) >= FEWEST_FOR_FACILITY
    within = [seconds for seconds in took if seconds <= LONGEST]
    return ItemOfAssignment(
        item,
        SKILLS[item.skill].title if item.skill in SKILLS else item.skill,
        statistics,
        tuple(mean_by_try(list(scores.values()))) if enough and item.tries > 1 else (),
        spread(within),
        len(took) - len(within),
        tuple(
            MistakeShare(code, MISCONCEPTIONS[code].title if code in MISCONCEPTIONS else code, count, count / len(first))
            for code, count in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
        )
        if enough
        else (),
    )
