"""Attempts spread over many tables by learner: the program, unchanged, keeps every promise of the undivided ones.

The tests are those of `tests/persistence/`, run here on a database to which `deploy/spread-by-learner.sql` was applied.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from app.cli import main
from app.persistence.counters import check
from app.persistence.database import Database
from tests.databases import database, fresh_postgresql
from tests.persistence.samples import look
from tests.persistence.test_attempts import *  # noqa: F403
from tests.persistence.test_courses import people, test_two_identities_become_one
from tests.persistence.test_two_processes import (
    pair,
    test_one_key_makes_one_attempt,
    test_one_question_has_one_first_try,
    test_whoever_pages_along_misses_nothing,
)

__all__ = [
    "database",
    "pair",
    "people",
    "test_one_key_makes_one_attempt",
    "test_one_question_has_one_first_try",
    "test_two_identities_become_one",
    "test_whoever_pages_along_misses_nothing",
]

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "spread-by-learner.sql"


def spread(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(SCRIPT.read_bytes())


@pytest.fixture(scope="module")
def spread_database() -> Iterator[str]:
    """The name of a migrated, empty database that has been spread."""
    from app.persistence.migrate import upgrade

    for url in fresh_postgresql("template0"):
        upgrade(url)
        spread(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def database_url(spread_database: str) -> Iterator[str]:
    yield from fresh_postgresql(spread_database)


def test_what_was_there_is_there_afterwards(database_url: str) -> None:
    """On a database with a class in it, spread while it is full, and used afterwards."""
    from app.persistence.migrate import upgrade

    for url in fresh_postgresql("template0"):
        upgrade(url)
        demo = ("demo", "--learners", "4", "--attempts", "10")
        assert CliRunner().invoke(main, demo, env={"QUIZ_DATABASE_URL": url}).exit_code == 0
        questions = ["SELECT * FROM attempts ORDER BY id", "SELECT * FROM mistakes ORDER BY 1, 2"]
        before = [look(url, question) for question in questions]
        spread(url)
        assert [look(url, question) for question in questions] == before
        assert CliRunner().invoke(main, (*demo, "--seed", "2"), env={"QUIZ_DATABASE_URL": url}).exit_code == 0
        assert len(look(url, questions[0])) > len(before[0])
        database = Database(url)
        database.start()
        with database.read() as connection:
            assert check(connection) == []
        database.close()
        used = {row[0] for row in look(url, "SELECT DISTINCT tableoid::regclass::text FROM attempts")}
        assert len(used) > 1


def test_a_learners_rows_are_asked_of_one_part(database_url: str) -> None:
    plan = look(database_url, "EXPLAIN SELECT * FROM attempts WHERE learner_id = 'ada' ORDER BY id DESC LIMIT 20")
    assert sum("attempts_" in line and "on attempts_" in line for (line,) in plan) == 1


def test_every_key_begins_with_the_learner(database_url: str) -> None:
    """What PostgreSQL's partitions and Citus both ask of a table that is spread."""
    keys = """
        SELECT i.indrelid::regclass::text, a.attname FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND i.indrelid::regclass::text IN ('attempts', 'mistakes', 'idempotency_keys', 'hints_taken',
            'solutions_shown', 'item_counts', 'mistake_counts', 'item_mistake_counts', 'mistake_weeks', 'day_counts',
            'week_counts')
    """
    found = look(database_url, keys)
    assert len(found) >= 11 and {column for _, column in found} == {"learner_id"}
