"""What jobs of one transaction gather is stored together, and nobody can tell it from one by one."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from app.persistence import outbox, recording, tally
from app.persistence.attempts import (
    _SOLUTION_IS_OPEN,
    IdempotencyConflict,
    find_attempt,
    list_attempts,
    record_hint_taken,
    record_solution_shown,
    solution_is_open,
)
from app.persistence.database import Database
from app.persistence.item_reports import Item, _tried_questions
from app.persistence.migrate import upgrade
from app.persistence.prepared import filled_up
from app.persistence.reach import EVERYBODY
from app.persistence.recording import Recorded, _no_first_try, gather, record_attempt
from app.persistence.tables import accounts, attempts
from tests.persistence.samples import NOW, add_learners, attempt, commits_counted, held_up, look
from tests.sizes import size

Job = Callable[[Connection], Any]


@pytest.fixture
def classroom(database: Database) -> Database:
    add_learners(database, "ada", "bob")
    return database


def gathers(**changes: Any) -> Callable[[Connection], Recorded]:
    new = attempt(**changes)
    return lambda connection: gather(connection, new)


def keyed(key: str, request: str, **changes: Any) -> Callable[[Connection], Recorded]:
    return gathers(idempotency_key=key, request_hash=request, **changes)


def together(database: Database, jobs: Sequence[Job]) -> list[Any]:
    """What becomes of jobs that are queued up in one moment."""

    async def main() -> list[Any]:
        async with held_up(database):
            writes = [asyncio.create_task(database.write(job)) for job in jobs]
        return await asyncio.gather(*writes, return_exceptions=True)

    return asyncio.run(main())


def test_of_two_answers_in_one_transaction_one_is_the_first_try(classroom: Database, database_url: str) -> None:
    def both(connection: Connection) -> list[Recorded]:
        return [gather(connection, attempt(question_id="twice-in-a-job")) for _ in range(2)]

    with commits_counted(classroom) as commits:
        recorded = together(
            classroom, [*[gathers(question_id="twice")] * 3, both, gathers(question_id="twice", learner_id="bob")]
        )
    assert len(commits) == 2  # the one that held the writer up, and one for all
    rows = [one.outcome()[0] for one in [*recorded[:3], *recorded[3], recorded[4]]]
    assert [row.first_try for row in rows] == [True, False, False, True, False, True]
    assert sorted({row.id for row in rows}) == [row.id for row in rows]
    with classroom.read() as connection:
        assert list_attempts(connection, reach=EVERYBODY, after_id=0, limit=10) == rows
    assert look(database_url, "SELECT learner_id, attempts, first_tries FROM item_counts ORDER BY learner_id") == [
        ("ada", 5, 2),
        ("bob", 1, 1),
    ]


def test_what_comes_later_in_the_transaction_comes_later(classroom: Database) -> None:
    def show(question_id: str) -> Job:
        return lambda connection: record_solution_shown(connection, "ada", question_id, NOW)

    def hint(question_id: str) -> Job:
        return lambda connection: record_hint_taken(connection, "ada", question_id, NOW)

    def is_open(question_id: str) -> Job:
        return lambda connection: solution_is_open(connection, "ada", question_id)

    right = {"correct": True, "score": 1.0}
    outcomes = together(
        classroom,
        [
            gathers(question_id="shown-after"),
            show("shown-after"),
            show("shown-before"),
            gathers(question_id="shown-before"),
            gathers(question_id="hinted-after"),
            hint("hinted-after"),
            hint("hinted-before"),
            gathers(question_id="hinted-before"),
            is_open("answered"),
            gathers(question_id="answered", **right),
            is_open("answered"),
        ],
    )
    rows = [one.outcome()[0] for one in outcomes if isinstance(one, Recorded)]
    assert [row.first_try for row in rows] == [True, False, True, False, True]
    assert [row.solution_shown for row in rows] == [False, True, False, False, False]
    assert [outcomes[8], outcomes[10]] == [False, True]


def test_a_key_that_is_repeated_within_the_transaction(classroom: Database, database_url: str) -> None:
    before = classroom.write_now(keyed("old", "h")).outcome()[0]
    jobs = [keyed("k", "h"), keyed("k", "h"), keyed("k", "other"), keyed("k", "other", learner_id="bob")]
    first, repeated, refused, bobs, old, old_refused = together(classroom, [*jobs, keyed("old", "h"), keyed("old", "other")])
    assert [one.outcome()[1] for one in (first, repeated, bobs, old)] == [True, False, True, False]
    assert repeated.outcome()[0] == first.outcome()[0]
    assert old.outcome()[0] == before
    for one in (refused, old_refused):
        with pytest.raises(IdempotencyConflict):
            one.outcome()
    assert look(database_url, "SELECT count(*) FROM attempts") == [(3,)]
    assert look(database_url, "SELECT count(*) FROM idempotency_keys") == [(3,)]


@pytest.mark.parametrize("bad", [{"learner_id": "nobody"}, {"level": 2**70}, {"prompt": "\ud800"}, {"key": {"z": float("nan")}}])
def test_a_bad_attempt_harms_only_its_own_caller(classroom: Database, database_url: str, bad: dict[str, Any]) -> None:
    good = [gathers(question_id=f"q{number}", mistakes=(("dz", "relu"),)) for number in range(6)]
    outcomes = together(classroom, [*good[:3], gathers(question_id="bad", **bad), *good[3:]])
    failure = outcomes.pop(3)
    assert isinstance(failure, Exception)
    assert len({one.outcome()[0].id for one in outcomes}) == 6
    kept = look(database_url, "SELECT question_id FROM attempts JOIN mistakes ON attempt_id = id ORDER BY question_id")
    assert kept == [(f"q{number}",) for number in range(6)]


def test_no_job_can_hide_that_a_neighbours_attempt_was_not_stored(classroom: Database, database_url: str) -> None:
    """Its own statement is the moment at which what was gathered before it is written."""

    def careless(connection: Connection) -> str:
        try:
            connection.execute(select(accounts.c.id)).close()
        except Exception:
            return "an error, but not mine"
        return "no error"

    stored, refused, unharmed = together(classroom, [gathers(), gathers(prompt="\ud800"), careless])
    assert stored.outcome()[1]
    assert isinstance(refused, UnicodeEncodeError)
    assert unharmed == "no error"
    assert look(database_url, "SELECT learner_id FROM attempts") == [("ada",)]


def test_nobody_hears_of_an_attempt_before_it_is_written(classroom: Database) -> None:
    def hasty(connection: Connection) -> None:
        with pytest.raises(RuntimeError, match="has not been written"):
            gather(connection, attempt()).outcome()

    classroom.write_now(hasty)


def test_ids_are_never_used_twice(classroom: Database) -> None:
    for store in (gather, record_attempt):
        ids = []
        for _ in range(3):
            new = attempt(question_id=f"q{len(ids)}")
            result = classroom.write_now(lambda connection, store=store, new=new: store(connection, new))
            ids.append((result.outcome() if isinstance(result, Recorded) else result)[0].id)
            classroom.write_now(lambda connection: connection.execute(attempts.delete()).close())
        assert sorted(set(ids)) == ids


def test_forty_attempts_take_no_more_statements_than_one(classroom: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    run = recording.execute

    def counted(connection: Connection, text: str, *values: Any, **more: Any) -> Any:
        statements.append(text)
        return run(connection, text, *values, **more)

    for module in (recording, tally, outbox):
        monkeypatch.setattr(module, "execute", counted)
    together(classroom, [gathers(question_id="alone")])
    assert len(statements) == 7  # told, ids, attempts, three counters, webhooks
    for count in (1, 40):
        statements.clear()
        jobs = [
            keyed(f"{count}-{n}", "h", question_id=f"{count}-{n}", mistakes=(("h", "relu"), ("dz", "tanh"))) for n in range(count)
        ]
        assert all(one.outcome()[0].first_try for one in together(classroom, jobs))
        assert len(statements) == 13  # and keys asked for, keys, mistakes, three counters of mistakes


@pytest.mark.parametrize("seed", range(size(3, 60)))
def test_whatever_shares_a_transaction_is_as_if_it_had_come_alone(classroom: Database, seed: int) -> None:
    """Against a plain walk through what happened, in its order."""
    draw = Random(seed)
    tried: set[tuple[str, str]] = set()
    shown: set[tuple[str, str]] = set()
    hinted: set[tuple[str, str]] = set()
    for _ in range(4):
        jobs: list[Job] = []
        expected: list[tuple[bool, bool] | None] = []
        for _ in range(draw.choice([1, 5, 100, 200])):
            who, question = asked = draw.choice(["ada", "bob"]), f"q{draw.randrange(300)}"
            what = draw.choices(["answers", "is shown", "is told"], [200, 1, 1])[0]
            if what == "answers":
                expected.append((asked not in tried | shown | hinted, asked in shown))
                tried.add(asked)
                jobs.append(gathers(learner_id=who, question_id=question))
                continue
            expected.append(None)
            (shown if what == "is shown" else hinted).add(asked)
            record = record_solution_shown if what == "is shown" else record_hint_taken
            jobs.append(lambda connection, record=record, asked=asked: record(connection, *asked, NOW))  # type: ignore[misc]
        with commits_counted(classroom) as commits:
            outcomes = together(classroom, jobs)
        assert len(commits) == 2  # else the transaction has failed, and all were stored one by one
        for recorded, told in zip(outcomes, expected, strict=True):
            if told is None:
                assert recorded is None
                continue
            row, _ = recorded.outcome()
            assert (row.first_try, row.solution_shown) == told
            with classroom.read() as connection:
                found = find_attempt(connection, row.id, EVERYBODY)
            assert found is not None
            assert found.first_try == row.first_try


FIRST_TRIES, FURTHER_TRIES = "uq_attempts_first_try", "ix_attempts_further_try"


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (_no_first_try(1, "?"), (FIRST_TRIES, FURTHER_TRIES)),
        (_SOLUTION_IS_OPEN, (FIRST_TRIES, FURTHER_TRIES)),
        (_tried_questions(EVERYBODY, (Item("chain", 1, "numeric"),), 10, 10), (FURTHER_TRIES,)),
    ],
    ids=["what ends a first try", "is the solution open", "tries and those that followed"],
)
def test_the_indexes_of_tries_serve(tmp_path: Path, statement: Any, indexes: tuple[str, ...]) -> None:
    """A condition in other words than an index's, and SQLite goes through all that a learner ever answered."""
    path = tmp_path / "quiz.db"
    upgrade(f"sqlite:///{path}")
    text = statement if isinstance(statement, str) else str(statement.compile(dialect=sqlite.dialect()))
    with closing(sqlite3.connect(path)) as connection:
        plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {text}", ["?"] * text.count("?"))]
    for index in indexes:
        assert any(f"INDEX {index} (learner_id=? AND question_id=?" in step for step in plan), plan


@pytest.mark.parametrize(("count", "filled"), [(1, 1), (2, 2), (3, 4), (5, 8), (64, 64)])
def test_statements_are_made_for_few_counts(count: int, filled: int) -> None:
    assert filled_up(range(count)) == [*range(count), *[count - 1] * (filled - count)]
