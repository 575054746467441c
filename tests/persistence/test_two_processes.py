"""Two programs on one database: what one alone keeps, both together keep."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from app.persistence.accounts import count_event, replace_first_link, use_first_link
from app.persistence.attempts import list_attempts
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY
from app.persistence.recording import record_attempt
from tests.persistence.samples import NOW, add_learners, attempt, look

EACH = 60


@pytest.fixture
def pair(database_url: str) -> Iterator[tuple[Database, Database]]:
    both = (Database(database_url, batch_limit=8), Database(database_url, batch_limit=8))
    for database in both:
        database.start()
    add_learners(both[0], "ada", "bob")
    yield both
    for database in both:
        database.close()


def from_both(pair: tuple[Database, Database], jobs: list[Callable[[Connection], Any]]) -> list[Any]:
    """Hands every job to both, all at once, each from an event loop of its own; returns all outcomes."""
    outcomes: list[Any] = []
    together = threading.Barrier(2)

    def one(database: Database) -> None:
        async def main() -> None:
            together.wait(10)
            outcomes.extend(await asyncio.gather(*(database.write(job) for job in jobs)))

        asyncio.run(main())

    threads = [threading.Thread(target=one, args=(database,)) for database in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2 * len(jobs)
    return outcomes


def test_one_key_makes_one_attempt(pair: tuple[Database, Database], database_url: str) -> None:
    def with_key(number: int) -> Callable[[Connection], Any]:
        new = attempt(question_id=f"q{number}", idempotency_key=f"k{number}", request_hash="h")
        return lambda connection: record_attempt(connection, new)

    outcomes = from_both(pair, [with_key(number) for number in range(EACH)])
    assert Counter(created for _row, created in outcomes) == {True: EACH, False: EACH}
    assert len({row.id for row, _created in outcomes}) == EACH
    assert look(database_url, "SELECT count(*) FROM attempts") == [(EACH,)]


def test_one_question_has_one_first_try(pair: tuple[Database, Database], database_url: str) -> None:
    def at(number: int) -> Callable[[Connection], Any]:
        return lambda connection: record_attempt(connection, attempt(question_id=f"q{number}"))

    outcomes = from_both(pair, [at(number) for number in range(EACH)])
    assert Counter(row.first_try for row, _created in outcomes) == {True: EACH, False: EACH}
    firsts = "SELECT question_id, min(id), count(*) FROM attempts GROUP BY question_id"
    assert {row[2] for row in look(database_url, firsts)} == {2}
    wrong = "SELECT count(*) FROM attempts a WHERE first_try AND EXISTS (SELECT 1 FROM attempts b"
    wrong += " WHERE b.question_id = a.question_id AND b.id < a.id)"
    assert look(database_url, wrong) == [(0,)]


def test_no_update_is_lost(pair: tuple[Database, Database], database_url: str) -> None:
    pair[0].write_now(
        lambda connection: connection.execute(text("INSERT INTO throttle (bucket, \"window\", count) VALUES ('n', 0, 0)")).close()
    )

    def increment(connection: Connection) -> int:
        count = int(connection.execute(text("SELECT count FROM throttle")).scalar_one())
        connection.execute(text("UPDATE throttle SET count = :count"), {"count": count + 1})
        return count + 1

    assert sorted(from_both(pair, [increment] * 200)) == list(range(1, 401))


def test_a_counter_and_a_one_time_link_are_shared(pair: tuple[Database, Database]) -> None:
    counts = from_both(pair, [lambda connection: count_event(connection, "sign-in", 60, NOW)] * 20)
    assert sorted(counts) == list(range(1, 41))
    expires_at = NOW + timedelta(hours=1)
    pair[0].write_now(lambda connection: replace_first_link(connection, hash="l", now=NOW, expires_at=expires_at))
    used = from_both(pair, [lambda connection: use_first_link(connection, "l", NOW)] * 20)
    assert sum(used) == 1


def test_whoever_pages_along_misses_nothing(pair: tuple[Database, Database]) -> None:
    """Ids become visible in order, so a cursor can never pass by one that appears later."""
    done = threading.Event()
    seen: list[int] = []

    def page() -> None:
        while True:
            last_round = done.is_set()
            with pair[0].read() as connection:
                rows = list_attempts(connection, reach=EVERYBODY, after_id=seen[-1] if seen else 0, limit=10)
            seen.extend(row.id for row in rows)
            if last_round and not rows:
                return

    paging = threading.Thread(target=page)
    paging.start()
    outcomes = from_both(pair, [lambda connection: record_attempt(connection, attempt())] * 100)
    done.set()
    paging.join()
    assert seen == sorted(row.id for row, _created in outcomes)
