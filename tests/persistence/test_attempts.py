"""Attempts come back as they went in, count once, and say truly whether they were first tries."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.persistence.attempts import (
    AttemptRow,
    IdempotencyConflict,
    NewAttempt,
    find_attempt,
    hint_is_taken,
    latest_attempts,
    list_attempts,
    record_hint_taken,
    record_solution_shown,
    solution_is_open,
    solution_is_shown,
)
from app.persistence.database import Database
from app.persistence.reach import EVERYBODY
from app.persistence.recording import record_attempt
from tests.persistence.samples import ATTEMPT, NOW, add_learners, attempt, look


@pytest.fixture
def classroom(database: Database) -> Database:
    add_learners(database, "ada", "bob")
    return database


def record(database: Database, **changes: Any) -> AttemptRow:
    row, created = database.write_now(lambda connection: record_attempt(connection, attempt(**changes)))
    assert created
    return row


def find(database: Database, attempt_id: int) -> AttemptRow | None:
    with database.read() as connection:
        return find_attempt(connection, attempt_id, EVERYBODY)


def test_an_attempt_comes_back_as_it_went_in(classroom: Database) -> None:
    row = record(classroom)
    assert find(classroom, row.id) == row
    for name, value in ATTEMPT.items():
        assert getattr(row, name) == value, name
    assert row.first_try
    assert not row.solution_shown
    assert row.submitted_at.tzinfo is UTC
    names = {field.name for field in fields(AttemptRow)} - {"id", "first_try", "solution_shown"}
    assert names == {field.name for field in fields(NewAttempt)} - {
        "mistakes",
        "idempotency_key",
        "request_hash",
    }


def test_json_is_kept_to_the_letter(classroom: Database, database_url: str) -> None:
    sent = {"z": [-0.0, 0.1, 1e-300, 1.0, 1, 2**60, None, True, '−0,5 „ü“ \\ " \n'], "a": {}, "bb": []}
    row = record(classroom, answer_sent=sent, options={"dz": [{"id": "a", "value": [0.5]}]})
    found = find(classroom, row.id)
    assert found is not None
    assert json.dumps(found.answer_sent) == json.dumps(sent)  # also -0.0, 1 beside 1.0, and the order of keys
    assert found.options == {"dz": [{"id": "a", "value": [0.5]}]}
    [(kept,)] = look(database_url, "SELECT CAST(answer_sent AS VARCHAR) FROM attempts")
    assert kept == json.dumps(sent, separators=(",", ":"), ensure_ascii=False)
    without = record(classroom, options=None)
    assert without.options is None
    assert look(database_url, "SELECT count(*) FROM attempts WHERE options IS NULL") == [(1,)]


@pytest.mark.parametrize("offset", [timedelta(0), timedelta(hours=5, minutes=45), timedelta(hours=-11)])
def test_times_come_back_equal_and_aware(classroom: Database, offset: timedelta) -> None:
    moment = NOW.astimezone(timezone(offset))
    row = record(classroom, submitted_at=moment)
    found = find(classroom, row.id)
    assert found is not None
    assert found.submitted_at == row.submitted_at == moment
    assert found.submitted_at.utcoffset() == row.submitted_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(classroom: Database) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        record(classroom, submitted_at=datetime(2026, 1, 31))
    with classroom.read() as connection:
        assert list_attempts(connection, reach=EVERYBODY, after_id=0, limit=10) == []


def test_only_the_first_attempt_at_a_question_is_a_first_try(classroom: Database) -> None:
    assert record(classroom).first_try
    assert not record(classroom).first_try
    assert record(classroom, learner_id="bob").first_try
    assert record(classroom, question_id="chain-n1-v1-other").first_try


def test_after_the_solution_was_shown_nothing_is_a_first_try(classroom: Database, database_url: str) -> None:
    earlier = record(classroom)
    shown_at = NOW + timedelta(minutes=1)

    def show(question_id: str, now: datetime) -> None:
        classroom.write_now(lambda connection: record_solution_shown(connection, "ada", question_id, now))

    for now in (shown_at, shown_at + timedelta(days=1)):
        show(earlier.question_id, now)
        show("chain-n1-v1-unseen", now)
    later = record(classroom, question_id="chain-n1-v1-unseen")
    assert not later.first_try
    assert later.solution_shown
    again = find(classroom, earlier.id)
    assert again == replace(earlier, solution_shown=True)
    assert not record(classroom, learner_id="bob").solution_shown
    with classroom.read() as connection:
        assert solution_is_shown(connection, "ada", earlier.question_id)
        assert not solution_is_shown(connection, "bob", earlier.question_id)
    moments = {str(row[0])[:19] for row in look(database_url, "SELECT shown_at FROM solutions_shown")}
    assert moments == {"2026-01-31 12:01:00"}  # the first time counts


def test_after_a_hint_nothing_is_a_first_try_and_no_solution_is_open(classroom: Database, database_url: str) -> None:
    for minutes in (1, 2):
        now = NOW + timedelta(minutes=minutes)
        classroom.write_now(lambda connection, now=now: record_hint_taken(connection, "ada", "chain-n1-v1-hinted", now))
    hinted = record(classroom, question_id="chain-n1-v1-hinted")
    assert not hinted.first_try
    assert not hinted.solution_shown
    assert find(classroom, hinted.id) == hinted
    assert record(classroom, question_id="chain-n1-v1-other").first_try
    assert record(classroom, learner_id="bob", question_id="chain-n1-v1-hinted").first_try
    with classroom.read() as connection:
        assert hint_is_taken(connection, "ada", "chain-n1-v1-hinted")
        assert not hint_is_taken(connection, "ada", "chain-n1-v1-other")
        assert not hint_is_taken(connection, "bob", "chain-n1-v1-hinted")
        assert not solution_is_open(connection, "ada", "chain-n1-v1-hinted")
    [(moment,)] = look(database_url, "SELECT taken_at FROM hints_taken")
    assert str(moment)[:19] == "2026-01-31 12:01:00"  # the first time counts


def test_a_solution_is_open_once_shown_or_answered_rightly_by_the_same_learner(classroom: Database) -> None:
    record(classroom, question_id="wrong")
    record(classroom, question_id="right")
    record(classroom, question_id="right", correct=True, score=1.0)
    classroom.write_now(lambda connection: record_solution_shown(connection, "ada", "shown", NOW))
    with classroom.read() as connection:
        opened = {who: [solution_is_open(connection, who, q) for q in ("wrong", "right", "shown")] for who in ("ada", "bob")}
    assert opened == {"ada": [False, True, True], "bob": [False, False, False]}


def test_the_database_itself_forbids_a_second_first_try(classroom: Database) -> None:
    first = record(classroom)
    second = record(classroom)

    def cheat(attempt_id: int) -> None:
        classroom.write_now(
            lambda connection: connection.execute(
                text("UPDATE attempts SET first_try = (1 = 1) WHERE id = :id"), {"id": attempt_id}
            ).close()
        )

    cheat(first.id)
    with pytest.raises(IntegrityError):
        cheat(second.id)


def test_a_repeated_key_gives_the_first_attempt(classroom: Database, database_url: str) -> None:
    first = record(classroom, idempotency_key="k1", request_hash="h1", mistakes=(("dz", "sign-dropped"),))
    repeat, created = classroom.write_now(
        lambda connection: record_attempt(connection, attempt(idempotency_key="k1", request_hash="h1", score=1.0))
    )
    assert not created
    assert repeat == first
    with pytest.raises(IdempotencyConflict):
        record(classroom, idempotency_key="k1", request_hash="h2")
    assert record(classroom, idempotency_key="k2", request_hash="h2").id != first.id
    other = record(classroom, learner_id="bob", idempotency_key="k1", request_hash="h2")  # keys are one's own
    assert other.learner_id == "bob"
    assert look(database_url, "SELECT count(*) FROM attempts") == [(3,)]
    assert look(database_url, "SELECT count(*) FROM mistakes") == [(1,)]


def test_a_refused_request_does_not_use_the_key_up(classroom: Database) -> None:
    with pytest.raises(IntegrityError):
        record(classroom, learner_id="nobody", idempotency_key="k", request_hash="h")
    with pytest.raises(ValueError):
        record(classroom, key={"z": float("inf")}, idempotency_key="k", request_hash="h")
    record(classroom, idempotency_key="k", request_hash="another")


def test_a_key_needs_the_hash_of_its_request() -> None:
    with pytest.raises(ValueError, match="come together"):
        attempt(idempotency_key="k")


def test_mistakes_are_kept_for_counting(classroom: Database, database_url: str) -> None:
    row = record(classroom, mistakes=(("h", "relu"), ("dz", "sign-dropped")))
    kept = look(database_url, "SELECT attempt_id, symbol, code, learner_id, skill FROM mistakes ORDER BY symbol")
    assert kept == [(row.id, "dz", "sign-dropped", "ada", "chain"), (row.id, "h", "relu", "ada", "chain")]
    assert look(database_url, "SELECT count(*) FROM mistakes WHERE first_try") == [(2,)]


@pytest.mark.parametrize("attempt_id", [0, -1, 10**6, 2**63 - 1, 2**63, 2**200, -(2**200)])
def test_any_number_may_be_asked_for(classroom: Database, attempt_id: int) -> None:
    record(classroom)
    assert find(classroom, attempt_id) is None
    with classroom.read() as connection:
        expected = 1 if attempt_id < 1 else 0
        assert len(list_attempts(connection, reach=EVERYBODY, after_id=attempt_id, limit=10)) == expected
        before = latest_attempts(connection, "ada", 10, before_id=attempt_id)
        assert len(before) == 1 - expected


def test_pages_of_attempts(classroom: Database) -> None:
    rows = []
    for number in range(20):
        learner = "ada" if number % 2 else "bob"
        skill = "chain" if number % 3 else "delta"
        rows.append(record(classroom, learner_id=learner, skill=skill, question_id=f"q{number}"))
    with classroom.read() as connection:
        walked: list[AttemptRow] = []
        while page := list_attempts(connection, reach=EVERYBODY, after_id=walked[-1].id if walked else 0, limit=7):
            walked += page
        assert walked == rows
        for learner in ("ada", "bob", "nobody"):
            theirs = [row for row in rows if row.learner_id == learner]
            assert list_attempts(connection, reach=EVERYBODY, after_id=0, limit=100, learner_id=learner) == theirs
            assert latest_attempts(connection, learner, 100) == theirs[::-1]
            assert latest_attempts(connection, learner, 3) == theirs[::-1][:3]
        adas = [row for row in rows if row.learner_id == "ada"]
        assert latest_attempts(connection, "ada", 2, before_id=adas[-2].id) == adas[::-1][2:4]
        both = list_attempts(connection, reach=EVERYBODY, after_id=rows[3].id, limit=2, learner_id="ada", skill="chain")
        assert both == [row for row in adas if row.skill == "chain" and row.id > rows[3].id][:2]
