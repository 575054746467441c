"""What the records say of each item, which is a skill at a level in a format: a fixed number of SELECTs for any class.

Scores and mistakes are counters. What needs single answers looks at each learner's newest first tries, so that its cost does not
grow with the history.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.engine import Connection

from app.persistence.columns import UtcDateTime
from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, item_counts, item_mistake_counts, tries

_is_learner = accounts.c.role == "learner"
_BEGINNING = bindparam("beginning", datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime)


class Item(NamedTuple):
    """What first tries are compared within."""

    skill: str
    level: int
    format: str


Items = tuple[Item, ...]
ItemScore = Row[tuple[str, str, int, str, int, float]]
"""Learner, skill, level and format; how many first tries at such questions; the sum of their scores. As it is read, since a large
class has thousands.
"""


@dataclass(frozen=True, slots=True)
class TriedQuestion:
    """A question as one learner met it: what was given, and the scores of all their tries at it, the first one first.

    seconds: to the first try from the learner's attempt before it; None without one, and in an assignment, which is published
    long after it was answered.
    """

    given: Any
    correct_at_first: bool
    seconds: float | None
    scores: list[float]


def _item_scores(reach: Reach, skill: str | None) -> Select[tuple[str, str, int, str, int, float]]:
    one = item_counts.c
    counted: Select[tuple[str, str, int, str, int, float]] = (
        select(one.learner_id, one.skill, one.level, one.format, one.first_tries, one.first_try_sum)
        .join_from(item_counts, accounts, accounts.c.id == item_counts.c.learner_id)
        .where(_is_learner, item_counts.c.first_tries > 0, within(reach, item_counts.c.learner_id))
    )
    return counted if skill is None else counted.where(item_counts.c.skill == skill)


@lru_cache(maxsize=64)  # of as many classes and skills: to put it together takes as long as to run it
def _item_mistakes(reach: Reach, items: Items) -> CompoundSelect[Any]:
    """Item by item, since short lists are sorted sooner than a long one."""
    made = item_mistake_counts.c

    def of(item: Item) -> Select[Any]:
        return (
            select(literal(item.level), literal(item.format), made.code, func.sum(made.first_tries))
            .join_from(item_mistake_counts, accounts, accounts.c.id == made.learner_id)
            .where(_is_learner, within(reach, made.learner_id))
            .where(made.skill == item.skill, made.level == item.level, made.format == item.format)
            .group_by(made.code)
        )

    return union_all(*(of(item) for item in items))


def _newest_first_tries(reach: Reach, items: Items, most: int, each: int) -> CompoundSelect[Any]:
    """Ids alone: at most `each` of a learner at the skill, and of those the newest `most` of each item."""
    skill = items[0].skill
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
    looked_at = (
        select(attempts.c.id, attempts.c.level, attempts.c.format)
        .join_from(learners, attempts, attempts.c.learner_id == learners.c.learner_id)
        .where(attempts.c.skill == skill, attempts.c.first_try)
        .where(attempts.c.submitted_at >= func.coalesce(learners.c.since, _BEGINNING))
        .cte("looked_at")
    )

    def of(item: Item) -> Select[Any]:
        these = select(looked_at.c.id).where(looked_at.c.level == item.level, looked_at.c.format == item.format)
        return select(these.order_by(looked_at.c.id.desc()).limit(most).subquery())

    return union_all(*(of(item) for item in items))


@lru_cache(maxsize=64)
def _tried_questions(reach: Reach, items: Items, most: int, each: int) -> Select[Any]:
    """A row for each try: of the first one id, level, format, given, whether it was right, score, when, and when the learner had
    answered before; and the score of one that followed, if any did.
    """
    first, later, earlier = attempts.alias("first"), attempts.alias("later"), attempts.alias("earlier")
    before = (
        select(earlier.c.submitted_at)
        .where(earlier.c.learner_id == first.c.learner_id, earlier.c.id < first.c.id)
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    set_work = exists().where(tries.c.attempt_id == first.c.id)
    further: ColumnElement[bool] = literal_column(f"NOT {later.name}.first_try")  # in the words of its index
    followed = and_(
        further, later.c.learner_id == first.c.learner_id, later.c.question_id == first.c.question_id, later.c.id > first.c.id
    )
    return (
        select(
            first.c.id,
            first.c.level,
            first.c.format,
            first.c.given,
            first.c.correct,
            first.c.score,
            first.c.submitted_at,
            case((~set_work, before)),
            later.c.score,
        )
        .select_from(first.outerjoin(later, followed))
        .where(first.c.id.in_(_newest_first_tries(reach, items, most, each)))
        .order_by(first.c.id, later.c.id)
    )


def item_scores(connection: Connection, reach: Reach, skill: str | None = None) -> Sequence[ItemScore]:
    """Of every learner in reach and item tried, of one skill if given. One SELECT."""
    return connection.execute(_item_scores(reach, skill)).all()


def item_mistakes(connection: Connection, reach: Reach, items: Items) -> list[tuple[Item, str, int]]:
    """(item, misconception, first tries that showed it), of these items of one skill, at least one. One SELECT."""
    rows = connection.execute(_item_mistakes(reach, items))
    return [(Item(items[0].skill, level, form), code, times) for level, form, code, times in rows]


def tried_questions(connection: Connection, reach: Reach, items: Items, most: int, each: int) -> dict[Item, list[TriedQuestion]]:
    """The newest `most` first tries of each of these items of one skill, with the tries at the same question that followed.
    At least one item. One SELECT.

    each: of every learner no more than these, their newest at the skill, are looked at.
    """
    tried: dict[Item, list[TriedQuestion]] = defaultdict(list)
    latest = None
    for id, level, form, given, correct, score, at, before, score_later in connection.execute(
        _tried_questions(reach, items, most, each)
    ).all():
        if id != latest:
            latest = id
            seconds = (at - before).total_seconds() if before is not None and at > before else None
            question = TriedQuestion(given, correct, seconds, [score])
            tried[Item(items[0].skill, level, form)].append(question)
        if score_later is not None:
            question.scores.append(score_later)
    return tried
