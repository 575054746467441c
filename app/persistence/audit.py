"""The audit trail: who did what of consequence, and when. A line is written in the transaction of the deed itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from app.persistence.tables import accounts, audit, course_staff, courses

Action = Literal[
    "sign-in",
    "export",
    "extension",
    "erasure",
    "merge",
    "removal",
    "personal-link",
    "token",
    "invitation",
    "staff",
    "course",
]


@dataclass(frozen=True)
class AuditLine:
    """actor, course: names as they are now, None for what is gone or was nobody."""

    id: int
    at: datetime
    action: str
    actor: str | None
    course: str | None
    detail: str


def record(
    connection: Connection,
    action: Action,
    now: datetime,
    *,
    actor_id: str | None,
    detail: str,
    course_id: str | None = None,
    subject_id: str | None = None,
) -> None:
    """Writes one line; `detail` is a sentence for people."""
    row = {"at": now, "action": action, "actor_id": actor_id, "course_id": course_id, "subject_id": subject_id, "detail": detail}
    connection.execute(audit.insert(), row)


def read_lines(
    connection: Connection, account_id: str | None, limit: int, before_id: int | None = None, action: Action | None = None
) -> list[AuditLine]:
    """The newest lines first: all of them for None, else what this account did and what was done in its courses. One SELECT."""
    statement = (
        select(audit.c.id, audit.c.at, audit.c.action, accounts.c.name, courses.c.name.label("course"), audit.c.detail)
        .select_from(
            audit.outerjoin(accounts, accounts.c.id == audit.c.actor_id).outerjoin(courses, courses.c.id == audit.c.course_id)
        )
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        theirs: Any = select(course_staff.c.course_id).where(course_staff.c.account_id == account_id)
        statement = statement.where(or_(audit.c.actor_id == account_id, audit.c.course_id.in_(theirs)))
    if action is not None:
        statement = statement.where(audit.c.action == action)
    if before_id is not None:
        statement = statement.where(audit.c.id < before_id)
    return [AuditLine(*row) for row in connection.execute(statement)]
