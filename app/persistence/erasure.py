"""One learner's data: read in full, to be handed out, and erased.

Each table that refers to an account stands here with what becomes of its rows; a test holds the list against the schema. Of an
attempt its outcome stays, of nobody and without answer, question and time of day; what was handed in of an assignment and does
not stand among the attempts yet was counted nowhere, and goes.
"""

import secrets
from typing import Any

from sqlalchemy import Select, Table, or_, select
from sqlalchemy.engine import Connection

from app.persistence import recording, tally
from app.persistence.tables import (
    COUNTERS,
    accounts,
    attempts,
    audit,
    course_staff,
    credentials,
    deliveries,
    extensions,
    hints_taken,
    idempotency_keys,
    memberships,
    mistakes,
    outcome_courses,
    outcome_mistakes,
    outcomes,
    sittings,
    solutions_shown,
    tries,
)

# In an order in which none is deleted that another still refers to.
ERASED: dict[tuple[str, str], Table] = {
    (table.name, "account_id" if "account_id" in table.c else "learner_id"): table
    for table in (
        *COUNTERS,
        deliveries,
        idempotency_keys,
        mistakes,
        tries,
        sittings,
        extensions,
        attempts,
        solutions_shown,
        hints_taken,
        memberships,
        course_staff,
        credentials,
    )
}
_WITHHELD = {"hash", "password_hash", "request_hash"}  # secrets, which tell nothing about anybody

# The trail says that it happened, and no longer to whom.
_NAMELESS = {
    "sign-in": "A learner, since erased, signed in by a personal link.",
    "export": "The data of a learner, since erased, went out.",
    "extension": "The time of a learner, since erased, was changed.",
    "merge": "Two identities of a learner, since erased, became one.",
    "removal": "A learner, since erased, was removed from the course.",
    "personal-link": "A personal link was made for a learner, since erased.",
}


def erase(connection: Connection, learner_id: str) -> int:
    """Leaves nothing of the learner but the outcomes of their attempts; how many those are."""
    recording.settle(connection)
    tally.settle(connection)  # or what an attempt of this transaction adds would be counted for nobody
    kept = _keep_outcomes(connection, learner_id)
    for (_, column), table in ERASED.items():
        connection.execute(table.delete().where(table.c[column] == learner_id))
    _forget_in_trail(connection, learner_id)
    connection.execute(accounts.delete().where(accounts.c.id == learner_id))
    return kept


def records_of(connection: Connection, learner_id: str) -> dict[str, list[dict[str, Any]]]:
    """Every row about the learner by its table, but for attempts, which may be many, and for secrets. One SELECT a table."""
    whose = {("accounts", "id"): accounts, **ERASED}
    found = {
        name: _rows(connection, _select(table).where(table.c[column] == learner_id))
        for (name, column), table in whose.items()
        if table is not attempts
    }
    trail = select(audit.c.at, audit.c.action, audit.c.detail).where(_concerns(learner_id)).order_by(audit.c.id)
    return {**found, "audit": _rows(connection, trail)}


def _keep_outcomes(connection: Connection, learner_id: str) -> int:
    shared = ("skill", "level", "format", "score", "correct", "first_try")
    tried = connection.execute(
        select(attempts.c.id, attempts.c.submitted_at, *(attempts.c[name] for name in shared)).where(
            attempts.c.learner_id == learner_id
        )
    ).all()
    ids = {row.id: secrets.token_hex(12) for row in tried}
    if not ids:
        return 0
    made = connection.execute(
        select(mistakes.c.attempt_id, mistakes.c.symbol, mistakes.c.code).where(mistakes.c.learner_id == learner_id)
    ).all()
    joined = connection.execute(select(memberships.c.course_id).where(memberships.c.learner_id == learner_id)).scalars().all()
    kept = [{"id": ids[row.id], "day": row.submitted_at.date(), **{name: getattr(row, name) for name in shared}} for row in tried]
    connection.execute(outcomes.insert(), sorted(kept, key=lambda row: row["id"]))
    if made:
        connection.execute(
            outcome_mistakes.insert(), [{"outcome_id": ids[row[0]], "symbol": row[1], "code": row[2]} for row in made]
        )
    if joined:
        counted = [{"outcome_id": one, "course_id": course} for one in sorted(ids.values()) for course in joined]
        connection.execute(outcome_courses.insert(), counted)
    return len(ids)


def _forget_in_trail(connection: Connection, learner_id: str) -> None:
    for action, detail in _NAMELESS.items():
        mine = (_concerns(learner_id), audit.c.action == action)
        connection.execute(audit.update().where(*mine).values(detail=detail))
    for column in ("actor_id", "subject_id"):
        connection.execute(audit.update().where(audit.c[column] == learner_id).values({column: None}))


def _concerns(learner_id: str) -> Any:
    return or_(audit.c.actor_id == learner_id, audit.c.subject_id == learner_id)


def _select(table: Table) -> Select[Any]:
    return select(*(column for column in table.c if column.name not in _WITHHELD)).order_by(*table.primary_key.columns)


def _rows(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(statement).mappings()]
