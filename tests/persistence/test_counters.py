"""The counters against a plain recount of the rows in Python, whatever has happened; and that a check notices what is wrong."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.cli import main
from app.persistence import counters, erasure, identities
from app.persistence.attempts import record_hint_taken, record_solution_shown
from app.persistence.checkup import examine
from app.persistence.counter_tables import COUNTERS, day_counts
from app.persistence.database import Database, Refused
from app.persistence.migrate import downgrade, upgrade
from app.persistence.recording import gather, record_attempt
from app.persistence.tables import attempts, idempotency_keys, mistakes
from tests.persistence.samples import NOW, add_learners, attempt, held_up
from tests.sizes import size

SKILLS, CODES = ("chain", "delta"), ("relu", "tanh", "sign-dropped")
# Moments on both sides of midnight, of a Monday in UTC, and of a new year.
EDGES = [datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def by_hand(connection: Connection) -> dict[str, Rows]:
    """What the counters should be, walked through attempt by attempt."""
    codes: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(mistakes.c.attempt_id, mistakes.c.code)):
        codes[row.attempt_id].append(row.code)
    groups: dict[str, dict[tuple[Any, ...], list[Any]]] = {table.name: defaultdict(list) for table in COUNTERS}
    for row in connection.execute(select(attempts)):
        day = row.submitted_at.date()
        year, week, _ = day.isocalendar()
        monday = date.fromisocalendar(year, week, 1)
        item = (row.learner_id, row.skill, row.level, row.format)
        groups["item_counts"][item].append(row)
        groups["day_counts"][row.learner_id, day].append(row)
        groups["week_counts"][row.learner_id, monday, row.skill].append(row)
        for code in codes[row.id]:
            groups["mistake_counts"][row.learner_id, row.skill, code].append(row)
            groups["mistake_weeks"][row.learner_id, monday, row.skill, code].append(row)
        for code in set(codes[row.id]) if row.first_try else ():
            groups["item_mistake_counts"][*item, code].append(row)

    def told(table: str, rows: list[Any]) -> tuple[Any, ...]:
        firsts = [row for row in rows if row.first_try]
        right = [row.submitted_at for row in rows if row.correct]
        moments = [row.submitted_at for row in rows]
        sums = {
            "item_counts": lambda: (
                len(rows),
                len(firsts),
                math.fsum(row.score for row in firsts),
                sum(row.correct for row in firsts),
                max(moments),
                max(right, default=None),
            ),
            "day_counts": lambda: (len(rows), sum(row.correct for row in firsts)),
            "week_counts": lambda: (len(rows), min(moments), max(moments)),
            "mistake_counts": lambda: (len(rows), min(moments), max(moments)),
            "mistake_weeks": lambda: (len(rows), min(moments), max(moments)),
        }
        return sums.get(table, lambda: (len(rows),))()

    return {table: {key: told(table, rows) for key, rows in found.items()} for table, found in groups.items()}


def kept(connection: Connection) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for table in COUNTERS:
        key = len(table.primary_key)
        found[table.name] = {tuple(row[:key]): tuple(row[key:]) for row in connection.execute(select(table))}
    return found


def assert_true_to_the_rows(database: Database) -> None:
    with database.read() as connection:
        found, expected = kept(connection), by_hand(connection)
        assert counters.check(connection) == []
    for table in found:
        assert found[table].keys() == expected[table].keys(), table
        for key, values in found[table].items():
            for one, other in zip(values, expected[table][key], strict=True):
                same = math.isclose(one, other, abs_tol=1e-9) if isinstance(one, float) else one == other
                assert same, (table, key, values, expected[table][key])


class Fate:
    """Draws what happens next; each thing is a job for the writer."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.people = [f"l{k}" for k in range(6)]

    def next(self) -> Callable[[Connection], Any]:
        kinds = [self.answers, self.looks, self.refuses, self.merges, self.loses, self.vanishes, self.is_erased]
        return self.draw.choices(kinds, [30, 4, 2, 1, 1, 1, 1])[0]()

    def new(self) -> Any:
        skill, score = self.draw.choice(SKILLS), self.draw.choice([0.0, 1 / 3, 0.5, 1.0])
        near = timedelta(microseconds=self.draw.choice([-1, 0, 1]), days=self.draw.choice([-7, 0, 0, 1, 30]))
        return attempt(
            learner_id=self.draw.choice(self.people),
            question_id=f"{skill}-{self.draw.randrange(8)}",
            skill=skill,
            level=self.draw.randint(1, 2),
            format=self.draw.choice(["numeric", "choice"]),
            score=score,
            correct=score == 1,
            submitted_at=self.draw.choice(EDGES) + near,
            mistakes=tuple((symbol, self.draw.choice(CODES)) for symbol in ("h", "dz") if self.draw.random() < 0.4),
        )

    def answers(self) -> Callable[[Connection], Any]:
        news = [self.new() for _ in range(self.draw.choice([1, 1, 3]))]
        store = self.draw.choice([record_attempt, gather])
        return lambda connection: [store(connection, new) for new in news]

    def looks(self) -> Callable[[Connection], Any]:
        new, record = self.new(), self.draw.choice([record_solution_shown, record_hint_taken])
        return lambda connection: record(connection, new.learner_id, new.question_id, NOW)

    def refuses(self) -> Callable[[Connection], Any]:
        """An idempotency key that was used for another request: nothing is stored."""
        new, key = self.new(), {"idempotency_key": f"k{self.draw.randrange(3)}", "request_hash": str(self.draw.random())}
        return lambda connection: record_attempt(connection, attempt(**{**vars(new), **key}))

    def merges(self) -> Callable[[Connection], Any]:
        if len(self.people) < 3:
            return self.answers()
        dropped = self.people.pop(self.draw.randrange(len(self.people)))
        someone = self.draw.choice(self.people)
        return lambda connection: identities.merge(connection, kept=someone, dropped=dropped)

    def is_erased(self) -> Callable[[Connection], Any]:
        if len(self.people) < 3:
            return self.answers()
        gone = self.people.pop(self.draw.randrange(len(self.people)))
        return lambda connection: erasure.erase(connection, gone)

    def loses(self) -> Callable[[Connection], Any]:
        """Some of somebody's attempts go."""
        someone, skill = self.draw.choice(self.people), self.draw.choice(SKILLS)

        def job(connection: Connection) -> None:
            gone = (attempts.c.learner_id == someone, attempts.c.skill == skill)
            connection.execute(attempts.delete().where(*gone))
            counters.recount(connection, [someone])

        return job

    def vanishes(self) -> Callable[[Connection], Any]:
        """Everything of somebody's goes, before what they did in the same transaction could be counted."""
        someone, new = self.draw.choice(self.people), self.new()

        def job(connection: Connection) -> None:
            gather(connection, attempt(**{**vars(new), "learner_id": someone}))
            for table in (idempotency_keys, mistakes, attempts):
                connection.execute(table.delete().where(table.c.learner_id == someone))
            counters.recount(connection, [someone])

        return job


