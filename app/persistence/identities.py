"""Two identities of one person become one: everything the second did is then the first's.

Each table that refers to an account stands here with how it is merged; a test holds the list against the schema.
"""

from collections.abc import Callable

from sqlalchemy import Table, and_, exists, select
from sqlalchemy.engine import Connection

from app.persistence import counters
from app.persistence.tables import (
    COUNTERS,
    accounts,
    assignment_items,
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
    sittings,
    solutions_shown,
    tries,
)


def merge(connection: Connection, kept: str, dropped: str) -> None:
    """Gives the learner `kept` everything of the learner `dropped`, whose account is deleted.

    Of two first tries at one question the earlier stays one. Where both have a row that can stand only once, the kept one's
    stays.
    """
    for move in MERGED.values():
        move(connection, kept, dropped)
    for column in ("actor_id", "subject_id"):  # no foreign keys, but names stand in the lines: erasing one must find them
        _move_all(audit, column)(connection, kept, dropped)
    counters.recount(connection, [kept])
    connection.execute(accounts.delete().where(accounts.c.id == dropped))


def _count_anew(_connection: Connection, _kept: str, _dropped: str) -> None:
    """Counters go with the dropped account, and `merge` counts what the kept one then has."""


def _move_attempts(connection: Connection, kept: str, dropped: str) -> None:
    first_tries = select(attempts.c.question_id, attempts.c.id).where(attempts.c.first_try)
    mine = dict(connection.execute(first_tries.where(attempts.c.learner_id == kept)).all())
    theirs = dict(connection.execute(first_tries.where(attempts.c.learner_id == dropped)).all())
    later = [max(mine[question], theirs[question]) for question in mine.keys() & theirs.keys()]
    for attempt_id in later:
        connection.execute(attempts.update().where(attempts.c.id == attempt_id).values(first_try=False))
        connection.execute(mistakes.update().where(mistakes.c.attempt_id == attempt_id).values(first_try=False))
    connection.execute(attempts.update().where(attempts.c.learner_id == dropped).values(learner_id=kept))


def _move_all(table: Table, column: str = "learner_id") -> Callable[[Connection, str, str], None]:
    def move(connection: Connection, kept: str, dropped: str) -> None:
        connection.execute(table.update().where(table.c[column] == dropped).values({column: kept}))

    return move


def _move_once(table: Table, *other: str, column: str = "learner_id") -> Callable[[Connection, str, str], None]:
    """For a table whose key is the account and `other` columns."""

    def move(connection: Connection, kept: str, dropped: str) -> None:
        mine = table.alias("mine")
        same = and_(mine.c[column] == kept, *(mine.c[name] == table.c[name] for name in other))
        connection.execute(table.delete().where(table.c[column] == dropped, exists(select(mine.c[column]).where(same))))
        connection.execute(table.update().where(table.c[column] == dropped).values({column: kept}))

    return move


def _move_memberships(connection: Connection, kept: str, dropped: str) -> None:
    """A student number is kept from whichever has one."""
    numbers = select(memberships.c.course_id, memberships.c.student_number).where(
        memberships.c.learner_id == dropped, memberships.c.student_number.is_not(None)
    )
    theirs = connection.execute(numbers).all()
    _move_once(memberships, "course_id")(connection, kept, dropped)
    for course_id, number in theirs:
        mine = (memberships.c.course_id == course_id, memberships.c.learner_id == kept, memberships.c.student_number.is_(None))
        connection.execute(memberships.update().where(*mine).values(student_number=number))


def _move_tries(connection: Connection, kept: str, dropped: str) -> None:
    """Where both sat at one assignment, the kept one's sitting stays, whole. Before the sittings themselves are moved."""
    sat = select(sittings.c.assignment_id).where(sittings.c.learner_id == kept)
    items = select(assignment_items.c.id).where(assignment_items.c.assignment_id.in_(sat))
    connection.execute(tries.delete().where(tries.c.learner_id == dropped, tries.c.item_id.in_(items)))
    connection.execute(tries.update().where(tries.c.learner_id == dropped).values(learner_id=kept))


MERGED: dict[tuple[str, str], Callable[[Connection, str, str], None]] = {
    ("attempts", "learner_id"): _move_attempts,
    ("mistakes", "learner_id"): _move_all(mistakes),
    **{(table.name, "learner_id"): _count_anew for table in COUNTERS},
    ("credentials", "account_id"): _move_all(credentials, "account_id"),
    ("solutions_shown", "learner_id"): _move_once(solutions_shown, "question_id"),
    ("hints_taken", "learner_id"): _move_once(hints_taken, "question_id"),
    ("idempotency_keys", "learner_id"): _move_once(idempotency_keys, "key"),
    ("memberships", "learner_id"): _move_memberships,
    ("extensions", "learner_id"): _move_once(extensions, "assignment_id"),
    ("tries", "learner_id"): _move_tries,
    ("sittings", "learner_id"): _move_once(sittings, "assignment_id"),
    ("deliveries", "learner_id"): _move_all(deliveries),
    ("course_staff", "account_id"): _move_once(course_staff, "course_id", column="account_id"),
}
