"""A class run by the client: courses, a roster, an assignment, extensions, results, statistics and exports, by both clients."""

import asyncio
import inspect
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from app.client import AsyncClient, Client, Course, Item, QuizError, assignment_calls, calls, class_calls, webhook_calls
from app.client.batches import submit_many
from app.client.calls import Call
from tests.databases import database_url
from tests.servers import Server, server
from tools.openapi import description

__all__ = ["database_url", "server"]

# Asked by whatever watches over the program.
NOT_AS_THEY_ARE = {"register", "attempts", "deliveries"}  # made into a client, and into iterators
NOT_FOR_PEOPLE = {"read_health", "read_liveness", "read_readiness"}


def factories() -> dict[str, Any]:
    every = {**vars(calls), **vars(class_calls), **vars(assignment_calls), **vars(webhook_calls)}
    return {
        name: make
        for name, make in every.items()
        if inspect.isfunction(make)
        and not name.startswith("_")
        and name not in ("whole", "address", "nothing")
        and make.__module__.startswith("app.client")
        and "Call[" in str(inspect.signature(make).return_annotation)
    }


def stand_ins(make: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    known = {"answer": {}, "items": [], "learners": [], "opens_at": now, "closes_at": now, "count": 1, "level": 1, "number": 1}
    wanted = inspect.signature(make).parameters.values()
    return {
        one.name: known.get(one.name, "x")
        for one in wanted
        if (one.default is inspect.Parameter.empty and one.kind is not inspect.Parameter.VAR_KEYWORD)
        or (make is calls.attempts and one.name != "since")
    } | ({"since": None} if make is calls.attempts else {})


def test_the_client_makes_every_call_of_the_description() -> None:
    every = [make(**stand_ins(make)) for make in factories().values()]
    every.append(next(submit_many([("chain-n1-v1-lesson", {})], 1))[1])
    made = {(call.method, call.path) for call in every}
    unmade = {
        operation["operationId"]
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
        if not any(
            verb == method.upper() and re.fullmatch(re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(path)), f"/api/v1/{address}")
            for verb, address in made
        )
    }
    assert unmade == NOT_FOR_PEOPLE


