"""When answers were given, from which the time they took is estimated: nothing stores when a question was first looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.persistence.tables import assignment_items, sittings, tries


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
