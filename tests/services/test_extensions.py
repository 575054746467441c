"""More time for one learner, before the clock has struck and after; and new times for all."""

from datetime import timedelta
from typing import Any

import pytest

from app.services import assignments, clock
from app.services.assignments import Extension, ItemPlan
from app.services.refusals import NotFound, NotNow, Unusable
from tests.databases import database, database_url
from tests.services.classroom import MINUTE, Classroom, published, right, room, wrong

__all__ = ["database", "database_url", "room"]


def extend(room: Classroom, assignment: Any, extension: Extension | None, who: str = "ada") -> None:
    teacher, learner = room.people["teacher"], room.people[who].account_id
    room.run(assignments.extend(room.database, teacher, assignment.id, learner, extension, room.now))


def test_an_extension_gives_one_learner_more_time(room: Classroom) -> None:
    assignment = room.assign(hours=1, time_limit=30)
    answers = {who: right(room.begin(assignment, who).items[0].question) for who in ("ada", "bob")}
    extend(room, assignment, Extension(None, 15))
    room.now += 40 * MINUTE
    assert room.hand_in(assignment, answers["ada"], "ada").created
    with pytest.raises(NotNow):
        room.hand_in(assignment, answers["bob"], "bob")
    extend(room, assignment, Extension(room.now + timedelta(hours=5), 600), "bob")
    assert room.look(assignment, "bob").times.closes_at == room.now + timedelta(hours=5)
    assert room.hand_in(assignment, answers["bob"], "bob").created
    with pytest.raises(NotFound):
        extend(room, assignment, Extension(None, 5), "eve")
    with pytest.raises(Unusable):
        extend(room, assignment, Extension(None, -5))


def test_more_time_after_the_clock_has_graded_makes_it_a_draft_again(room: Classroom) -> None:
    assignment = room.assign(hours=5, time_limit=30)
    question = room.begin(assignment).items[0].question
    room.type(assignment, wrong(question))
    room.pass_time(31 * MINUTE)
    assert room.look(assignment).items[0].tries[0].by_clock
    extend(room, assignment, Extension(None, 30))
    item = room.look(assignment).items[0]
    assert item.tries == [] and item.draft == wrong(question) and item.number == 1
    room.hand_in(assignment, right(question))
    extend(room, assignment, None)
    assert room.look(assignment).state == "over" and room.look(assignment).items[0].best == 1.0


def test_more_time_after_publishing_leaves_the_attempt_and_serves_the_next_try(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain", tries=2), hours=1)
    question = room.begin(assignment).items[0].question
    room.type(assignment, wrong(question))
    room.pass_time(61 * MINUTE)
    assert len(published(room)) == 1
    extend(room, assignment, Extension(room.now + 60 * MINUTE, 0))
    item = room.look(assignment).items[0]
    assert item.number == 2
    room.hand_in(assignment, right(item.question), number=2)
    room.pass_time(61 * MINUTE)
    assert [row.correct for row in published(room)] == [False, True]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_question_that_was_published_is_not_asked_again(room: Classroom, by_hand: bool) -> None:
    """Its id and its solution are known by then; so more time brings another, at which the further tries stay."""
    assignment = room.assign(ItemPlan("chain", tries=4), ItemPlan("delta", tries=2), hours=1)
    question = room.begin(assignment).items[0].question
    if by_hand:
        room.hand_in(assignment, wrong(question))  # and the second try waits, at the same question
    else:
        room.type(assignment, wrong(question))
    room.pass_time(61 * MINUTE)
    [row] = published(room)
    extend(room, assignment, Extension(room.now + 60 * MINUTE, 0))
    first, untouched = room.look(assignment).items
    assert first.number == 2 and first.question is not None and str(first.question.id) != row.question_id
    assert untouched.number == 1 and untouched.question is not None
    room.hand_in(assignment, wrong(first.question), number=2)
    third = room.look(assignment).items[0]
    assert third.number == 3 and third.question is not None and third.question.id == first.question.id


def test_new_times_hold_at_once_for_those_who_sit(room: Classroom) -> None:
    assignment = room.assign(hours=1)
    answer = right(room.begin(assignment).items[0].question)
    teacher = room.people["teacher"]
    earlier = room.now + 10 * MINUTE
    room.run(assignments.change_assignment(room.database, teacher, assignment.id, room.now, closes_at=earlier))
    room.now += 11 * MINUTE
    with pytest.raises(NotNow):
        room.hand_in(assignment, answer)
    with pytest.raises(NotNow):
        room.run(assignments.delete_assignment(room.database, teacher, assignment.id))
    with pytest.raises(Unusable):
        room.run(assignments.change_assignment(room.database, teacher, assignment.id, room.now, closes_at=assignment.opens_at))


def test_a_later_closing_time_for_all_goes_on_where_the_clock_had_ended_it(room: Classroom) -> None:
    assignment = room.assign(hours=1, grace=60)
    question = room.begin(assignment).items[0].question
    room.type(assignment, wrong(question))
    room.begin(assignment, "bob")
    room.finish(assignment, "bob")
    room.pass_time(121 * MINUTE)
    assert room.look(assignment).finished_by == "clock"
    later, teacher = room.now + 30 * MINUTE, room.people["teacher"]
    room.run(assignments.change_assignment(room.database, teacher, assignment.id, room.now, closes_at=later))
    assert (room.look(assignment).state, room.look(assignment, "bob").state) == ("sitting", "over")


def test_a_sitting_that_cannot_be_ended_holds_up_no_other(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    assignment = room.assign(hours=1)
    for who in ("ada", "bob"):
        room.type(assignment, right(room.begin(assignment, who).items[0].question), who)
        room.now += MINUTE
    real, broken = clock.grade_draft, room.people["ada"].account_id

    def grade(draft: Any, question_id: str, learner_id: str, now: Any) -> Any:
        if learner_id == broken:
            raise RuntimeError("on purpose")
        return real(draft, question_id, learner_id, now)

    monkeypatch.setattr(clock, "grade_draft", grade)
    assert room.pass_time(61 * MINUTE) == 1
    assert room.look(assignment, "bob").items[0].best == 1.0
    monkeypatch.undo()
    assert room.pass_time(MINUTE) == 1
    assert room.look(assignment).items[0].best == 1.0
