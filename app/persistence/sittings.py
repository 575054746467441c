"""A learner's sitting at an assignment, and each of their tries.

The functions take a connection; the writing ones belong into a job for `Database.write`, whose transaction no other overlaps, and
each change of a try names the state in which it must be: so one try is one, however many requests arrive at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.engine import Connection

from app.persistence.tables import assignment_items, sittings, tries


@dataclass(frozen=True)
class Sitting:
    """ends_at: until when anything is taken, grace included. sealed_until: until when its questions are secret.

    published: whether its tries stand among the attempts.
    """

    assignment_id: str
    learner_id: str
    begun_at: datetime
    ends_at: datetime
    sealed_until: datetime
    finished_at: datetime | None
    finished_by: str | None
    published: bool


@dataclass(frozen=True)
class Try:
    """One try at one item: served, perhaps with a draft, perhaps handed in. record: of one handed in, all that an attempt keeps.

    by_clock: graded from its draft when time was up.
    """

    item_id: str
    learner_id: str
    number: int
    question_id: str
    draft: Any
    draft_at: datetime | None
    submitted_at: datetime | None
    by_clock: bool
    score: float | None
    record: Any
    attempt_id: int | None


_SITTING: tuple[Any, ...] = tuple(sittings.c[name] for name in Sitting.__dataclass_fields__)
_TRY: tuple[Any, ...] = tuple(tries.c[name] for name in Try.__dataclass_fields__)


def begin_sitting(connection: Connection, sitting: Sitting, served: Sequence[tuple[str, str]]) -> None:
    """Stores a sitting with the first try of every item. served: (item, question) ids."""
    connection.execute(sittings.insert(), vars(sitting))
    for item_id, question_id in served:
        serve(connection, item_id, sitting.learner_id, 1, question_id)


def serve(connection: Connection, item_id: str, learner_id: str, number: int, question_id: str) -> None:
    """Stores a try that may now be answered."""
    row = {"item_id": item_id, "learner_id": learner_id, "number": number, "question_id": question_id, "by_clock": False}
    connection.execute(tries.insert(), row)


def serve_another(connection: Connection, item_id: str, learner_id: str, number: int, question_id: str) -> None:
    """Gives a try that has not been handed in another question; what was typed for the old one is dropped."""
    waiting = and_(_one(item_id, learner_id, number), tries.c.submitted_at.is_(None))
    connection.execute(tries.update().where(waiting).values(question_id=question_id, draft=None, draft_at=None))


def find_sitting(connection: Connection, assignment_id: str, learner_id: str) -> Sitting | None:
    statement = select(*_SITTING).where(sittings.c.assignment_id == assignment_id, sittings.c.learner_id == learner_id)
    found = connection.execute(statement).one_or_none()
    return None if found is None else Sitting(*found)


def sittings_of(connection: Connection, assignment_id: str) -> dict[str, Sitting]:
    """Learner -> sitting. One SELECT."""
    statement = select(*_SITTING).where(sittings.c.assignment_id == assignment_id)
    return {row.learner_id: Sitting(*row) for row in connection.execute(statement)}


def sittings_by(connection: Connection, learner_id: str) -> dict[str, Sitting]:
    """Assignment -> sitting of one learner. One SELECT."""
    statement = select(*_SITTING).where(sittings.c.learner_id == learner_id)
    return {row.assignment_id: Sitting(*row) for row in connection.execute(statement)}


def tries_of(connection: Connection, assignment_id: str, learner_id: str | None = None) -> list[Try]:
    """The tries at an assignment, of one learner or of all, by item and number. One SELECT."""
    statement = (
        select(*_TRY)
        .join_from(tries, assignment_items, assignment_items.c.id == tries.c.item_id)
        .where(assignment_items.c.assignment_id == assignment_id)
        .order_by(assignment_items.c.position, tries.c.number)
    )
    if learner_id is not None:
        statement = statement.where(tries.c.learner_id == learner_id)
    return [Try(*row) for row in connection.execute(statement)]


@dataclass(frozen=True)
class ItemScore:
    """Of one learner at one item: tries handed in, and the best score among them."""

    tries: int
    best: float | None


def scores_of(connection: Connection, assignment_id: str) -> dict[str, dict[str, ItemScore]]:
    """Learner -> item -> score, of all who have begun. One SELECT."""
    statement = (
        select(tries.c.learner_id, tries.c.item_id, func.count(tries.c.submitted_at), func.max(tries.c.score))
        .join_from(tries, assignment_items, assignment_items.c.id == tries.c.item_id)
        .where(assignment_items.c.assignment_id == assignment_id)
        .group_by(tries.c.learner_id, tries.c.item_id)
    )
    found: dict[str, dict[str, ItemScore]] = {}
    for learner_id, item_id, count, best in connection.execute(statement):
        found.setdefault(learner_id, {})[item_id] = ItemScore(count, best)
    return found


def find_try(connection: Connection, item_id: str, learner_id: str, number: int) -> Try | None:
    found = connection.execute(select(*_TRY).where(_one(item_id, learner_id, number))).one_or_none()
    return None if found is None else Try(*found)


def save_draft(connection: Connection, item_id: str, learner_id: str, number: int, draft: Any, now: datetime) -> bool:
    """Keeps what is typed, unless something newer is kept; false when the try has been handed in, or there is none."""
    open_try = and_(_one(item_id, learner_id, number), tries.c.submitted_at.is_(None))
    newer = or_(tries.c.draft_at.is_(None), tries.c.draft_at <= now)
    kept = tries.update().where(open_try, newer).values(draft=draft, draft_at=now)
    if connection.execute(kept).rowcount == 1:
        return True
    return bool(connection.execute(select(exists().where(open_try))).scalar_one())


def submit_try(
    connection: Connection,
    item_id: str,
    learner_id: str,
    number: int,
    *,
    submitted_at: datetime,
    by_clock: bool,
    score: float,
    record: Any,
) -> bool:
    """Hands the try in, once: false when it was handed in before."""
    mine = and_(_one(item_id, learner_id, number), tries.c.submitted_at.is_(None))
    values = {"submitted_at": submitted_at, "by_clock": by_clock, "score": score, "record": record}
    return connection.execute(tries.update().where(mine).values(**values)).rowcount == 1


def withdraw_clocked_tries(connection: Connection, assignment_id: str, learner_id: str) -> None:
    """What the clock graded goes back to being a draft, unless it stands among the attempts already."""
    items = select(assignment_items.c.id).where(assignment_items.c.assignment_id == assignment_id)
    clocked = and_(tries.c.item_id.in_(items), tries.c.learner_id == learner_id, tries.c.by_clock, tries.c.attempt_id.is_(None))
    connection.execute(tries.update().where(clocked).values(submitted_at=None, by_clock=False, score=None, record=None))


def change_sitting(connection: Connection, assignment_id: str, learner_id: str, **changes: Any) -> None:
    mine = (sittings.c.assignment_id == assignment_id, sittings.c.learner_id == learner_id)
    connection.execute(sittings.update().where(*mine).values(**changes))


def note_published(connection: Connection, item_id: str, learner_id: str, number: int, attempt_id: int) -> None:
    """The try now stands among the attempts."""
    connection.execute(tries.update().where(_one(item_id, learner_id, number)).values(attempt_id=attempt_id))


def due_sittings(
    connection: Connection, now: datetime, limit: int, assignment_id: str | None = None, learner_id: str | None = None
) -> list[Sitting]:
    """Sittings for which time has done something that is not written down yet: they are over, or no longer sealed. One SELECT."""
    over = and_(sittings.c.finished_at.is_(None), sittings.c.ends_at <= now)
    statement = (
        select(*_SITTING)
        .where(sittings.c.published.is_(False), sittings.c.ends_at <= now, or_(over, sittings.c.sealed_until <= now))
        .order_by(sittings.c.ends_at)
        .limit(limit)
    )
    if assignment_id is not None:
        statement = statement.where(sittings.c.assignment_id == assignment_id)
    if learner_id is not None:
        statement = statement.where(sittings.c.learner_id == learner_id)
    return [Sitting(*row) for row in connection.execute(statement)]


def _one(item_id: str, learner_id: str, number: int) -> Any:
    return and_(tries.c.item_id == item_id, tries.c.learner_id == learner_id, tries.c.number == number)
