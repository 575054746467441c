"""The outbox of webhooks: what happened, written in the transaction in which it happened, so that neither is without the other.

Where no webhook is registered, it costs one look at an empty table for each transaction with attempts, however many share it.
"""

from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, literal, null, select
from sqlalchemy.engine import Connection

from app.persistence.prepared import execute
from app.persistence.tables import assignments, attempts, deliveries, memberships, webhooks

_COLUMNS = ("webhook_id", "learner_id", "attempt_id", "assignment_id", "created_at", "tries", "next_at")

# By connection, because a transaction of the writer has one of its own: what a rolled back one had gathered goes with it.
_gathered: WeakKeyDictionary[Connection, list[int]] = WeakKeyDictionary()

_OF_ATTEMPTS = deliveries.insert().from_select(
    _COLUMNS,
    select(
        webhooks.c.id,
        attempts.c.learner_id,
        attempts.c.id,
        null(),
        attempts.c.submitted_at,
        literal(0),
        attempts.c.submitted_at,
    )
    .join_from(attempts, memberships, memberships.c.learner_id == attempts.c.learner_id)
    .join(webhooks, webhooks.c.course_id == memberships.c.course_id)
    .where(attempts.c.id.in_(bindparam("these", expanding=True)), webhooks.c.stopped_at.is_(None))
    .order_by(attempts.c.id),
)
_TOLD_OF_A_SITTING = (
    select(webhooks.c.id)
    .join_from(assignments, memberships, memberships.c.course_id == assignments.c.course_id)
    .join(webhooks, webhooks.c.course_id == assignments.c.course_id)
    .where(
        assignments.c.id == bindparam("this_assignment"),
        memberships.c.learner_id == bindparam("this_learner"),
        webhooks.c.stopped_at.is_(None),
    )
)


def note_attempt(connection: Connection, attempt_id: int) -> None:
    """Has the attempt told to the webhooks of its learner's courses, when this transaction is settled."""
    _gathered.setdefault(connection, []).append(attempt_id)


def settle(connection: Connection) -> None:
    """Writes what `note_attempt` has gathered in this transaction; the writer does so before each COMMIT."""
    gathered = _gathered.pop(connection, None)
    if gathered and execute(connection, "SELECT 1 FROM webhooks LIMIT 1", ()).fetchall():
        connection.execute(_OF_ATTEMPTS, {"these": gathered})


def note_finished(connection: Connection, assignment_id: str, learner_id: str, now: datetime) -> None:
    """Has the end of a learner's sitting at an assignment told to the webhooks of its course."""
    told = connection.execute(_TOLD_OF_A_SITTING, {"this_assignment": assignment_id, "this_learner": learner_id}).scalars().all()
    if told:
        shared = {"learner_id": learner_id, "assignment_id": assignment_id, "created_at": now, "tries": 0, "next_at": now}
        connection.execute(deliveries.insert(), [{"webhook_id": webhook, **shared} for webhook in told])
