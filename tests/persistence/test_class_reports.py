"""Activity and who is stuck, against a plain recount, on each database."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from app.persistence import class_reports
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY, Reach
from app.persistence.recording import record_attempt
from tests.persistence.samples import NOW, add_learners, attempt
from tests.persistence.test_reports import fill, of_learners, read

FIRST, LAST = NOW.date(), NOW.date() + timedelta(days=12)


@pytest.mark.parametrize("seed", [1, 2])
def test_days_and_the_stuck_are_as_a_recount_has_them(database: Database, seed: int) -> None:
    rows = [row for row, _ in of_learners(fill(database, seed, learners=8, attempts=300))]
    days = read(database, class_reports.class_days, EVERYBODY, FIRST, LAST)
    assert [one.day for one in days] == [FIRST + timedelta(days=k) for k in range(13)]
    for one in days:
        of_day = [row for row in rows if row.submitted_at.date() == one.day]
        assert (one.attempts, one.learners) == (len(of_day), len({row.learner_id for row in of_day}))
    since = NOW + timedelta(days=Random(seed).randrange(8))
    runs: dict[tuple[str, str], int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: row.submitted_at):
        if row.submitted_at >= since:
            runs[row.learner_id, row.skill] = 0 if row.correct else runs[row.learner_id, row.skill] + 1
    stuck = read(database, class_reports.stuck_learners, EVERYBODY, since, 3)
    assert {(one.learner_id, one.skill): one.wrong for one in stuck} == {key: run for key, run in runs.items() if run >= 3}
    assert [one.wrong for one in stuck] == sorted((one.wrong for one in stuck), reverse=True)
    assert stuck
    for one in stuck:
        theirs = [row.submitted_at for row in rows if (row.learner_id, row.skill) == (one.learner_id, one.skill)]
        assert one.last == max(theirs)


def test_only_those_in_reach_are_told_by_one_select_each(database: Database) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    add_learners(database, "ada", "ben")
    for k, name in enumerate(("ada", "ada", "ada", "ben", "ben", "ben")):
        new = attempt(learner_id=name, question_id=f"q{k}", submitted_at=NOW + timedelta(seconds=k))
        database.write_now(lambda connection, new=new: record_attempt(connection, new))
    event.listen(database._backend.read_engine, "before_cursor_execute", count)
    own = Reach("ada", "own")
    assert [one.learner for one in read(database, class_reports.stuck_learners, own, NOW, 3)] == ["Ada"]
    assert read(database, class_reports.stuck_learners, own, NOW, 4) == []
    assert read(database, class_reports.class_days, own, FIRST, FIRST)[0].attempts == 3
    assert len(statements) == 3
