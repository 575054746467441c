"""The reports against a plain recount in Python, and how many SELECTs they take."""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from app.persistence import class_reports, item_reports, learner_reports, mistake_reports, reports
from app.persistence.attempts import AttemptRow, record_solution_shown
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY, Reach
from app.persistence.recording import record_attempt
from tests.persistence.samples import NOW, add_account, attempt

SKILLS = ("activation", "derivative", "chain")
CHAIN = tuple(item_reports.Item("chain", level, form) for level in (1, 2, 3) for form in ("numeric", "choice"))
CODES = ("relu", "tanh", "sign-dropped", "sign-flipped")

Record = tuple[AttemptRow, tuple[tuple[str, str], ...]]


def fill(database: Database, seed: int, learners: int, attempts: int) -> list[Record]:
    """A class with gaps in it: some never answer, some repeat, some look first; an instructor tries things too."""
    draw = random.Random(seed)
    people = [f"l{number}" for number in range(learners)]
    active = people[: learners * 3 // 4]

    def job(connection: Connection) -> list[Record]:
        for number, person in enumerate(people):
            add_account(connection, person, name=draw.choice(["ada", "Bob", "Émile", "zoë"]) + str(number % 7))
        add_account(connection, "teacher", "instructor")
        records: list[Record] = []
        for number in range(attempts):
            skill = draw.choice(SKILLS)
            learner = draw.choice([*active, "teacher"])
            question = f"{skill}-{draw.randrange(attempts // learners)}"
            if draw.random() < 0.05:
                record_solution_shown(connection, learner, question, NOW)
            score = draw.choice([0.0, 0.25, 1 / 3, 0.5, 0.9, 1.0])
            mistakes = tuple((symbol, draw.choice(CODES)) for symbol in ("h", "dz") if draw.random() < 0.4)
            new = attempt(
                learner_id=learner,
                question_id=question,
                skill=skill,
                level=draw.randint(1, 3),
                format=draw.choice(["numeric", "choice"]),
                score=score,
                correct=score == 1,
                submitted_at=NOW + timedelta(seconds=draw.randrange(10**6), microseconds=number),
                mistakes=mistakes,
            )
            records.append((record_attempt(connection, new)[0], mistakes))
        return records

    return database.write_now(job)


def mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


def read(database: Database, report: Callable[..., Any], *values: Any) -> Any:
    with database.read() as connection:
        return report(connection, *values)


@pytest.fixture(params=[1, 2])
def records(request: pytest.FixtureRequest, database: Database) -> list[Record]:
    return fill(database, seed=request.param, learners=12, attempts=300)


def of_learners(records: list[Record]) -> list[Record]:
    return [record for record in records if record[0].learner_id != "teacher"]


def test_learner_scores(database: Database, records: list[Record]) -> None:
    scores = read(database, reports.learner_scores, EVERYBODY)
    assert len(scores) == 12
    assert [(score.name.casefold(), score.learner_id) for score in scores] == sorted(
        (score.name.casefold(), score.learner_id) for score in scores
    )
    for score in scores:
        theirs = [row for row, _ in records if row.learner_id == score.learner_id]
        firsts = [row for row in theirs if row.first_try]
        assert score.attempts == len(theirs)
        assert score.first_tries == len(firsts)
        assert close(score.first_try_score, mean([row.score for row in firsts]))
        assert score.last_seen == max((row.submitted_at for row in theirs), default=None)
        assert list(score.by_skill) == sorted({row.skill for row in theirs})
        for skill, part in score.by_skill.items():
            in_skill = [row for row in theirs if row.skill == skill]
            first_scores = [row.score for row in in_skill if row.first_try]
            assert part.attempts == len(in_skill)
            assert part.first_tries == len(first_scores)
            assert close(part.first_try_score, mean(first_scores))
            assert part.right_at_first == sum(row.correct for row in in_skill if row.first_try)
    assert any(score.attempts == 0 for score in scores)


def test_skill_summary(database: Database, records: list[Record]) -> None:
    summaries = reports.skill_summary(read(database, reports.learner_scores, EVERYBODY))
    assert [summary.skill for summary in summaries] == sorted(SKILLS)
    for summary in summaries:
        in_skill = [record for record in of_learners(records) if record[0].skill == summary.skill]
        firsts = [row for row, _ in in_skill if row.first_try]
        assert summary.attempts == len(in_skill)
        assert summary.first_tries == len(firsts)
        assert summary.right_at_first == sum(row.correct for row in firsts)


def test_mistakes_made(database: Database, records: list[Record]) -> None:
    counted = Counter(code for _, mistakes in of_learners(records) for _symbol, code in mistakes)
    assert read(database, reports.mistakes_made, EVERYBODY) == counted
    theirs = Counter(code for row, mistakes in records if row.learner_id == "l0" for _symbol, code in mistakes)
    assert read(database, reports.mistakes_made, Reach("l0", "own")) == theirs


@pytest.mark.parametrize(("most", "each"), [(2, 3), (5, 1000), (1000, 1000)])
def test_tried_questions(database: Database, records: list[Record], most: int, each: int) -> None:
    rows = [row for row, _ in of_learners(records)]
    chosen = []
    for learner in {row.learner_id for row in rows}:
        firsts = [row for row in rows if (row.learner_id, row.skill) == (learner, "chain") and row.first_try]
        chosen += sorted(firsts, key=lambda row: row.submitted_at)[-each:]
    by_item: dict[tuple[str, int, str], list[AttemptRow]] = defaultdict(list)
    for first in sorted(chosen, key=lambda row: row.id):
        by_item["chain", first.level, first.format].append(first)

    def told(first: AttemptRow) -> tuple[Any, ...]:
        theirs = [row for row in rows if row.learner_id == first.learner_id]
        before = max((row for row in theirs if row.id < first.id), key=lambda row: row.id, default=None)
        took = None if before is None else (first.submitted_at - before.submitted_at).total_seconds()
        scores = [row.score for row in theirs if row.question_id == first.question_id and row.id >= first.id]
        return first.given, first.correct, took if took and took > 0 else None, scores

    found = read(database, item_reports.tried_questions, EVERYBODY, CHAIN, most, each)
    shown = {item: [(one.given, one.correct_at_first, one.seconds, one.scores) for one in tried] for item, tried in found.items()}
    assert shown == {item: [told(first) for first in firsts[-most:]] for item, firsts in by_item.items()}
    assert any(len(scores) > 1 for tried in shown.values() for *_, scores in tried)


def test_item_mistakes(database: Database, records: list[Record]) -> None:
    counted: Counter[tuple[Any, ...]] = Counter()
    for row, mistakes in of_learners(records):
        if row.skill == "chain" and row.first_try:
            counted.update((("chain", row.level, row.format), code) for code in {code for _symbol, code in mistakes})
    for items in (CHAIN, CHAIN[1:3]):
        found = {(item, code): times for item, code, times in read(database, item_reports.item_mistakes, EVERYBODY, items)}
        assert found == {(item, code): times for (item, code), times in counted.items() if item in items}


def test_score_distribution(database: Database, records: list[Record]) -> None:
    firsts: dict[str, list[float]] = defaultdict(list)
    for row, _ in of_learners(records):
        if row.first_try:
            firsts[row.learner_id].append(row.score)
    expected = [0] * 10
    for scores in firsts.values():
        expected[min(int(math.fsum(scores) / len(scores) * 10), 9)] += 1
    assert reports.score_distribution(read(database, reports.learner_scores, EVERYBODY)) == expected
    assert sum(expected) == 9


def test_an_empty_database_has_empty_reports(database: Database) -> None:
    assert read(database, reports.learner_scores, EVERYBODY) == []
    assert read(database, reports.mistakes_made, EVERYBODY) == {}
    assert reports.skill_summary([]) == []
    assert reports.score_distribution([]) == [0] * 10


def test_a_score_at_the_edge_of_a_bin_belongs_to_the_upper_one() -> None:
    for edge in range(10):
        hairs = [edge / 10, math.nextafter(edge / 10, -1), sum([0.1] * edge)]
        for score in hairs:
            assert reports.bin_scores([max(score, 0.0)])[edge] == 1, (edge, score)
    assert reports.bin_scores([1.0, 0.999]) == [0] * 9 + [2]
    assert reports.bin_scores([0.0999])[0] == 1


TEACHER = Reach("teacher", "their courses and the open one")
REPORTS: list[tuple[Callable[..., Any], tuple[Any, ...], int]] = [
    (reports.learner_scores, (TEACHER,), 1),
    (reports.mistakes_made, (TEACHER,), 1),
    (learner_reports.learner_totals, ("l0",), 1),
    (learner_reports.latest_first_tries, ("l0", SKILLS, 5), 1),
    (learner_reports.latest_mistakes, ("l0", 5), 1),
    (learner_reports.learner_days, ("l0", NOW.date() - timedelta(days=9), NOW.date()), 1),
]


def test_a_report_takes_as_many_selects_for_a_large_class_as_for_none(database: Database) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    def counts() -> list[int]:
        numbers = []
        for report, values, _ in REPORTS:
            statements.clear()
            read(database, report, *values)
            numbers.append(len(statements))
        return numbers

    event.listen(database._backend.read_engine, "before_cursor_execute", count)
    expected = [number for _, _, number in REPORTS]
    assert counts() == expected
    fill(database, seed=3, learners=40, attempts=800)
    assert counts() == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_report_on_a_class_walks_through_its_attempts(database: Database) -> None:
    """Counters alone, or the ends of an index: on a class with a history, by SQLite's own plans."""
    fill(database, seed=4, learners=12, attempts=200)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database._backend.read_engine, "before_cursor_execute", note)
    for reach in (EVERYBODY, TEACHER, Reach("teacher", "everybody", "open")):
        seen = len(asked)
        read(database, reports.learner_scores, reach)
        read(database, reports.mistakes_made, reach)
        read(database, class_reports.class_days, reach, NOW.date(), NOW.date() + timedelta(days=9))
        read(database, item_reports.item_scores, reach)
        read(database, item_reports.item_mistakes, reach, CHAIN)
        read(database, mistake_reports.weekly_mistakes, reach, [NOW, NOW + timedelta(days=7)], NOW + timedelta(days=14))
        assert not [one for one, _ in asked[seen:] if " attempts " in one or " mistakes " in one]
        read(database, class_reports.stuck_learners, reach, NOW, 3)
        read(database, item_reports.tried_questions, reach, CHAIN, 5, 5)
        read(database, mistake_reports.mistaken_attempts, reach, "chain", "relu", NOW, NOW + timedelta(days=7), 5)
    event.remove(database._backend.read_engine, "before_cursor_execute", note)
    with database.read() as connection:
        for statement, parameters in [one for one in asked if one[0] != "BEGIN"]:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert not [detail for detail in plan if re.match(r"SCAN (attempts|mistakes|first)\b", detail)], plan
