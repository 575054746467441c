"""Webhooks of a course's programs, as an instructor registers them, and the log of what they were told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.engine import Connection

from app.persistence import webhooks
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.webhooks import LoggedDelivery as LoggedDelivery
from app.persistence.webhooks import Webhook as Webhook
from app.security.principals import Principal
from app.security.tokens import new_account_id
from app.security.webhooks import new_webhook_secret
from app.services.courses import note, teach
from app.services.integrations import find_program
from app.services.refusals import NotFound
from app.services.webhook_sending import Network, check_url


def webhooks_of(database: Database, principal: Principal, course_id: str) -> list[Webhook]:
    """The course's, oldest first. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        teach(connection, principal, course_id)
        return webhooks.webhooks_of(connection, course_id)


async def add_webhook(
    database: Database,
    principal: Principal,
    course_id: str,
    account_id: str,
    url: str,
    allowed: Iterable[Network],
    now: datetime,
) -> Webhook:
    """Has a program of the course told what its learners do; its secret is shown once. Raises NotFound, NotAllowed, Unusable."""
    made = Webhook(
        id=new_account_id(),
        course_id=course_id,
        account_id=account_id,
        url=check_url(url, allowed),
        secret=new_webhook_secret(),
        created_at=now,
    )

    def job(connection: Connection) -> None:
        program = find_program(connection, principal, course_id, account_id)
        webhooks.store_webhook(connection, made)
        note(connection, "token", now, principal, course_id, account_id, f"{program} is told what learners do.")

    await database.write(job)
    return made


async def remove_webhook(database: Database, principal: Principal, course_id: str, webhook_id: str, now: datetime) -> None:
    """Nothing more is sent, nor what waits. Raises NotFound, NotAllowed."""

    def job(connection: Connection) -> None:
        teach(connection, principal, course_id)
        if not webhooks.remove_webhook(connection, course_id, webhook_id):
            raise NotFound("There is no such webhook in this course.")
        note(connection, "token", now, principal, course_id, webhook_id, "A program is no longer told what learners do.")

    await database.write(job)


def delivery_log(
    database: Database, principal: Principal, course_id: str, limit: int, before_id: int | None = None
) -> tuple[Course, list[LoggedDelivery]]:
    """What was told and what waits, the newest first. Raises NotFound, NotAllowed."""
    with database.read() as connection:
        course = teach(connection, principal, course_id)
        return course, webhooks.delivery_log(connection, course_id, limit, before_id)


async def send_again(database: Database, principal: Principal, course_id: str, delivery_id: int, now: datetime) -> None:
    """A message is sent again, or at once. Raises NotFound, NotAllowed."""

    def job(connection: Connection) -> None:
        teach(connection, principal, course_id)
        if not webhooks.send_again(connection, course_id, delivery_id, now):
            raise NotFound("There is no such message in this course whose receiver is still told.")

    await database.write(job)