def test_both_clients_have_every_call_as_a_method() -> None:
    for kind in (Client, AsyncClient):
        public = {name for name in vars(kind) if not name.startswith("_")}
        assert set(factories()) - NOT_AS_THEY_ARE <= public
        for name, make in factories().items():
            if name not in NOT_AS_THEY_ARE:
                assert list(inspect.signature(getattr(kind, name)).parameters)[1:] == list(inspect.signature(make).parameters)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_class_from_its_course_to_its_gradebook(server: Server) -> None:
    now = datetime.now(UTC)
    with Client(server.base_url, server.enrol("instructor")) as teacher, Client.register(server.base_url, "Ada") as ada:
        course = teacher.create_course("Nets", time_zone="Europe/London")
        assert teacher.courses() == [course] and course.join_code is not None
        assert teacher.change_course(course.id, asks_student_number=True).asks_student_number
        assert teacher.import_learners(course.id, ["", ("Alan", "0042")]).stored is False  # somebody has no name
        assert teacher.import_learners(course.id, [("Grace", "0041"), ("Alan", "0042")]).stored is True
        assert ada.join(course.join_code, student_number="0043").join_code is None
        roster = {one.name: one for one in teacher.roster(course.id)}
        assert roster["Ada"].claimed and not roster["Alan"].claimed
        teacher.change_learner(course.id, roster["Alan"].id, name="Alan T.")
        teacher.remove_learner(course.id, roster["Grace"].id)
        assert {one.name for one in teacher.roster(course.id)} == {"Ada", "Alan T."}

        times = (now - timedelta(minutes=1), now + timedelta(days=1))
        made = teacher.create_assignment(course.id, "Week 3", *times, [Item("chain", tries=2, points=2)], time_limit=30)
        assert made.opens_at == times[0] and made.items[0].id is not None
        assert teacher.change_assignment(made.id, title="Week 4", time_limit=None).time_limit is None
        sitting = ada.begin(made.id)
        item = sitting.items[0]
        assert item.question is not None and item.number == 1
        shape = item.question.parts[0].shape
        assert item.question.given["z"].shape == shape and "bmatrix" in item.question._repr_latex_()
        ada.save_draft(made.id, item.id, 1, {"dz": np.full(shape, 0.1)})
        wrong = ada.hand_in(made.id, item.id, 1, {"dz": np.full(shape, 0.1)})
        assert (wrong.number, wrong.score) == (2, 0.0)
        assert ada.hand_in(made.id, item.id, 1, {"dz": np.full(shape, 0.1)}).tries_left == wrong.tries_left
        with pytest.raises(QuizError) as refused:  # another answer for a try that is used; at once, not after some retries
            ada.hand_in(made.id, item.id, 1, {"dz": np.full(shape, 0.2)})
        assert refused.value.status == 409
        teacher.extend(made.id, roster["Ada"].id, closes_at=now + timedelta(days=2), extra_minutes=10)
        assert ada.finish(made.id).state == "over"
        results = teacher.results(made.id)
        of_ada = next(one for one in results.results if one.name == "Ada")
        assert (results.points, of_ada.scores, of_ada.extension is not None) == (2, (0.0,), True)
        assert '<th scope="row">Ada</th><td>0%</td><td>0</td>' in results._repr_html_()
        teacher.withdraw_extension(made.id, roster["Ada"].id)
        assert teacher.their_sitting(made.id, roster["Ada"].id).items[0].attempts[0].score == 0.0
        with pytest.raises(QuizError, match="begun"):
            teacher.delete_assignment(made.id)

        ada.answer("chain-n1-v1-lesson", {"dz": [1, 1, 1, 1]})
        assert ada.token is not None and ada.token not in repr(ada)
        assert "Answer: <em>dz</em> (4)" in ada.questions("chain")[0]._repr_html_()
        progress = ada.progress()
        assert '<th scope="row">chain</th><td>1</td>' in progress._repr_html_() and "chain: mastery" in str(progress)
        assert [one.question_id for one in teacher.attempts(course=course.id)] == ["chain-n1-v1-lesson"]
        assert teacher.change_course(course.id, archived=True).archived_at is not None
        assert {one.name for one in teacher.scores(course.id)} == {"Ada", "Alan T."}
        [statistics] = teacher.item_statistics(course.id, skill="chain")
        assert statistics.details is not None and statistics.facility is None
        table = teacher.export("attempts", course=course.id)
        assert table.name == "attempts.csv" and table.content.count(b"\n") == 2 and table.next is not None
        assert teacher.export("attempts", course=course.id, since=table.next).content.count(b"\n") == 1
        assert teacher.export("gradebook", "xlsx", course.id).content[:2] == b"PK"
        program = teacher.add_integration(course.id, "Gradebook")
        assert program.token not in repr(program)
        with Client(server.base_url, program.token) as reader:
            assert reader.me().role == "integration"
        assert [one.name for one in teacher.integrations(course.id)] == ["Gradebook"]
        made_hook = teacher.add_webhook(course.id, program.id, "https://receiver.invalid/events")
        assert made_hook.secret is not None and made_hook.secret not in repr(made_hook)
        assert [one.url for one in teacher.webhooks(course.id)] == ["https://receiver.invalid/events"]
        teacher.remove_webhook(course.id, made_hook.id)
        assert list(teacher.deliveries(course.id)) == []
        with pytest.raises(ValueError, match="time zone"):
            teacher.create_assignment(course.id, "Week 5", datetime(2026, 3, 2), times[1], [Item("chain")])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_to_be_awaited(server: Server) -> None:
    token = server.enrol("instructor")

    async def work() -> None:
        async with AsyncClient(server.base_url, token) as teacher:
            made = await asyncio.gather(*(teacher.create_course(name) for name in ("Nets", "More nets")))
            assert all(isinstance(course, Course) for course in made)
            assert {course.name for course in await teacher.courses()} == {"Nets", "More nets"}
            assert await teacher.roster(made[0].id) == []
            await teacher.delete_course(made[1].id)
            assert await teacher.courses() == [made[0]]
            assert (await teacher.export("gradebook", course=made[0].id)).content.startswith(b"learner")

    asyncio.run(work())


def test_a_call_is_data() -> None:
    call: Call[Course] = class_calls.course("a/b")
    assert (call.method, call.path) == ("GET", "courses/a%2Fb")
