"""The class at a glance, from stored attempts and by a fixed clock: what the figures on the dashboard count."""

from datetime import timedelta

import pytest

from app.persistence.database import Database
from app.persistence.recording import record_attempt
from app.security.principals import Principal
from app.services.reach import OPEN_COURSE
from app.services.reporting import ClassReport, class_report
from tests.databases import database, database_url
from tests.persistence.samples import NOW, add_account, add_learners, attempt

__all__ = ["database", "database_url"]

GRACE = Principal("grace", "administrator", "Grace", "session")
HOUR = timedelta(hours=1)
_numbers = iter(range(10**9))


def answer(database: Database, learner: str, skill: str, score: float, code: str | None, ago: timedelta) -> None:
    new = attempt(
        learner_id=learner,
        question_id=f"{skill}-{next(_numbers)}",
        skill=skill,
        score=score,
        correct=score == 1.0,
        submitted_at=NOW - ago,
        mistakes=(("dz", code),) if code else (),
    )
    database.write_now(lambda connection: record_attempt(connection, new))


@pytest.fixture
def report(database: Database) -> ClassReport:
    add_learners(database, "ada", "ben", "cleo", "dan")
    database.write_now(lambda connection: add_account(connection, "grace", "administrator"))
    answer(database, "ada", "chain", 1.0, None, 3 * HOUR)
    answer(database, "ada", "chain", 0.5, "h-for-derivative", HOUR / 2)
    answer(database, "ada", "delta", 0.0, "sign-flipped", HOUR / 3)
    answer(database, "ben", "derivative", 0.0, "h-for-derivative", 2 * HOUR)
    answer(database, "cleo", "delta", 0.5, "dot-product", HOUR / 4)
    return class_report(database, GRACE, NOW, OPEN_COURSE)


def test_the_figures_are_of_all_learners_and_all_first_tries(report: ClassReport) -> None:
    assert (len(report.learners), report.begun, report.attempts) == (4, 3, 5)
    # Of all first tries, not of the learners' means: who tried more counts for more.
    assert report.first_try_score == pytest.approx((1.0 + 0.5 + 0.0 + 0.0 + 0.5) / 5)


def test_seen_lately_counts_learners_within_the_hour(report: ClassReport) -> None:
    assert report.seen_lately == 2


def test_mistakes_are_added_up_over_the_skills_commonest_first(report: ClassReport) -> None:
    counted = [(one.code, one.count) for one in report.mistakes]
    assert counted == [("h-for-derivative", 2), ("dot-product", 1), ("sign-flipped", 1)]
    assert report.mistakes[0].title == "h in place of σ′(z)"


def test_a_class_without_answers_has_no_score(database: Database) -> None:
    add_learners(database, "ada")
    database.write_now(lambda connection: add_account(connection, "grace", "administrator"))
    report = class_report(database, GRACE, NOW, OPEN_COURSE)
    assert (report.first_try_score, report.seen_lately, report.mistakes, report.begun) == (None, 0, [], 0)
