"""The events of the live page, from a real server: in time, from other processes too, whole again after a break."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from app.persistence.database import Database
from app.services import accounts, live
from tests.api.processes import ServerProcess
from tests.api.site import DZ_LESSON, WRONG_DZ
from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]

EVENTS = "/dashboard/live/events"


def instructor(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.enrol('instructor', 'Teacher')}"}


def answer(base_url: str, token: str) -> int:
    sent = httpx.post(
        f"{base_url}/api/v1/questions/{DZ_LESSON}/attempts",
        json={"answer": WRONG_DZ},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert sent.status_code == 201
    return int(sent.json()["id"])


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = event[name] + "\n" + value if name in event else value
        elif event:
            yield event
            event = {}


def test_an_answer_to_another_process_arrives(server: Server) -> None:
    token, staff = server.enrol("learner", "Ada <b>"), instructor(server)
    with (
        ServerProcess(server.database_url) as elsewhere,
        httpx.stream("GET", f"{server.base_url}{EVENTS}", headers=staff, timeout=30) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = events(stream.iter_lines())
        assert next(told)["event"] == "alive"
        sent = answer(elsewhere.base_url, token)
        event = next(one for one in told if one["event"] == "class")
        assert int(event["id"]) == sent
        assert "Ada &lt;b&gt;" in event["data"] and "sign of dh dropped" in event["data"] and f"/attempts/{sent}" in event["data"]
    # Who comes back is told what they missed, and nothing twice; a projector shows no names.
    for headers, expected in (({"Last-Event-ID": "0"}, "class"), ({"Last-Event-ID": event["id"]}, "alive")):
        address = f"{server.base_url}{EVENTS}?view=projector"
        with httpx.stream("GET", address, headers={**staff, **headers}, timeout=30) as stream:
            told = events(stream.iter_lines())
            assert next(told)["event"] == "alive"
            second = next(told)
            assert second["event"] == expected and "Ada" not in second["data"]


def test_refusals_come_before_the_stream(server: Server) -> None:
    staff = instructor(server)
    assert httpx.get(f"{server.base_url}{EVENTS}?course=nothing", headers=staff).status_code == 404
    assert httpx.get(f"{server.base_url}{EVENTS}").status_code == 303


@pytest.fixture
def fresh(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.start()
    yield database
    database.close()


def test_one_task_looks_for_all_and_only_while_somebody_listens(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(live.export_reports, "newest_attempt", lambda connection: looks.append(time.monotonic()) or len(looks))

    async def work() -> None:
        watch = live.Watch(fresh, every=0.05)
        async with watch.listening(), watch.listening():
            tasks = len(asyncio.all_tasks())
            async with watch.listening():
                assert len(asyncio.all_tasks()) == tasks
            assert all(await asyncio.gather(*(watch.newer_than(2, 20) for _ in range(5))))
            assert not await watch.newer_than(10**9, 0.01)
        before = len(looks)
        await asyncio.sleep(0.3)
        assert len(looks) <= before + 1  # one may have been under way

    asyncio.run(work())


def test_a_database_out_of_reach_is_noticed_and_comes_back(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[object] = [1, live.StorageDown("gone"), live.StorageDown("gone"), 2]

    def look(_connection: object) -> int:
        following = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(following, Exception):
            raise following
        assert isinstance(following, int)
        return following

    monkeypatch.setattr(live.export_reports, "newest_attempt", look)

    async def work() -> None:
        watch = live.Watch(fresh, every=0.01)
        states = set()
        async with watch.listening():
            while not await watch.newer_than(1, 0.002):
                states.add(watch.reachable)
        assert False in states and watch.reachable

    asyncio.run(work())


def test_the_panel_counts_the_last_hour(fresh: Database) -> None:
    principal = asyncio.run(accounts.issue_token(fresh, "instructor", "Teacher", datetime.now(UTC))).principal
    report = live.live_report(fresh, principal, datetime.now(UTC), "open")
    assert (report.newest, report.answers, report.right, report.latest) == (0, 0, None, [])
