"""Learners by week against a plain recount, where a course's week begins apart from the counters', and is an hour longer."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.persistence import mistake_reports
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY
from app.persistence.recording import record_attempt
from tests.persistence.samples import add_learners, attempt
from tests.persistence.test_reports import read

MONDAYS = [date(2026, 3, 16) + timedelta(days=7 * k) for k in range(4)]  # clocks change in Europe within them


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Pacific/Auckland", "America/New_York", "Asia/Kathmandu"])
def test_learners_are_counted_by_the_weeks_asked_for(database: Database, zone: str) -> None:
    *starts, end = [datetime.combine(monday, time(), ZoneInfo(zone)).astimezone(UTC) for monday in MONDAYS]
    draw = Random(zone)
    people = [f"l{k}" for k in range(5)]
    add_learners(database, *people)
    near = [edge + timedelta(microseconds=step) for edge in (*starts, end) for step in (-1, 0, 1)]
    near += [datetime.combine(monday, time(), UTC) + timedelta(microseconds=step) for monday in MONDAYS for step in (-1, 0, 1)]
    rows = []
    for k in range(60):
        at = draw.choice(near) if k % 2 else starts[0] + (end - starts[0]) * draw.uniform(-0.2, 1.2)
        code = draw.choice(["relu", "tanh"])
        row = attempt(learner_id=draw.choice(people), question_id=f"q{k}", submitted_at=at, mistakes=(("dz", code),))
        rows.append(row)
        database.write_now(lambda connection, row=row: record_attempt(connection, row))
    made, answered = read(database, mistake_reports.weekly_mistakes, EVERYBODY, starts, end)
    by_code, by_week = defaultdict(set), defaultdict(set)
    for row in rows:
        for week, (start, its_end) in enumerate(zip(starts, [*starts[1:], end], strict=True)):
            if start <= row.submitted_at < its_end:
                by_code[row.mistakes[0][1], week].add(row.learner_id)
                by_week["chain", week].add(row.learner_id)
    assert {(one.code, one.week): one.learners for one in made} == {key: len(who) for key, who in by_code.items()}
    assert answered == {key: len(who) for key, who in by_week.items()}
