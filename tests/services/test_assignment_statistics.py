"""The items of an assignment and the time that answers take, from hand-ins at known moments. On both databases."""

import statistics
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from app.persistence import courses
from app.persistence.recording import record_attempt
from app.services.assignment_statistics import read_statistics
from app.services.assignments import ItemPlan
from app.services.items import items_report
from tests.databases import database, database_url
from tests.persistence.samples import add_account, attempt
from tests.services.classroom import MINUTE, Classroom, right, room, wrong

__all__ = ["database", "database_url", "room"]

SECOND = timedelta(seconds=1)
LEARNERS = [f"learner-{k:02}" for k in range(20)]


def fill(room: Classroom, names: list[str]) -> None:
    """So many learners more in the course."""

    def job(connection: Connection) -> None:
        for name in names:
            add_account(connection, name)
            courses.enrol(connection, room.course.id, name, None, room.now)

    room.database.write_now(job)
    teacher = room.people["teacher"]
    room.people |= {name: type(teacher)(name, "learner", name, "session") for name in names}


def test_points_count_and_times_go_from_answer_to_answer(room: Classroom) -> None:
    fill(room, LEARNERS)
    assignment = room.assign(ItemPlan("chain", points=9), ItemPlan("delta", points=1, tries=2), ItemPlan("update"))
    begun = room.now
    took: list[list[int]] = [[], []]
    scores: list[list[float]] = []
    for k, name in enumerate(LEARNERS):
        room.now = begun + k * timedelta(hours=1) / 3
        served = [one.question for one in room.begin(assignment, name).items]
        first, second = 30 + k, 100 + 7 * k if k else 16 * 60  # the first learner takes a break
        room.now += first * SECOND
        given = (right if k % 2 else wrong)(served[0])
        room.hand_in(assignment, given, name)
        room.now += second * SECOND
        room.hand_in(assignment, (right if k % 3 else wrong)(served[1]), name, k=1)
        scores.append([one.tries[0].score or 0.0 for one in room.look(assignment, name).items[:2]])
        if not k % 3:
            room.now += MINUTE
            room.hand_in(assignment, right(room.look(assignment, name).items[1].question), name, number=2, k=1)
        room.finish(assignment, name)  # the third question is left out
        took[0].append(first)
        took[1] += [second] if k else []
    told = read_statistics(room.database, room.people["teacher"], assignment.id)
    assert (told.begun, told.finished) == (20, 20)
    chain, delta, update = told.items

    for one, seconds in zip((chain, delta), took, strict=True):
        quartiles = statistics.quantiles(seconds, n=4, method="inclusive")  # the same definition, by another hand
        assert one.seconds is not None and one.seconds.n == len(seconds)
        assert [one.seconds.lower, one.seconds.median, one.seconds.upper] == pytest.approx(quartiles)
    assert (chain.pauses, delta.pauses) == (0, 1)
    assert update.seconds is None and update.statistics.facility == 0.0  # unanswered, and over

    columns = [9 * one[0] for one in scores], [one[1] for one in scores], [0.0] * 20
    totals = [sum(row) for row in zip(*columns, strict=True)]
    roots = [max(statistics.covariance(column, totals), 0.0) ** 0.5 for column in columns]
    weights = [one.statistics.effective_weight for one in told.items]
    assert weights == pytest.approx([root / sum(roots) for root in roots])
    assert chain.statistics.facility == pytest.approx(statistics.mean(one[0] for one in scores))
    assert [n for n, _ in delta.by_try] == [20, 7] and delta.by_try[-1][1] == pytest.approx(1.0) and chain.by_try == ()


def test_few_learners_tell_nothing(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain"))
    question = room.begin(assignment).items[0].question
    room.now += MINUTE
    room.hand_in(assignment, right(question))
    (chain,) = read_statistics(room.database, room.people["teacher"], assignment.id).items
    assert chain.statistics.n == 1 and chain.statistics.facility is None and chain.seconds is None and chain.mistakes == ()


def test_what_the_clock_hands_in_has_taken_no_time(room: Classroom) -> None:
    fill(room, LEARNERS[:6])
    assignment = room.assign(ItemPlan("chain"), time_limit=10)
    for name in LEARNERS[:6]:
        room.type(assignment, right(room.begin(assignment, name).items[0].question), name)
    room.pass_time(11 * MINUTE)
    (chain,) = read_statistics(room.database, room.people["teacher"], assignment.id).items
    assert chain.statistics.facility == 1.0 and chain.seconds is None and chain.pauses == 0


def test_in_free_practice_time_goes_from_the_answer_before(room: Classroom) -> None:
    """Not from a learner's very first answer, nor over a pause, nor to an assignment's answers, which come in late."""
    numbers = iter(range(1000))

    def answer(learner: str, skill: str) -> None:
        new = attempt(learner_id=learner, question_id=f"{skill}-{next(numbers)}", skill=skill, submitted_at=room.now)
        room.database.write_now(lambda connection: record_attempt(connection, new))

    fill(room, LEARNERS[:6])
    for k, name in enumerate(LEARNERS[:6]):
        answer(name, "chain")  # what came before is not known
        room.now += (40 + k) * SECOND
        answer(name, "chain")
        room.now += 20 * SECOND
        answer(name, "delta")
        room.now += 16 * MINUTE
        answer(name, "chain")
    (chain,) = items_report(room.database, room.people["teacher"], room.course.id, "chain").items
    assert chain.details is not None and chain.details.seconds is not None
    assert (chain.details.seconds.n, chain.details.seconds.median, chain.details.pauses) == (6, 42.5, 6)

    assignment = room.assign(ItemPlan("jacobian"))
    for name in LEARNERS[:6]:
        room.hand_in(assignment, right(room.begin(assignment, name).items[0].question), name)
        room.finish(assignment, name)
    room.pass_time(timedelta(days=2))
    (jacobian,) = items_report(room.database, room.people["teacher"], room.course.id, "jacobian").items
    assert jacobian.first_tries == 6 and jacobian.details is not None
    assert jacobian.details.seconds is None and jacobian.details.pauses == 0
