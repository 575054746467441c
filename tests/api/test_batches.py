"""Many at once: a thousand questions drawn, a thousand answers submitted, each with its own outcome, none lost or doubled."""

import asyncio
import json
import threading
import time
from typing import Any

import httpx
import pytest

from app.client import AsyncClient, Client, Given, Question, QuizError
from app.persistence.migrate import upgrade
from app.services import batches
from tests.api.processes import ServerProcess
from tests.api.site import DZ_LESSON, RIGHT_DZ, WRONG_DZ, Site, assert_problem
from tests.databases import DIALECTS
from tests.persistence.samples import look
from tests.servers import Server, server
from tests.sizes import FULL, size

__all__ = ["server"]

MANY = size(120, 1000)
LINES = {"Accept": "application/x-ndjson"}


def entry(key: str, answer: Any = None, question: str = DZ_LESSON, **more: Any) -> dict[str, Any]:
    return {"question_id": question, "answer": WRONG_DZ if answer is None else answer, "idempotency_key": key, **more}


def submit(site: Site, who: str, entries: list[Any], headers: dict[str, str] | None = None) -> Any:
    return site.call("POST", "/attempts", who, headers, json={"attempts": entries})


def outcomes(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["outcomes"]
    assert [one["index"] for one in found] == list(range(len(found)))
    return found


def course_with_program(site: Site, may_submit: bool = True) -> str:
    """A course with the learner in it and the other one not, and a program of it, known as "program"."""
    course: str = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()["id"]
    code = site.call("GET", f"/courses/{course}", "instructor").json()["join_code"]
    site.call("POST", "/join", "learner", json={"code": code})
    body = {"name": "Site", "may_submit": may_submit}
    site.tokens["program"] = site.call("POST", f"/courses/{course}/integrations", "instructor", json=body).json()["token"]
    return course


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing is stored
def test_a_thousand_questions_come_as_lines(site: Site) -> None:
    wanted = {"skill": "chain", "count": 1000, "seed": 7}
    assert_problem(site.call("POST", "/questions", json=wanted), 422)
    drawn = site.call("POST", "/questions", headers=LINES, json=wanted)
    assert drawn.status_code == 201 and drawn.headers["content-type"] == "application/x-ndjson"
    questions = [json.loads(line) for line in drawn.text.strip().split("\n")]
    assert len({one["id"] for one in questions}) == 1000
    few = site.call("POST", "/questions", json={**wanted, "count": 100}).json()["questions"]
    assert questions[:100] == few
    assert_problem(site.call("POST", "/questions", headers=LINES, json={**wanted, "count": 1001}), 422)
    assert_problem(site.call("POST", "/questions", headers=LINES, json={**wanted, "skill": "none"}), 422)
    for accepted in ("*/*", "application/x-ndjson;q=0, application/json", "application/x-ndjson; Q = 0.0", "", ";,=;"):
        anything = site.call("POST", "/questions", headers={"Accept": accepted}, json={**wanted, "count": 1})
        assert anything.headers["content-type"] == "application/json", accepted
    for accepted in ("text/html, application/X-NDJSON;q=0.01", "application/x-ndjson;charset=utf-8;q=1.0"):
        lines = site.call("POST", "/questions", headers={"Accept": accepted}, json={**wanted, "count": 1})
        assert lines.headers["content-type"] == "application/x-ndjson", accepted


def test_each_answer_has_its_own_outcome(site: Site) -> None:
    alone = site.attempt("learner", answer=RIGHT_DZ, key="alone").json()
    before = site.rows()
    sent = [
        entry("a", RIGHT_DZ),
        entry("b", {"dz": ["x", 1, 1, 1]}),
        entry("c", question="chain-n1-v9-nothing"),
        entry("d", {}),
        entry("alone", RIGHT_DZ),
        entry("alone", WRONG_DZ),
        {"question_id": DZ_LESSON, "answer": RIGHT_DZ},
        entry("e", extra=1),
        entry("f" * 256),
        entry("g\n"),
        entry("h", answer=[1]),
        entry("a", RIGHT_DZ),
        entry("i", learner_id=site.ids["other"]),
        entry("j", learner_id=site.ids["learner"]),
        entry("k"),
    ]
    found = outcomes(submit(site, "learner", sent))
    assert [one["status"] for one in found] == [201, 422, 404, 422, 200, 422, 422, 422, 422, 422, 422, 200, 404, 201, 201]
    assert all((one["attempt"] is None) == (one["status"] >= 400) == (one["problem"] is not None) for one in found)
    assert found[4]["attempt"] == alone
    assert found[11]["attempt"] == found[0]["attempt"]
    assert found[1]["problem"]["errors"][0]["pointer"] == "/answer/dz/0"
    assert found[6]["problem"]["errors"][0]["pointer"] == "/idempotency_key"
    after = site.rows()
    assert (after["attempts"] - before["attempts"], after["idempotency_keys"] - before["idempotency_keys"]) == (3, 3)
    again = outcomes(submit(site, "learner", sent))
    assert [one["attempt"] for one in again] == [one["attempt"] for one in found]
    assert [one["status"] for one in again if one["status"] < 300] == [200] * 5
    assert site.rows() == after
    assert site.attempt("learner", answer=RIGHT_DZ, key="a").json() == found[0]["attempt"]  # the same keys, alone or together


def test_what_is_no_batch_is_refused_whole(site: Site) -> None:
    before = site.rows()
    for body in ({}, {"attempts": []}, {"attempts": [1]}, {"attempts": {}}, {"attempts": [entry("x")], "more": 1}):
        assert_problem(site.call("POST", "/attempts", "learner", json=body), 422)
    assert_problem(submit(site, "learner", [entry(str(n)) for n in range(1001)]), 422)
    assert_problem(submit(site, "learner", [entry("x" * 200, {"dz": ["1" * 60] * 4}) for _ in range(900)]), 413)
    assert_problem(site.client.post("/api/v1/attempts", json={"attempts": [entry("x")]}), 401)
    assert site.rows() == before


def test_a_program_with_the_right_submits_for_its_courses_learners_alone(site: Site) -> None:
    course = course_with_program(site)
    ids = site.ids
    sent = [
        entry("a", learner_id=ids["learner"]),
        entry("b", learner_id=ids["other"]),
        entry("c"),
        entry("d", learner_id=ids["instructor"]),
        entry("e", learner_id="nobody"),
    ]
    found = outcomes(submit(site, "program", sent))
    assert [one["status"] for one in found] == [201, 404, 404, 404, 404]
    assert found[0]["attempt"]["learner_id"] == ids["learner"]
    mine = site.call("GET", "/attempts", "learner").json()["attempts"]
    assert [one["id"] for one in mine] == [found[0]["attempt"]["id"]]
    assert_problem(site.attempt("program"), 403)  # it answers nothing itself
    code = site.call("GET", f"/courses/{course}", "instructor").json()["join_code"]
    site.call("POST", "/join", "other", json={"code": code})
    # A key belongs to the learner, whoever hands the answer in.
    same = outcomes(submit(site, "program", [entry("a", learner_id=ids["other"]), entry("a", learner_id=ids["learner"])]))
    assert [one["status"] for one in same] == [201, 200]
    again = site.attempt("learner", key="a")
    assert again.status_code == 200 and again.json() == same[1]["attempt"] == found[0]["attempt"]
    site.call("DELETE", f"/courses/{course}/learners/{ids['learner']}", "instructor")
    assert outcomes(submit(site, "program", [entry("f", learner_id=ids["learner"])]))[0]["status"] == 404


def test_a_program_without_the_right_submits_nothing(site: Site) -> None:
    course_with_program(site, may_submit=False)
    assert_problem(submit(site, "program", [entry("a", learner_id=site.ids["learner"])]), 403)
    assert_problem(submit(site, "integration", [entry("a", learner_id=site.ids["learner"])]), 403)
    assert site.rows()["attempts"] == 0


def test_a_broken_neighbour_in_the_same_transaction_takes_none_along(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = batches.recording.gather

    def gather(connection: Any, new: Any) -> Any:
        if new.idempotency_key == "bad":
            real(connection, new)
            batches.recording.settle(connection)
            raise RuntimeError("on purpose, after its row was written")
        return real(connection, new)

    monkeypatch.setattr(batches.recording, "gather", gather)
    found = outcomes(submit(site, "learner", [entry("a"), entry("bad"), entry("b")]))
    assert [one["status"] for one in found] == [201, 500, 201]
    assert "on purpose" not in json.dumps(found)
    assert site.rows()["attempts"] == site.rows()["idempotency_keys"] == 2


def test_outcomes_come_as_lines_where_they_are_asked_for(site: Site) -> None:
    sent = [entry(f"{n}", {"dz": [n, 1, 1, 1]} if n % 7 else {"dz": "?"}) for n in range(100)]
    response = submit(site, "learner", sent, LINES)
    assert response.headers["content-type"] == "application/x-ndjson"
    found = [json.loads(line) for line in response.text.strip().split("\n")]
    assert found != [] and [one["index"] for one in found] == list(range(100))
    assert [one["status"] for one in found] == [201 if n % 7 else 422 for n in range(100)]
    again = outcomes(submit(site, "learner", sent))
    assert [one["attempt"] for one in again] == [one["attempt"] for one in found]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_first_lines_come_before_the_last_answers_are_stored(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked, first_read = server.database.write, 0, threading.Event()

    async def write(job: Any) -> Any:
        nonlocal asked
        asked += 1
        assert asked == 1 or await asyncio.to_thread(first_read.wait, 10), "nothing was sent before all was stored"
        return await real(job)

    monkeypatch.setattr("app.api.batches.TOGETHER", 10)
    headers = {"Authorization": f"Bearer {server.enrol('learner')}", **LINES}
    monkeypatch.setattr(server.database, "write", write)
    body = {"attempts": [entry(f"{n}") for n in range(30)]}
    with httpx.stream("POST", f"{server.base_url}/api/v1/attempts", json=body, headers=headers, timeout=30) as response:
        lines = response.iter_lines()
        assert json.loads(next(lines))["status"] == 201
        first_read.set()
        assert [json.loads(line)["status"] for line in lines] == [201] * 29


def answers(questions: list[Question]) -> list[Given]:
    return [Given(one, {"dz": [n % 3, 1, 1, 1]}, idempotency_key=f"key {n}") for n, one in enumerate(questions)]


def test_both_clients_draw_and_submit_many(server: Server) -> None:
    with Client.register(server.base_url, "Ada") as quiz:
        questions = quiz.questions("chain", count=MANY, seed=3)
        assert len(questions) == MANY and questions[0].given["z"].shape == (4,)
        made = quiz.submit_many(answers(questions))
        assert [one.attempt.question_id for one in made if one.attempt] == [one.id for one in questions]

        async def again() -> list[Any]:
            async with AsyncClient(server.base_url, quiz.token) as other:
                assert [one.id for one in await other.questions("chain", count=MANY, seed=3)] == [one.id for one in questions]
                return [(one.attempt, one.error) for one in await other.submit_many(answers(questions))]

        assert [attempt.id for attempt, _ in asyncio.run(again())] == [one.attempt.id for one in made if one.attempt]
        mixed = quiz.submit_many([(questions[0], {"dz": ["x", 1, 1, 1]}), (DZ_LESSON, RIGHT_DZ)])
        assert isinstance(mixed[0].error, QuizError) and mixed[0].error.errors[0].pointer == "/answer/dz/0"
        assert mixed[1].attempt is not None and mixed[1].attempt.correct
        assert quiz.submit_many([]) == []
        offline = Client.offline().submit_many([(DZ_LESSON, RIGHT_DZ), (DZ_LESSON, {"dz": "?"})])
        assert offline[0].attempt is not None and offline[0].attempt.correct and offline[1].error is not None


def test_a_client_sends_again_what_the_server_had_no_time_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = server.database.write
    asked = 0

    async def write(job: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked % 2 == 0:  # the second part of the first round, and of the second
            raise batches.StorageBusy("on purpose")
        return await real(job)

    monkeypatch.setattr("app.api.batches.TOGETHER", 10)
    monkeypatch.setattr("app.client.waiting.sleep", lambda seconds: None)
    with Client.register(server.base_url, "Ada") as quiz:
        monkeypatch.setattr(server.database, "write", write)
        made = quiz.submit_many(answers(quiz.questions("chain", count=30)))
        assert all(one.attempt is not None for one in made)
    assert look(server.database_url, "SELECT count(*) FROM attempts")[0][0] == 30


def test_a_client_that_goes_away_midway_and_comes_back_leaves_each_attempt_once(server: Server) -> None:
    with Client.register(server.base_url, "Ada") as quiz:
        given = answers(quiz.questions("chain", count=MANY))
        body = {"attempts": [entry(one.idempotency_key or "", one.answer, one.question.id) for one in given]}  # type: ignore[union-attr]
        headers = {"Authorization": f"Bearer {quiz.token}", **LINES}
        with httpx.stream("POST", f"{server.base_url}/api/v1/attempts", json=body, headers=headers) as response:
            first = json.loads(next(response.iter_lines()))
        made = quiz.submit_many(given)
        assert made[0].attempt is not None and made[0].attempt.id == first["attempt"]["id"]
        assert len({one.attempt.id for one in made if one.attempt}) == MANY
    assert look(server.database_url, "SELECT count(*), count(DISTINCT question_id) FROM attempts")[0] == (MANY, MANY)


@pytest.mark.parametrize("database_url", DIALECTS if FULL else ["sqlite"], indirect=True)
def test_a_server_killed_midway_leaves_each_attempt_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(database_url)
    monkeypatch.setattr("app.client.waiting.sleep", lambda seconds: time.sleep(0.05))
    with ServerProcess(database_url) as running:
        with Client.register(running.base_url, "Ada", tries=600) as quiz:
            given = answers(quiz.questions("chain", count=size(200, 1000)))

            def kill() -> None:
                while look(database_url, "SELECT count(*) FROM attempts")[0][0] < 40:
                    time.sleep(0.02)
                running.kill()
                running.start()

            killer = threading.Thread(target=kill)
            killer.start()
            made = quiz.submit_many(given)
            killer.join()
        assert len({one.attempt.id for one in made if one.attempt}) == len(given)
    stored = look(database_url, "SELECT count(*), count(DISTINCT question_id) FROM attempts")[0]
    assert stored == (len(given), len(given))
