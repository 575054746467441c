"""The demo class: believable, graded as real answers are, and the same for the same seed, on both databases."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.question_id import lesson_id, parse_question_id
from app.engine.questions import build
from app.engine.skills import SKILLS
from app.grading.answers import read_answer
from app.grading.grade import grade
from app.persistence import attempts, reports
from app.persistence.attempts import AttemptRow
from app.persistence.database import Database
from app.persistence.migrate import upgrade
from app.persistence.reach import EVERYBODY
from app.services.demo import fill, learners
from tests.databases import database, database_url
from tests.persistence.samples import look

__all__ = ["database", "database_url"]

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
LEARNERS = 24


def made(database: Database, members: int = LEARNERS, each: int = 30, seed: int = 1) -> tuple[int, int]:
    """Fills the database; the attempts stored, and how often progress was told."""
    steps = 0

    def advance() -> None:
        nonlocal steps
        steps += 1

    return fill(database, members, each, seed, NOW, advance), steps


def all_rows(database: Database) -> list[AttemptRow]:
    with database.read() as connection:
        return attempts.list_attempts(connection, reach=EVERYBODY, after_id=0, limit=100_000)


def by_learner(rows: list[AttemptRow]) -> dict[str, list[AttemptRow]]:
    sorted_out: dict[str, list[AttemptRow]] = {}
    for row in rows:
        sorted_out.setdefault(row.learner_id, []).append(row)
    return sorted_out


def test_a_believable_class(database: Database, database_url: str) -> None:
    stored, steps = made(database)
    rows = all_rows(database)
    assert (stored, steps) == (len(rows), LEARNERS)
    assert LEARNERS * 30 * 0.6 < stored < LEARNERS * 30 * 1.3

    # Who they are: learners with names of their own, of whom some never began.
    with database.read() as connection:
        scores = reports.learner_scores(connection, EVERYBODY)
        bins = reports.score_distribution(scores)
    assert len({score.name for score in scores}) == len(scores) == LEARNERS
    assert sum(score.attempts == 0 for score in scores) == 2
    assert sum(count > 0 for count in bins) >= 3  # not all alike
    assert look(database_url, "SELECT count(*) FROM credentials") == [(0,)]

    # When: in the order of time, before now, for some weeks, and nobody at two questions at once.
    moments = [row.submitted_at for row in rows]
    assert moments == sorted(moments)
    assert timedelta(weeks=3) < moments[-1] - moments[0] < timedelta(weeks=7) and moments[-1] < NOW
    for theirs in by_learner(rows).values():
        assert min(late.submitted_at - early.submitted_at for early, late in pairwise(theirs)) >= timedelta(seconds=39)

    # What: the skills, in the order in which one builds on another; the lesson's own exercise among them.
    for theirs in by_learner(rows).values():
        begun = list(dict.fromkeys(row.skill for row in theirs))
        assert begun == list(SKILLS)[: len(begun)]
    # A class this small need not come as far as the last one.
    assert {row.skill for row in rows} >= set(list(SKILLS)[:-1]) and {row.level for row in rows} == {1, 2, 3}
    assert {row.format for row in rows} == {"numeric", "choice"}
    assert str(lesson_id("comprehension")) in {row.question_id for row in rows}

    # How: of everything that a grader can say, something.
    parts = [part for row in rows for part in row.parts]
    assert {part["verdict"] for part in parts} == {"correct", "followed-through", "partial", "incorrect", "unanswered"}
    assert {part["rounding"] for part in parts} == {"exact", "intermediate", "last-digit", None}
    named = Counter(part["misconception"]["code"] for part in parts if part["misconception"])
    assert len(named) > 8 and sum(named.values()) > 0.1 * stored
    assert any(not row.first_try for row in rows)
    assert any(row.solution_shown for row in rows)

    # Scores rise.
    early, late = [], []
    for theirs in by_learner(rows).values():
        firsts = [row.score for row in theirs if row.first_try]
        early += firsts[: len(firsts) // 2]
        late += firsts[len(firsts) // 2 :]
    assert mean(late) > mean(early) + 0.03


def test_graded_as_real_answers_are(database: Database) -> None:
    made(database, 6, 20)
    for row in all_rows(database):
        question = build(parse_question_id(row.question_id))
        graded = grade(question, read_answer(question, row.answer_sent))
        assert (row.score, row.correct) == (graded.score, graded.correct)
        assert [part["verdict"] for part in row.parts] == [part.verdict for part in graded.parts]
        assert row.prompt == question.prompt


def retold(database: Database) -> list[Any]:
    """Everything that the class did, with names for the ids, which are random."""
    with database.read() as connection:
        names = {score.learner_id: score.name for score in reports.learner_scores(connection, EVERYBODY)}
    return [
        (names[row.learner_id], row.question_id, row.submitted_at, row.answer_sent, row.score, row.first_try, row.solution_shown)
        for row in all_rows(database)
    ]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Database]:
    """A second database, always SQLite."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(url)
    database = Database(url)
    database.start()
    yield database
    database.close()


def test_the_seed_decides(database: Database, other: Database) -> None:
    for one in (database, other):
        made(one, 5, 12, seed=7)
    assert retold(database) == retold(other)
    first = len(retold(other))
    made(other, 5, 12, seed=8)
    assert [row[1] for row in retold(other)[first:]] != [row[1] for row in retold(database)]


@pytest.mark.parametrize("members", [1, 200])
def test_small_and_large(other: Database, members: int) -> None:
    stored, steps = made(other, members, 1)
    assert steps == members and 0 < stored <= 2 * members
    with other.read() as connection:
        scores = reports.learner_scores(connection, EVERYBODY)
    assert len({score.name for score in scores}) == len(scores) == members


def test_common_mistakes_are_registered_ones() -> None:
    assert set(learners._COMMON) <= set(MISCONCEPTIONS)