@pytest.mark.parametrize("seed", range(size(4, 200)))
def test_whatever_happens_the_counters_are_true_to_the_rows(database: Database, seed: int) -> None:
    fate = Fate(seed)
    add_learners(database, *fate.people)

    async def live() -> None:
        for _ in range(8):
            async with held_up(database):  # so that several things share a transaction
                happening = [asyncio.create_task(database.write(fate.next())) for _ in range(fate.draw.randint(1, 12))]
            for outcome in await asyncio.gather(*happening, return_exceptions=True):
                assert not isinstance(outcome, BaseException) or isinstance(outcome, Refused), outcome
            await asyncio.to_thread(assert_true_to_the_rows, database)

    asyncio.run(live())
    database.write_now(counters.rebuild)
    assert_true_to_the_rows(database)


def test_a_job_that_fails_adds_nothing_and_harms_no_neighbour(database: Database) -> None:
    add_learners(database, "ada", "bob")

    def fails(connection: Connection) -> None:
        record_attempt(connection, attempt(learner_id="bob"))
        raise ValueError("a fault")

    async def both() -> list[Any]:
        async with held_up(database):
            jobs = (lambda connection: record_attempt(connection, attempt()), fails)
            tasks = [asyncio.create_task(database.write(job)) for job in jobs]
        return await asyncio.gather(*tasks, return_exceptions=True)

    _, failed = asyncio.run(both())
    assert isinstance(failed, ValueError)
    assert_true_to_the_rows(database)
    with database.read() as connection:
        assert [row.learner_id for row in connection.execute(select(attempts.c.learner_id))] == ["ada"]


def test_the_check_notices_what_is_wrong_and_rebuilding_mends_it(database: Database) -> None:
    add_learners(database, "ada", "bob")
    database.write_now(lambda connection: record_attempt(connection, attempt(mistakes=(("dz", "relu"),))))

    def harm(connection: Connection) -> None:
        for table in COUNTERS:
            column = next(column for column in table.columns if column.info.get("rule") == "add")
            connection.execute(table.update().values({column.name: column + 1}))

    assert_true_to_the_rows(database)
    database.write_now(harm)
    with database.read() as connection:
        found = counters.check(connection)
    assert found == counters.check_all(database, lambda *_: None)
    assert {one.counter for one in found} == {table.name for table in COUNTERS}
    assert all("ada" in str(one) for one in found)
    counters.rebuild_all(database, lambda *_: None)
    assert_true_to_the_rows(database)
    database.write_now(lambda connection: connection.execute(mistakes.delete()))
    with database.read() as connection:
        assert {(one.counter, one.counted) for one in counters.check(connection)} == {
            (name, None) for name in ("mistake_counts", "item_mistake_counts", "mistake_weeks")
        }


def test_the_command_says_what_is_wrong_and_mends_it(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZ_DATABASE_URL", database_url)

    def run(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["counters", *options])
        return done.exit_code, done.output.strip()

    add_learners(database, "ada")
    database.write_now(lambda connection: record_attempt(connection, attempt()))
    assert run() == (0, "Every counter is what the attempts say.")
    database.write_now(lambda connection: connection.execute(day_counts.update().values(attempts=7)))
    code, words = run("--check")
    assert code == 1 and "day_counts" in words and "1 counters differ" in words
    assert {(one.subject, one.state) for one in examine(database_url)} >= {("counters", "wrong")}
    assert run("--rebuild")[0] == run()[0] == 0
    assert_true_to_the_rows(database)


def test_a_database_from_before_the_counters_has_its_attempts_counted(database_url: str) -> None:
    def filled() -> Database:
        database = Database(database_url)
        database.start()
        return database

    database, fate = filled(), Fate(2)
    add_learners(database, *fate.people)
    database.write_now(lambda connection: [record_attempt(connection, fate.new()) for _ in range(80)])
    database.close()
    for before in ("0009", "0005"):
        downgrade(database_url, before)
        upgrade(database_url)
        database = filled()
        assert_true_to_the_rows(database)
        database.close()
