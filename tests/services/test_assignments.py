"""Assignments by the clock: who may do what when, what is graded when time is up, and what is shown when. On both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.persistence.database import Database
from app.services import assignment_results, assignments, clock, integrations, sitting_views, sittings, webhooks
from app.services.assignments import ItemPlan, Plan
from app.services.refusals import NotAllowed, NotFound, NotNow, UnreadableAnswer, Unusable
from tests.databases import database, database_url
from tests.services.classroom import MINUTE, Classroom, published, right, room, wrong

__all__ = ["database", "database_url", "room"]


def test_each_learner_gets_their_own_questions_and_a_reload_shows_the_same(room: Classroom) -> None:
    plan = (ItemPlan("chain", 2, tries=3), ItemPlan("chain", 2), ItemPlan("comprehension", format="choice"))
    fresh, same = room.assign(*plan, fresh_questions=True), room.assign(*plan)
    ids = []
    for assignment in (fresh, same):
        for who in ("ada", "bob"):
            view = room.begin(assignment, who)
            again = room.begin(assignment, who)
            served = [str(one.question.id) for one in view.items if one.question]
            assert served == [str(one.question.id) for one in again.items if one.question]
            ids += served
    assert len(set(ids)) == len(ids) == 12

    for assignment, differs in ((fresh, True), (same, False)):
        question = room.look(assignment).items[0].question
        room.hand_in(assignment, wrong(question))
        following = room.look(assignment).items[0]
        assert following.number == 2 and following.tries_left == 2
        assert following.question is not None and question is not None
        assert (following.question.id != question.id) == differs


def test_nobody_begins_too_early_too_late_or_uninvited(room: Classroom) -> None:
    assignment = room.assign(hours=1)
    room.now -= MINUTE
    assert room.look(assignment).state == "too-early"
    with pytest.raises(NotNow):
        room.begin(assignment)
    room.now += 61 * MINUTE
    assert room.look(assignment).state == "over"
    with pytest.raises(NotNow):
        room.begin(assignment)
    room.now -= MINUTE
    for who in ("eve", "teacher"):
        with pytest.raises(NotFound):
            room.begin(assignment, who)
    with pytest.raises(NotFound):
        room.begin(assignment, "eve")
    assert room.begin(assignment).state == "sitting"


def test_the_time_limit_the_grace_period_and_the_closing_time(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain", tries=5), hours=1, time_limit=20, grace=2)
    assert room.begin(assignment).seconds_left == 20 * 60
    question = room.look(assignment).items[0].question
    room.now += 22 * MINUTE
    assert room.look(assignment).seconds_left == 0
    room.hand_in(assignment, wrong(question))
    room.now += timedelta(microseconds=1)
    for act in (room.hand_in, room.type):
        with pytest.raises(NotNow):
            act(assignment, right(question), number=2)
    room.now += 37 * MINUTE - timedelta(microseconds=1)  # one minute before it closes: the limit is cut short by that
    assert room.begin(assignment, "bob").seconds_left == 60
    assert room.pass_time(3 * MINUTE) == 2


def test_one_try_is_one(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain", tries=2))
    question = room.begin(assignment).items[0].question
    assert room.hand_in(assignment, wrong(question)).created
    assert not room.hand_in(assignment, wrong(question)).created  # the same request, sent again by a network
    with pytest.raises(NotNow):
        room.hand_in(assignment, right(question))
    with pytest.raises(NotFound):
        room.hand_in(assignment, right(question), number=3)
    with pytest.raises(UnreadableAnswer):
        room.hand_in(assignment, {"dz": ["0.1x"] * 4}, number=2)
    assert room.hand_in(assignment, right(question), number=2).created
    item = room.look(assignment).items[0]
    assert (item.done, item.number, item.best, [one.score for one in item.tries][1]) == (True, None, 1.0, 1.0)
    with pytest.raises(NotFound):
        room.hand_in(assignment, right(question), number=3)


def test_what_was_typed_is_graded_when_time_is_up(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain"), ItemPlan("chain"), ItemPlan("chain"), hours=1)
    items = room.begin(assignment).items
    answer = right(items[0].question)
    room.type(assignment, {"dz": ["1", "", "", ""]})
    room.now += MINUTE
    room.type(assignment, answer)
    half = {"dz": [*map(str, right(items[1].question)["dz"][:-1]), "0.1x"]}  # the last one cannot be read
    room.type(assignment, half, k=1)
    room.type(assignment, {"dz": ["?"] * len(half["dz"])}, k=2)
    assert room.look(assignment).items[0].draft == answer
    typed_at = room.now
    assert room.pass_time(58 * MINUTE) == 0
    assert room.pass_time(MINUTE) == 1
    assert room.pass_time(MINUTE) == 0
    view = room.look(assignment)
    assert (view.state, view.finished_by) == ("over", "clock")
    first, second, third = view.items
    assert (first.best, second.best, third.best) == (1.0, pytest.approx(1 - 1 / len(half["dz"])), 0.0)
    assert first.tries[0].by_clock and first.tries[0].submitted_at == typed_at
    assert second.tries[0].answer == {"dz": [*half["dz"][:-1], None]} and third.tries == []
    assert [row.score for row in published(room)] == [first.best, second.best]
    assert view.points == first.best + second.best


def test_the_clocks_of_two_processes_do_everything_once(room: Classroom, database_url: str) -> None:
    """Each process has a writer of its own; what one has done the other finds done."""
    assignment = room.assign(hours=1)
    teacher, course = room.people["teacher"], room.course.id
    program = room.run(integrations.add_integration(room.database, teacher, course, "Gradebook", False, room.now))
    told = webhooks.add_webhook(room.database, teacher, course, program.integration_id, "https://receiver.test/", (), room.now)
    room.run(told)
    for who in ("ada", "bob"):
        room.type(assignment, right(room.begin(assignment, who).items[0].question), who)
    room.now += 61 * MINUTE

    other = Database(database_url)
    other.start()

    async def both() -> None:
        await asyncio.gather(*(clock.advance(one, room.now) for one in (room.database, other) * 3))

    room.run(both())
    other.close()
    assert [row.score for row in published(room)] == [1.0, 1.0]
    _, log = webhooks.delivery_log(room.database, teacher, course, 10)
    of_each = [(one.learner, one.attempt_id is None) for one in reversed(log)]
    for who in ("ada", "bob"):  # of each the end, once, and the attempt that it unseals
        assert [finished for learner, finished in of_each if learner == who] == [True, False]


def test_nothing_stands_among_the_attempts_until_it_is_unsealed(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain", tries=2), hours=2, time_limit=10, grace=5)
    question = room.begin(assignment).items[0].question
    room.hand_in(assignment, wrong(question))
    room.hand_in(assignment, right(question), number=2)
    room.finish(assignment)
    with pytest.raises(NotNow):
        room.finish(assignment)
    for _ in range(2):
        room.pass_time(62 * MINUTE)
        assert published(room) == []
    room.pass_time(MINUTE)
    rows = published(room)
    assert [(row.first_try, row.correct, row.question_id) for row in rows] == [
        (True, False, str(question.id) if question else ""),
        (False, True, str(question.id) if question else ""),
    ]
    assert rows[0].submitted_at < room.now - 120 * MINUTE
    assert room.pass_time(MINUTE) == 0


SHOWN = {  # what is shown after the first of two tries, after the last, after closing
    "at-once": (True, True, True),
    "after-last-try": (False, True, True),
    "after-closing": (False, False, True),
}


@pytest.mark.parametrize("moment", SHOWN)
def test_what_is_shown_when(room: Classroom, moment: Any) -> None:
    assignment = room.assign(
        ItemPlan("chain", tries=2), fresh_questions=True, show_marks=moment, show_hints=moment, show_solution=moment
    )
    room.begin(assignment)
    seen = []
    for number in (1, 2):
        question = room.look(assignment).items[0].question
        assert question is not None
        h_for_derivative = {"dz": (question.given["dh"] * question.batch.solved["h"][0]).round(3).tolist()}
        room.hand_in(assignment, h_for_derivative, number=number)
        seen.append(room.look(assignment))
    room.pass_time(timedelta(days=1))
    seen.append(room.look(assignment))
    for view, expected in zip(seen, SHOWN[moment], strict=True):
        one = view.items[0].tries[0]
        assert (one.score is not None, one.parts is not None, one.correct is not None, one.solution is not None) == (
            expected,
        ) * 4
        assert bool(one.record) == expected
        if one.parts is not None:
            assert one.parts[0]["misconception"]["code"] == "h-for-derivative"
        assert (view.items[0].best is not None) == expected


def test_marks_can_be_shown_without_hints(room: Classroom) -> None:
    assignment = room.assign(show_marks="at-once", show_hints="after-closing")
    question = room.begin(assignment).items[0].question
    assert question is not None
    room.hand_in(assignment, {"dz": (question.given["dh"] * question.batch.solved["h"][0]).round(3).tolist()})
    one = room.look(assignment).items[0].tries[0]
    assert one.parts is not None and one.parts[0]["misconception"] is None and one.solution is None
    assert "h-for-derivative" not in str(one.record["parts"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"items": ()}, "/items"),
        ({"items": (ItemPlan("relu"),)}, "/items/0/skill"),
        ({"items": (ItemPlan("chain"), ItemPlan("chain", 4))}, "/items/1/level"),
        ({"items": (ItemPlan("chain", tries=0),)}, "/items/0/tries"),
        ({"items": (ItemPlan("chain", points=0),)}, "/items/0/points"),
        ({"time_limit": 0}, "/time_limit"),
        ({"grace": -1}, "/grace"),
        ({"show_marks": "never"}, "/show_marks"),
        ({"items": (ItemPlan("chain", tries=2),), "show_solution": "at-once"}, "/show_solution"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(room: Classroom, changes: Any, pointer: str) -> None:
    plan: dict[str, Any] = {
        "title": "Homework",
        "opens_at": room.now,
        "closes_at": room.now + MINUTE,
        "items": (ItemPlan("chain"),),
    }
    with pytest.raises(Unusable) as refused:
        room.run(
            assignments.create_assignment(
                room.database, room.people["teacher"], room.course.id, Plan(**{**plan, **changes}), room.now
            )
        )
    assert refused.value.pointer == pointer


def test_the_instructor_sees_what_the_learner_saw_and_a_preview_that_is_nobodys(room: Classroom) -> None:
    assignment = room.assign(ItemPlan("chain", points=3), show_marks="after-closing")
    question = room.begin(assignment).items[0].question
    room.hand_in(assignment, wrong(question))
    teacher = room.people["teacher"]
    shown = sitting_views.their_sitting(room.database, teacher, assignment.id, room.people["ada"].account_id, room.now)
    [saw], [sees] = shown.items[0].tries, room.look(assignment).items[0].tries
    assert (saw.answer, saw.question.id, saw.score) == (sees.answer, sees.question.id, None)
    previewed = sitting_views.preview(room.database, teacher, assignment.id).items[0].question
    assert previewed is not None and question is not None and previewed.id != question.id
    results = assignment_results.read_results(room.database, teacher, assignment.id)
    [ada, bob] = results.learners
    assert ada.points == pytest.approx(3 * 0.5) and bob.begun_at is None and bob.points == 0
    for who in ("ada", "eve"):
        with pytest.raises((NotFound, NotAllowed)):
            sitting_views.preview(room.database, room.people[who], assignment.id)
        with pytest.raises(NotFound):
            assignment_results.read_results(room.database, room.people[who], assignment.id)


def test_a_draft_of_another_form_is_refused(room: Classroom) -> None:
    assignment = room.assign()
    room.begin(assignment)
    for draft in ([1], {"dz": [[["deep"]]]}, {"dz": "x" * 101}, {"dz": [0] * 21}, {"x" * 21: 1}):
        with pytest.raises(Unusable):
            room.type(assignment, draft)
    with pytest.raises(NotFound):
        room.type(assignment, {"dz": ["1"]}, number=2)
    with pytest.raises(NotNow):
        room.run(sittings.save_draft(room.database, room.people["bob"], assignment.id, assignment.items[0].id, 1, {}, room.now))
