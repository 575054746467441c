"""What the records say of each item, which is a skill at a level in a format: a fixed number of SELECTs for any class.

Scores are added up by the database. What needs single answers looks at the newest first tries of each item, so that its cost
does not grow with the history.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.reports import FIRST_TRY_SUM
from app.persistence.tables import accounts, attempts, mistakes

_is_learner = accounts.c.role == "learner"


class Item(NamedTuple):
    """What first tries are compared within."""

    skill: str
    level: int
    format: str


@dataclass(frozen=True, slots=True)
class ItemScore:
    """Of one learner: how many first tries at questions of the item, and the sum of their scores."""

    learner_id: str
    item: Item
    first_tries: int
    total: float


@dataclass(frozen=True, slots=True)
class TriedQuestion:
    """A question as one learner met it: what was given, and the scores of all their tries at it, the first one first."""

    item: Item
    given: Any
    correct_at_first: bool
    scores: list[float]


def _item_scores(reach: Reach, skill: str | None) -> Select[Any]:
    counted = (
        select(
            attempts.c.learner_id,
            attempts.c.skill,
            attempts.c.level,
            attempts.c.format,
            func.count().label("first_tries"),
            FIRST_TRY_SUM.label("total"),
        )
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, attempts.c.first_try, within(reach, attempts.c.learner_id))
        .group_by(attempts.c.learner_id, attempts.c.skill, attempts.c.level, attempts.c.format)
    )
    return counted if skill is None else counted.where(attempts.c.skill == skill)


def _newest_first_tries(reach: Reach, skill: str, most: int) -> Select[Any]:
    """Ids alone, which the index of the reports holds: at most so many of each level and format."""
    place = func.row_number().over(partition_by=(attempts.c.level, attempts.c.format), order_by=attempts.c.id.desc())
    numbered = (
        select(attempts.c.id, place.label("place"))
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, attempts.c.first_try, attempts.c.skill == skill, within(reach, attempts.c.learner_id))
        .subquery("numbered")
    )
    return select(numbered.c.id).where(numbered.c.place <= most)


def item_scores(connection: Connection, reach: Reach, skill: str | None = None) -> list[ItemScore]:
    """Of every learner in reach and item tried, of one skill if given. One SELECT."""
    return [
        ItemScore(row.learner_id, Item(row.skill, row.level, row.format), row.first_tries, row.total)
        for row in connection.execute(_item_scores(reach, skill))
    ]


def item_mistakes(connection: Connection, reach: Reach, skill: str) -> list[tuple[Item, str, int]]:
    """(item, misconception, first tries that showed it), commonest first. One SELECT."""
    times = func.count(mistakes.c.attempt_id.distinct()).label("times")
    statement = (
        select(attempts.c.level, attempts.c.format, mistakes.c.code, times)
        .select_from(mistakes)
        .join(attempts, attempts.c.id == mistakes.c.attempt_id)
        .join(accounts, accounts.c.id == mistakes.c.learner_id)
        .where(_is_learner, mistakes.c.first_try, mistakes.c.skill == skill, within(reach, mistakes.c.learner_id))
        .group_by(attempts.c.level, attempts.c.format, mistakes.c.code)
        .order_by(times.desc(), mistakes.c.code)
    )
    return [(Item(skill, row.level, row.format), row.code, row.times) for row in connection.execute(statement)]


def tried_questions(connection: Connection, reach: Reach, skill: str, most: int) -> list[TriedQuestion]:
    """The newest `most` first tries of each item of the skill, with the tries at the same question that followed. One SELECT."""
    first = attempts.alias("first")
    statement = (
        select(first.c.id, first.c.level, first.c.format, first.c.correct, first.c.given, attempts.c.score)
        .join_from(
            first,
            attempts,
            and_(attempts.c.learner_id == first.c.learner_id, attempts.c.question_id == first.c.question_id),
        )
        .where(first.c.id.in_(_newest_first_tries(reach, skill, most)), attempts.c.id >= first.c.id)
        .order_by(first.c.id, attempts.c.id)
    )
    tried: dict[int, TriedQuestion] = {}
    for row in connection.execute(statement):
        if row.id not in tried:
            tried[row.id] = TriedQuestion(Item(skill, row.level, row.format), row.given, row.correct, [])
        tried[row.id].scores.append(row.score)
    return list(tried.values())
