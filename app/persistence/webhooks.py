"""Webhooks and their deliveries: registered, found when they are due, and noted after each try.

The functions take a connection; the writing ones belong into a job for `Database.write`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from app.persistence.tables import accounts, deliveries, leases, webhooks

State = Literal["delivered", "given-up"]


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """account_id: the program whose it is. secret: signs its messages. stopped_at: when its receiver said that it is gone."""

    id: str
    course_id: str
    account_id: str
    url: str
    secret: str
    created_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message that waits. attempt_id: of an attempt; else the learner finished the assignment."""

    id: int
    webhook_id: str
    learner_id: str
    attempt_id: int | None
    assignment_id: str | None
    created_at: datetime
    tries: int
    url: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class LoggedDelivery:
    """outcome: None while it waits for its next try. said: what the last try came to."""

    id: int
    program: str
    learner_id: str
    learner: str
    attempt_id: int | None
    assignment_id: str | None
    created_at: datetime
    tries: int
    next_at: datetime
    tried_at: datetime | None
    outcome: State | None
    said: str | None


_WEBHOOK = tuple(webhooks.c[name] for name in Webhook.__dataclass_fields__)
# Of each learner the first that waits: the others come after it, so that they arrive in their order.
_first = (
    select(func.min(deliveries.c.id))
    .where(deliveries.c.outcome.is_(None))
    .group_by(deliveries.c.webhook_id, deliveries.c.learner_id)
    .scalar_subquery()
)
_DUE = (
    select(
        *(deliveries.c[name] for name in Delivery.__dataclass_fields__ if name in deliveries.c), webhooks.c.url, webhooks.c.secret
    )
    .join_from(deliveries, webhooks, webhooks.c.id == deliveries.c.webhook_id)
    .where(deliveries.c.id.in_(_first), webhooks.c.stopped_at.is_(None))
    .order_by(deliveries.c.next_at, deliveries.c.id)
)


def store_webhook(connection: Connection, webhook: Webhook) -> None:
    connection.execute(webhooks.insert(), vars(webhook))


def webhooks_of(connection: Connection, course_id: str) -> list[Webhook]:
    """The course's, oldest first. One SELECT."""
    statement = select(*_WEBHOOK).where(webhooks.c.course_id == course_id).order_by(webhooks.c.created_at, webhooks.c.id)
    return [Webhook(**row) for row in connection.execute(statement).mappings()]


def remove_webhook(connection: Connection, course_id: str, webhook_id: str) -> bool:
    """With all that was to be delivered to it; false when there is none."""
    gone = webhooks.delete().where(webhooks.c.id == webhook_id, webhooks.c.course_id == course_id)
    return connection.execute(gone).rowcount == 1


def stop_webhook(connection: Connection, webhook_id: str, now: datetime) -> None:
    """Its receiver is gone: what waits for it is given up, or it would seem to wait for ever."""
    connection.execute(webhooks.update().where(webhooks.c.id == webhook_id).values(stopped_at=now))
    waiting = deliveries.update().where(deliveries.c.webhook_id == webhook_id, deliveries.c.outcome.is_(None))
    connection.execute(waiting.values(outcome="given-up", said="Its receiver is gone."))


def due_deliveries(connection: Connection, now: datetime, limit: int, without: Collection[str] = ()) -> list[Delivery]:
    """At most so many that may be sent now, of each learner one, the longest due first. without: webhooks to leave out."""
    statement = _DUE.where(deliveries.c.next_at <= now, deliveries.c.webhook_id.not_in(without)).limit(limit)
    return [Delivery(**row) for row in connection.execute(statement).mappings()]


def note_try(
    connection: Connection, delivery: Delivery, now: datetime, said: str, *, outcome: State | None, next_at: datetime
) -> None:
    """Writes down what a try came to, unless somebody else has tried meanwhile."""
    seen = (deliveries.c.id == delivery.id, deliveries.c.outcome.is_(None), deliveries.c.tries == delivery.tries)
    told = {"tries": delivery.tries + 1, "tried_at": now, "said": said, "outcome": outcome, "next_at": next_at}
    connection.execute(deliveries.update().where(*seen).values(**told))


def send_again(connection: Connection, course_id: str, delivery_id: int, now: datetime) -> bool:
    """Has a message of the course sent again, or at once; false when there is none, or nobody to be told any more."""
    ours = select(webhooks.c.id).where(webhooks.c.course_id == course_id, webhooks.c.stopped_at.is_(None))
    again = deliveries.update().where(deliveries.c.id == delivery_id, deliveries.c.webhook_id.in_(ours))
    return connection.execute(again.values(outcome=None, tries=0, next_at=now)).rowcount == 1


def delivery_log(connection: Connection, course_id: str, limit: int, before_id: int | None = None) -> list[LoggedDelivery]:
    """The course's deliveries, the newest first. One SELECT."""
    program, learner = accounts.alias("program"), accounts.alias("learner")
    own = [deliveries.c[name] for name in LoggedDelivery.__dataclass_fields__ if name in deliveries.c]
    statement = (
        select(*own, program.c.name.label("program"), learner.c.name.label("learner"))
        .join_from(deliveries, webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .join(program, program.c.id == webhooks.c.account_id)
        .join(learner, learner.c.id == deliveries.c.learner_id)
        .where(webhooks.c.course_id == course_id)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        statement = statement.where(deliveries.c.id < before_id)
    return [LoggedDelivery(**row) for row in connection.execute(statement).mappings()]


def forget_settled(connection: Connection, before: datetime) -> None:
    """Deletes what was delivered, or given up, before this time; what was given up untried, by when it happened."""
    settled_at = func.coalesce(deliveries.c.tried_at, deliveries.c.created_at)
    connection.execute(deliveries.delete().where(deliveries.c.outcome.is_not(None), settled_at < before))


def take_lease(connection: Connection, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Whether the holder has this job now, for so long; somebody else may have it until then. Renews one's own."""
    known = connection.execute(select(leases.c.holder, leases.c.until).where(leases.c.name == name)).one_or_none()
    values = {"holder": holder, "until": now + lasting}
    if known is None:
        connection.execute(leases.insert(), {"name": name, **values})
    elif known.holder == holder or known.until <= now:
        connection.execute(leases.update().where(leases.c.name == name).values(**values))
    else:
        return False
    return True


def give_lease_back(connection: Connection, name: str, holder: str) -> None:
    connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))
