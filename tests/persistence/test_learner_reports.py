"""What is read of one learner, against a plain recount in Python; and that a long history is not walked through for it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.persistence import learner_reports
from app.persistence.database import Database
from app.persistence.recording import record_attempt
from tests.persistence.samples import NOW, add_learners, attempt
from tests.persistence.test_reports import SKILLS, Record, close, fill, mean, read

LEARNERS = ("l0", "l5", "l11", "nobody")


@pytest.fixture
def records(database: Database) -> list[Record]:
    return fill(database, seed=1, learners=12, attempts=300)


def of(learner: str, records: list[Record]) -> list[Record]:
    return [record for record in records if record[0].learner_id == learner]


def test_totals(database: Database, records: list[Record]) -> None:
    for learner in LEARNERS:
        theirs = [row for row, _ in of(learner, records)]
        totals = read(database, learner_reports.learner_totals, learner)
        assert set(totals) == {row.skill for row in theirs}
        for skill, total in totals.items():
            in_skill = [row for row in theirs if row.skill == skill]
            firsts = [row.score for row in in_skill if row.first_try]
            assert (total.attempts, total.first_tries) == (len(in_skill), len(firsts))
            assert close(total.first_try_score, mean(firsts))


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_latest_first_tries(database: Database, records: list[Record], most: int) -> None:
    for learner in LEARNERS:
        firsts = [row for row, _ in of(learner, records) if row.first_try]
        expected: dict[str, list[tuple[Any, ...]]] = {}
        for row in sorted(firsts, key=lambda row: row.submitted_at):
            expected.setdefault(row.skill, []).append((row.skill, row.level, row.format, row.correct, row.submitted_at))
        found = read(database, learner_reports.latest_first_tries, learner, [*SKILLS, "never-tried"], most)
        told = {
            skill: [(one.skill, one.level, one.format, one.correct, one.submitted_at) for one in tries]
            for skill, tries in found.items()
        }
        assert told == {skill: tries[-most:] for skill, tries in expected.items()}


def test_latest_mistakes(database: Database, records: list[Record]) -> None:
    for learner in LEARNERS:
        made = [(row.submitted_at, code) for row, mistakes in of(learner, records) for _symbol, code in mistakes]
        for most in (4, 1000):
            found = [(one.submitted_at, one.code) for one in read(database, learner_reports.latest_mistakes, learner, most)]
            assert [when for when, _ in found] == sorted((when for when, _ in made), reverse=True)[:most]
            assert Counter(found) <= Counter(made)


def test_days(database: Database, records: list[Record]) -> None:
    first, last = NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=9)
    for learner in LEARNERS:
        theirs = [row for row, _ in of(learner, records)]
        days = read(database, learner_reports.learner_days, learner, first, last)
        assert [one.day for one in days] == [first + timedelta(days=k) for k in range(11)]
        for one in days:
            then = [row for row in theirs if row.submitted_at.date() == one.day]
            assert one.attempts == len(then)
            assert one.right_at_first == sum(row.first_try and row.correct for row in then)
        assert sum(one.attempts for one in days) == sum(first <= row.submitted_at.date() <= last for row in theirs)


def test_a_day_is_a_day_in_utc(database: Database) -> None:
    add_learners(database, "ada")
    late = datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)
    for k, moment in enumerate((late, late + timedelta(microseconds=1))):
        new = attempt(question_id=f"q{k}", submitted_at=moment.astimezone(tz=None))
        database.write_now(lambda connection, new=new: record_attempt(connection, new))
    found = read(database, learner_reports.learner_days, "ada", date(2026, 3, 1), date(2026, 3, 2))
    assert [one.attempts for one in found] == [1, 1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_no_long_row_is_touched_and_the_newest_are_found_by_their_index(database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database._backend.read_engine, "before_cursor_execute", note)
    read(database, learner_reports.learner_totals, "l0")
    read(database, learner_reports.latest_first_tries, "l0", SKILLS, 5)
    read(database, learner_reports.latest_mistakes, "l0", 5)
    read(database, learner_reports.mistake_totals, "l0")
    read(database, learner_reports.learner_days, "l0", NOW.date(), NOW.date())
    event.remove(database._backend.read_engine, "before_cursor_execute", note)
    with database.read() as connection:
        for statement, parameters in [one for one in asked if one[0].startswith("SELECT")]:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            tables = [detail for detail in plan if any(name in detail for name in ("attempts", "mistakes", "_counts"))]
            found = ("USING COVERING INDEX", "_counts USING PRIMARY KEY")
            assert tables and all(any(one in detail for one in found) for detail in tables), plan
            if "LIMIT" in statement:
                assert not any("TEMP B-TREE" in detail for detail in plan), plan


def test_mistakes_in_all_and_by_week(database: Database, records: list[Record]) -> None:
    since = NOW.date() + timedelta(days=5)
    for learner in LEARNERS:
        made = [((row.skill, code), row.submitted_at) for row, mistakes in of(learner, records) for _symbol, code in mistakes]
        totals = {(one.skill, one.code): one for one in read(database, learner_reports.mistake_totals, learner)}
        assert {key: one.times for key, one in totals.items()} == Counter(key for key, _ in made)
        for key, one in totals.items():
            moments = [at for of_key, at in made if of_key == key]
            assert (one.first_at, one.last_at) == (min(moments), max(moments))
        counted = Counter((key, at.date() - timedelta(days=at.weekday())) for key, at in made)
        monday = since - timedelta(days=since.weekday())
        for wanted in ([], sorted(totals)[::2], [*sorted(totals), ("never", "made")]):
            by_week = read(database, learner_reports.mistakes_by_week, learner, since, wanted)
            told = {(key, week): times for key, weeks in by_week.items() for week, times in weeks}
            assert told == {(key, week): times for (key, week), times in counted.items() if week >= monday and key in wanted}
