"""Item statistics of a class against a plain recount, within reach, from few SELECTs."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from app.persistence import courses
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.recording import record_attempt
from app.persistence.tables import memberships
from app.security.principals import Principal
from app.services.items import NEWEST, items_report
from app.services.reach import OPEN_COURSE
from app.services.refusals import NotAllowed, NotFound
from tests.databases import database, database_url
from tests.persistence.samples import NOW, add_account, add_learners, attempt

__all__ = ["database", "database_url"]

GRACE = Principal("grace", "instructor", "Grace", "session")
RIVAL = Principal("rival", "instructor", "Rival", "session")
LEARNERS = tuple(f"l{number}" for number in range(30))
GONE = "moved"  # in a course that Grace does not teach


def fill(database: Database, tries: int) -> list[Any]:
    draw = Random(tries)
    add_learners(database, *LEARNERS, GONE)

    def job(connection: Any) -> list[Any]:
        add_account(connection, "grace", "instructor")
        add_account(connection, "rival", "instructor")
        courses.create_course(connection, Course("nets", "Nets", "ABCD1234", False, "UTC", NOW), "rival")
        connection.execute(memberships.insert(), {"course_id": "nets", "learner_id": GONE, "joined_at": NOW})
        rows = []
        for number in range(tries):
            skill, level = draw.choice(["chain", "delta"]), draw.choice([1, 3])
            z = draw.choice([0.5, 3.0])
            right = draw.random() < (0.9 if z < 1 else 0.2)
            new = attempt(
                learner_id=draw.choice([*LEARNERS, GONE]),
                question_id=f"{skill}-{level}-{z}-{draw.randrange(tries)}",
                skill=skill,
                level=level,
                given={"z": [z]},
                score=1.0 if right else 0.25,
                correct=right,
                submitted_at=NOW + timedelta(seconds=number),
                mistakes=() if right else (("dz", "h-for-derivative"), ("h", "h-for-derivative")),
            )
            rows.append(record_attempt(connection, new)[0])
        return rows

    return database.write_now(job)


def test_items_are_told_as_a_recount_has_them(database: Database) -> None:
    rows = [row for row in fill(database, 320) if row.learner_id != GONE]
    report = items_report(database, GRACE, OPEN_COURSE, "chain")
    assert [tuple(one.item) for one in report.items] == [("chain", 1, "numeric"), ("chain", 3, "numeric")]
    for one in report.items:
        firsts = [row for row in rows if row.first_try and (row.skill, row.level) == ("chain", one.item.level)]
        by_learner = defaultdict(list)
        for row in firsts:
            by_learner[row.learner_id].append(row.score)
        assert one.first_tries == len(firsts)
        assert one.statistics.n == len(by_learner)
        assert one.statistics.facility == pytest.approx(np.mean([np.mean(scores) for scores in by_learner.values()]))
        assert one.details is not None
        wrong = sum(not row.correct for row in firsts)
        assert [(mistake.code, mistake.count) for mistake in one.details.mistakes] == [("h-for-derivative", wrong)]
        assert one.details.looked_at == len(firsts) < NEWEST
        assert one.details.by_try[0] == (len(firsts), pytest.approx(np.mean([row.score for row in firsts])))
        gaps = one.details.gaps
        assert [gap.feature for gap in gaps] == ["some |z| above 2.5"]
        assert gaps[0].n_with == sum(row.given["z"] == [3.0] for row in firsts)
        assert gaps[0].facility_with < 0.35 < 0.75 < gaps[0].facility_without


def test_all_skills_are_compared_and_what_the_catalogue_no_longer_has_is_left_out(database: Database) -> None:
    add_learners(database, *LEARNERS)
    database.write_now(lambda connection: add_account(connection, "grace", "instructor"))
    draw, means = Random(5), defaultdict(list)

    def job(connection: Any) -> None:
        for number in range(900):
            item = draw.choice(["chain", "delta", "retired"]), draw.choice([2, 3]), draw.choice(["numeric", "choice"])
            learner, score = draw.choice(LEARNERS), draw.choice([0.0, 0.5, 1.0])
            means[item, learner].append(score)
            new = attempt(learner_id=learner, question_id=f"q{number}", skill=item[0], level=item[1], format=item[2], score=score)
            record_attempt(connection, new)

    database.write_now(job)
    items = items_report(database, GRACE, OPEN_COURSE).items
    told = [("chain", 2), ("chain", 3), ("delta", 2), ("delta", 3)]
    assert sorted(tuple(one.item)[:2] for one in items) == sorted(told * 2)
    for one in items:
        own = {learner: np.mean(scores) for (item, learner), scores in means.items() if item == one.item}
        assert one.first_tries == sum(len(scores) for (item, _), scores in means.items() if item == one.item)
        assert (one.statistics.n, one.statistics.facility) == (len(own), pytest.approx(np.mean(list(own.values()))))
        rest: dict[str, list[Any]] = defaultdict(list)
        for (item, learner), scores in means.items():
            if item != one.item and item[0] != "retired":
                rest[learner].append(np.mean(scores))
        both = sorted(own.keys() & rest.keys())
        related = np.corrcoef([own[name] for name in both], [np.mean(rest[name]) for name in both])[0, 1]
        assert (one.statistics.n_rest, one.statistics.discrimination) == (len(both), pytest.approx(related))


def test_tries_at_the_same_question_follow_one_another(database: Database) -> None:
    add_learners(database, *LEARNERS)
    database.write_now(lambda connection: add_account(connection, "grace", "instructor"))

    def job(connection: Any) -> None:
        for k, learner in enumerate(LEARNERS[:6]):
            for score in (0.0, 1.0) if k < 3 else (0.5,):
                record_attempt(connection, attempt(learner_id=learner, score=score, correct=score == 1))

    database.write_now(job)
    details = items_report(database, GRACE, OPEN_COURSE, "chain").items[0].details
    assert details is not None and details.by_try == ((6, 0.25), (3, 0.75))
    assert details.gaps == ()


def test_small_samples_tell_nothing(database: Database) -> None:
    add_learners(database, *LEARNERS[:4])
    database.write_now(lambda connection: add_account(connection, "grace", "instructor"))
    for learner in LEARNERS[:4]:
        database.write_now(lambda connection, learner=learner: record_attempt(connection, attempt(learner_id=learner)))
    (one,) = items_report(database, GRACE, OPEN_COURSE, "chain").items
    assert one.statistics.facility is one.statistics.discrimination is one.statistics.effective_weight is None
    assert one.statistics.n == 4 and one.details is not None and one.details.by_try == ()


def test_who_sees_whom(database: Database) -> None:
    fill(database, 60)
    theirs = items_report(database, RIVAL, "nets").items
    whole = items_report(database, RIVAL, None).items
    others = items_report(database, RIVAL, OPEN_COURSE).items
    assert sum(one.first_tries for one in theirs) > 0
    assert sum(one.first_tries for one in theirs) + sum(one.first_tries for one in others) == sum(
        one.first_tries for one in whole
    )
    with pytest.raises(NotFound):
        items_report(database, GRACE, "nets")
    with pytest.raises(NotFound):
        items_report(database, GRACE, OPEN_COURSE, "no-skill")
    with pytest.raises(NotAllowed):
        items_report(database, Principal("l0", "learner", "L0", "session"), OPEN_COURSE)


def test_the_number_of_selects_is_fixed(database: Database) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(database._backend.read_engine, "before_cursor_execute", count)
    for _ in range(2):
        statements.clear()
        items_report(database, GRACE, OPEN_COURSE, "chain")
        assert len(statements) == (6 if _ else 4)  # without an answer there is nothing to look at closely
        if _ == 0:
            fill(database, 300)
