"""When answers were given, from which the time they took is estimated: nothing stores when a question was first looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from app.persistence.tables import assignment_items, attempts, sittings, tries


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A try at an assignment's item. begun_at: of its learner's sitting. mistakes: (symbol, misconception code) pairs.

    by_clock: graded from its draft when time was up, so that nobody answered at that moment.
    """

    learner_id: str
    item_id: str
    number: int
    score: float
    submitted_at: datetime
    by_clock: bool
    begun_at: datetime
    mistakes: Any


def seconds_since_answer_before(connection: Connection, attempt_ids: Sequence[int]) -> dict[int, float]:
    """Of these attempts, made in free practice and not the first of their learners, the time since the learner's attempt before.

    One SELECT, of one look-up for each.
    """
    earlier = attempts.alias("earlier")
    before = (
        select(earlier.c.submitted_at)
        .where(earlier.c.learner_id == attempts.c.learner_id, earlier.c.id < attempts.c.id)
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    set_work = exists().where(tries.c.attempt_id == attempts.c.id)  # published long after it was answered
    statement = select(attempts.c.id, attempts.c.submitted_at, before).where(attempts.c.id.in_(attempt_ids), ~set_work)
    return {
        attempt_id: (at - last).total_seconds()
        for attempt_id, at, last in connection.execute(statement)
        if last is not None and at > last
    }


def handed_in(connection: Connection, assignment_id: str) -> list[HandedIn]:
    """Every try handed in at an assignment, each learner's in the order of handing in. One SELECT."""
    statement = (
        select(
            tries.c.learner_id,
            tries.c.item_id,
            tries.c.number,
            tries.c.score,
            tries.c.submitted_at,
            tries.c.by_clock,
            sittings.c.begun_at,
            tries.c.record["mistakes"],
        )
        .join_from(tries, assignment_items, assignment_items.c.id == tries.c.item_id)
        .join(
            sittings,
            (sittings.c.assignment_id == assignment_items.c.assignment_id) & (sittings.c.learner_id == tries.c.learner_id),
        )
        .where(assignment_items.c.assignment_id == assignment_id, tries.c.submitted_at.is_not(None))
        .order_by(tries.c.learner_id, tries.c.submitted_at, tries.c.number)
    )
    return [HandedIn(*row) for row in connection.execute(statement)]
