"""What the records say of each item, which is a skill at a level in a format: a fixed number of SELECTs for any class.

Scores and mistakes are counters. What needs single answers looks at each learner's newest first tries, so that its cost does not
grow with the history.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from app.persistence.columns import UtcDateTime
from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, item_counts, item_mistake_counts

_is_learner = accounts.c.role == "learner"
_BEGINNING = bindparam("beginning", datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime)


class Item(NamedTuple):
    """What first tries are compared within."""

    skill: str
    level: int
    format: str


ItemScore = tuple[str, Item, int, float]
"""(learner, item, how many first tries at its questions, the sum of their scores). Plain, since a large class has thousands."""


@dataclass(frozen=True, slots=True)
class TriedQuestion:
    """A question as one learner met it: what was given, and the scores of all their tries at it, the first one first.

    id: of the first try.
    """

    id: int
    item: Item
    given: Any
    correct_at_first: bool
    scores: list[float]


def _item_scores(reach: Reach, skill: str | None) -> Select[Any]:
    columns = ("learner_id", "skill", "level", "format", "first_tries", "first_try_sum")
    counted = (
        select(*(item_counts.c[name] for name in columns))
        .join_from(item_counts, accounts, accounts.c.id == item_counts.c.learner_id)
        .where(_is_learner, item_counts.c.first_tries > 0, within(reach, item_counts.c.learner_id))
    )
    return counted if skill is None else counted.where(item_counts.c.skill == skill)


def _newest_first_tries(reach: Reach, skill: str, most: int, each: int) -> Select[Any]:
    """Ids alone: at most `each` of a learner at the skill, and of those the newest `most` of each level and format."""
    theirs = (attempts.c.learner_id == item_counts.c.learner_id, attempts.c.skill == skill, attempts.c.first_try)
    newest = select(attempts.c.submitted_at).where(*theirs).order_by(attempts.c.submitted_at.desc())
    oldest = newest.limit(1).offset(each - 1).correlate(item_counts).scalar_subquery()
    learners = (
        select(item_counts.c.learner_id, oldest.label("since"))
        .join_from(item_counts, accounts, accounts.c.id == item_counts.c.learner_id)
        .where(_is_learner, item_counts.c.skill == skill, within(reach, item_counts.c.learner_id))
        .group_by(item_counts.c.learner_id)  # made first, and each looked up: else SQLite might walk through all attempts
        .subquery("learners")
    )
    place = func.row_number().over(partition_by=(attempts.c.level, attempts.c.format), order_by=attempts.c.id.desc())
    numbered = (
        select(attempts.c.id, place.label("place"))
        .join_from(learners, attempts, attempts.c.learner_id == learners.c.learner_id)
        .where(attempts.c.skill == skill, attempts.c.first_try)
        .where(attempts.c.submitted_at >= func.coalesce(learners.c.since, _BEGINNING))
        .subquery("numbered")
    )
    return select(numbered.c.id).where(numbered.c.place <= most)


def item_scores(connection: Connection, reach: Reach, skill: str | None = None) -> list[ItemScore]:
    """Of every learner in reach and item tried, of one skill if given. One SELECT."""
    rows = connection.execute(_item_scores(reach, skill)).all()  # a large class has thousands
    items = {kind: Item(*kind) for kind in {(skill, level, form) for _, skill, level, form, _, _ in rows}}
    return [(learner, items[skill, level, form], count, total) for learner, skill, level, form, count, total in rows]


def item_mistakes(connection: Connection, reach: Reach, skill: str) -> list[tuple[Item, str, int]]:
    """(item, misconception, first tries that showed it), commonest first. One SELECT."""
    times = func.sum(item_mistake_counts.c.first_tries).label("times")
    kind = (item_mistake_counts.c.level, item_mistake_counts.c.format, item_mistake_counts.c.code)
    statement = (
        select(*kind, times)
        .join_from(item_mistake_counts, accounts, accounts.c.id == item_mistake_counts.c.learner_id)
        .where(_is_learner, item_mistake_counts.c.skill == skill, within(reach, item_mistake_counts.c.learner_id))
        .group_by(*kind)
        .order_by(times.desc(), item_mistake_counts.c.code)
    )
    return [(Item(skill, row.level, row.format), row.code, row.times) for row in connection.execute(statement)]


def tried_questions(connection: Connection, reach: Reach, skill: str, most: int, each: int) -> list[TriedQuestion]:
    """The newest `most` first tries of each item of the skill, with the tries at the same question that followed. One SELECT.

    each: of every learner no more than these, their newest at the skill, are looked at.
    """
    first = attempts.alias("first")
    statement = (
        select(first.c.id, first.c.level, first.c.format, first.c.correct, first.c.given, attempts.c.score)
        .join_from(
            first,
            attempts,
            and_(attempts.c.learner_id == first.c.learner_id, attempts.c.question_id == first.c.question_id),
        )
        .where(first.c.id.in_(_newest_first_tries(reach, skill, most, each)), attempts.c.id >= first.c.id)
        .order_by(first.c.id, attempts.c.id)
    )
    tried: dict[int, TriedQuestion] = {}
    for id, level, form, correct, given, score in connection.execute(statement).all():
        if id not in tried:
            tried[id] = TriedQuestion(id, Item(skill, level, form), given, correct, [])
        tried[id].scores.append(score)
    return list(tried.values())
