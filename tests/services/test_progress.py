"""A learner's progress from stored attempts, by a fixed clock: mastery, what is next, mistakes, and the cost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from app.analytics.mastery import mastery
from app.analytics.tries import MEMORY
from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.persistence.database import Database
from app.persistence.recording import record_attempt
from app.services.progress import SkillProgress, practice_record, progress_of
from tests.analytics.people import tried
from tests.databases import database, database_url
from tests.persistence.samples import NOW, add_learners, attempt

__all__ = ["database", "database_url"]

DAY = timedelta(days=1)
_numbers = iter(range(10**9))


def answer(
    database: Database, *, skill: str = "chain", right: bool = False, days: float = 0, learner: str = "ada", **more: object
) -> None:
    """One first try, so many days ago."""
    new = attempt(
        learner_id=learner,
        question_id=f"{skill}-{next(_numbers)}",
        skill=skill,
        correct=right,
        score=1.0 if right else 0.0,
        submitted_at=NOW - days * DAY,
        **more,
    )
    database.write_now(lambda connection: record_attempt(connection, new))


@pytest.fixture
def ada(database: Database) -> Database:
    add_learners(database, "ada", "ben")
    return database


def of(database: Database, skill: str, learner: str = "ada") -> SkillProgress:
    (one,) = [one for one in progress_of(database, learner, NOW).skills if one.skill == skill]
    return one


def test_mastery_is_that_of_the_stored_first_tries(ada: Database) -> None:
    answer(ada, right=True, level=2, days=3)
    answer(ada, right=False, level=1, format="choice", days=2)
    answer(ada, right=True, level=3, days=1)
    answer(ada, right=True, learner="ben")
    chain = of(ada, "chain")
    assert chain.mastery == mastery([tried(True, 2), tried(False, 1, chosen=True), tried(True, 3)])
    assert (chain.attempts, chain.first_tries, chain.last_try) == (3, 3, NOW - DAY)
    answer(ada, skill="comprehension", right=False)
    assert of(ada, "comprehension").mastery == mastery([tried(False, parts=len(SKILLS["comprehension"].parts))])
    assert [one.skill for one in progress_of(ada, "ada", NOW).skills] == list(SKILLS)


def test_a_return_is_suggested_on_its_day_and_settled_by_one_answer(ada: Database) -> None:
    for k in range(4):
        answer(ada, skill="activation", right=True, days=9 - k / 100)
    activation = of(ada, "activation")
    assert activation.mastered and activation.due is not None
    assert progress_of(ada, "ada", activation.due - timedelta(seconds=1)).next.skill == "derivative"
    found = progress_of(ada, "ada", NOW).next
    assert (found.skill, found.reason) == (
        "activation",
        "You mastered this, and last practised it 8 days ago. A short return keeps it.",
    )
    answer(ada, skill="activation", right=True)
    assert progress_of(ada, "ada", NOW).next.skill == "derivative"


def test_a_mistake_made_in_several_first_tries_is_what_comes_next(ada: Database) -> None:
    for k in range(3):
        answer(ada, skill="activation", right=True, days=1 + k)
    assert progress_of(ada, "ada", NOW).next.skill == "activation"
    for k in range(3):
        answer(ada, days=0.5 - k / 10, mistakes=(("dz", "h-for-derivative"),))
    answer(ada, skill="delta", days=0.1)
    found = progress_of(ada, "ada", NOW).next
    assert (found.skill, found.level, found.drill) == ("chain", 1, "h-for-derivative")
    assert practice_record(ada, "ada", NOW).progress.next == found


def test_mistakes_commonest_first_and_past_ones_last(ada: Database) -> None:
    for days, code in ((9, "h-for-derivative"), (7, "one-minus-h"), (6, "one-minus-h"), (5, "one-minus-h")):
        answer(ada, days=days, mistakes=(("dz", code),))
    answer(ada, days=4, mistakes=(("dz", "one-sign-flipped"), ("h", "no-longer-known")))
    answer(ada, learner="ben", mistakes=(("dz", "derivative-twice"),))
    for _ in range(2):
        answer(ada, right=True, days=1)
    record = practice_record(ada, "ada", NOW)
    assert [(one.code, one.times, one.right_since) for one in record.mistakes] == [
        ("one-minus-h", 3, 2),
        ("one-sign-flipped", 1, 2),  # of those as common, the latest first
        ("h-for-derivative", 1, 2),
    ]
    assert [one.drillable for one in record.mistakes] == [True, False, True]
    assert record.mistakes[0].last == NOW - 5 * DAY and record.counted == 6
    assert record.mistakes[0].feedback == MISCONCEPTIONS["one-minus-h"].feedback
    # Right where it could not have shown says nothing about it.
    answer(ada, skill="activation", right=True)
    assert practice_record(ada, "ada", NOW).mistakes[0].right_since == 2
    answer(ada, right=True)
    found = practice_record(ada, "ada", NOW).mistakes
    assert all(one.is_past for one in found) and found[0].code == "one-minus-h"
    # Made again, it is open again, and so comes before those that are past.
    answer(ada, mistakes=(("dz", "h-for-derivative"),))
    first = practice_record(ada, "ada", NOW).mistakes[0]
    assert (first.code, first.is_past) == ("h-for-derivative", False)


def test_four_weeks_of_days(ada: Database) -> None:
    for days in (0, 0, 27, 28):
        answer(ada, right=days == 0, days=days)
    record = practice_record(ada, "ada", NOW)
    assert [(one.day, one.attempts, one.right_at_first) for one in record.days if one.attempts] == [
        ((NOW - 27 * DAY).date(), 1, 0),
        (NOW.date(), 2, 2),
    ]
    assert len(record.days) == 28 and record.days[-1].day == NOW.date() and record.attempts == 4


def test_a_stranger_has_an_empty_record(database: Database) -> None:
    record = practice_record(database, "", NOW)
    assert record.attempts == 0 and record.mistakes == [] and record.progress.next.skill is not None
    assert all(one.last_try is None and one.due is None for one in record.progress.skills)


@pytest.fixture
def fetched() -> Iterator[list[str]]:
    """Every SELECT from here on."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_a_long_history_costs_no_more_selects_and_is_looked_back_on_so_far(ada: Database, fetched: list[str]) -> None:
    def cost() -> tuple[int, int]:
        fetched.clear()
        progress_of(ada, "ada", NOW)
        for_progress = len(fetched)
        practice_record(ada, "ada", NOW)
        return for_progress, len(fetched) - for_progress

    def long_history(connection: Connection) -> None:
        for k in range(3 * MEMORY):
            when = NOW - (400 - k) * DAY
            new = attempt(question_id=f"chain-{k}", submitted_at=when, correct=k >= 2 * MEMORY, mistakes=(("dz", "one-minus-h"),))
            record_attempt(connection, new)

    assert cost() == (3, 4)
    ada.write_now(long_history)
    assert cost() == (3, 4)
    # The right ones are all that is looked back on; the wrong ones before them are counted, and no more.
    chain = of(ada, "chain")
    assert (chain.attempts, chain.first_tries) == (3 * MEMORY, 3 * MEMORY)
    assert chain.mastery == mastery([tried(True)] * MEMORY)
    assert practice_record(ada, "ada", NOW).counted == 50
