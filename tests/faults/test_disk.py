"""The disk fills up or breaks under a running server, the database is held by others, the clock goes wrong: what learners see."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from app.client import Client
from app.persistence.migrate import upgrade
from tests.api.processes import ServerProcess
from tests.faults.preload import BROKEN_DISK, FULL_DISK, Faults
from tests.persistence.samples import eventually, look

LESSON = "chain-n1-v1-lesson"
ANSWER = {"answer": {"dz": [1, 2, 3, 4]}}


class Site:
    """A server under faults, with a learner."""

    def __init__(self, faults: Faults, server: ServerProcess, url: str) -> None:
        self.faults = faults
        self.server = server
        self.url = url
        with Client.register(server.base_url, "Ada", timeout=60) as quiz:
            headers = {"Authorization": f"Bearer {quiz.token}"}
        self.http = httpx.Client(base_url=f"{server.base_url}/api/v1", headers=headers, timeout=60)

    def answer(self) -> int:
        return self.http.post(f"/questions/{LESSON}/attempts", json=ANSWER).status_code

    def kept(self) -> int:
        hers = "SELECT count(*) FROM attempts WHERE learner_id = (SELECT id FROM accounts WHERE name = 'Ada')"
        return int(look(self.url, hers)[0][0])

    def seen(self) -> int:
        """How many answers the learner is shown."""
        return len(self.http.get("/attempts?limit=100").raise_for_status().json()["attempts"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests of this module: it is never restarted, whatever happens."""
    folder = tmp_path_factory.mktemp("faults") / "data"
    folder.mkdir()
    url = f"sqlite:///{folder / 'quiz.db'}"
    upgrade(url)
    faults = Faults(folder)
    shorter = "from app.persistence import sqlite; sqlite.BUSY_TIMEOUT_MS = 1500"
    with faults.server(url, before=shorter) as server:
        site = Site(faults, server, url)
        yield site
        site.http.close()


@pytest.fixture(autouse=True)
def _in_good_order_again(site: Site) -> Iterator[None]:
    yield
    site.faults.fail()
    assert eventually(lambda: httpx.get(f"{site.server.base_url}/healthz", timeout=30).status_code == 200)


@pytest.mark.parametrize(
    ("what", "writes", "syncs"),
    [
        ("the disk is full", FULL_DISK, 0),
        ("writing fails", BROKEN_DISK, 0),
        ("the disk is full when it comes to syncing", 0, FULL_DISK),
        ("syncing fails", 0, BROKEN_DISK),
    ],
)
def test_a_disk_that_is_full_or_broken(site: Site, what: str, writes: int, syncs: int) -> None:
    """503, nothing acknowledged, reading goes on, and writing too as soon as it can, without a restart."""
    assert site.answer() == 201
    before = site.kept()
    site.faults.fail(writes=writes, syncs=syncs)
    refused = site.http.post(f"/questions/{LESSON}/attempts", json=ANSWER)
    assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
    assert refused.headers["content-type"] == "application/problem+json"
    assert [site.answer() for _ in range(3)] == [503] * 3
    assert eventually(lambda: httpx.get(f"{site.server.base_url}/healthz", timeout=30).status_code == 503)
    assert site.seen() == before  # no more than was acknowledged
    assert httpx.get(f"{site.server.base_url}/q/{LESSON}", timeout=30).status_code == 200
    site.faults.fail()
    assert eventually(lambda: site.answer() == 201)
    assert site.kept() == site.seen() == before + 1
    assert look(site.url, "PRAGMA integrity_check") == [("ok",)]


def test_a_disk_that_cannot_be_read(site: Site) -> None:
    """503 as well, in words that name no file, and when it can be read again everything goes on."""
    assert site.answer() == 201  # so that no reader has in memory what it will be asked for
    before = site.kept()
    site.faults.fail(reads=BROKEN_DISK)
    refused = site.http.get("/attempts")
    assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
    assert "quiz.db" not in refused.text and "disk I/O" not in refused.text
    site.faults.fail()
    assert site.seen() == before
    assert eventually(lambda: site.answer() == 201)


def test_a_database_that_others_hold_for_a_moment(site: Site) -> None:
    before = site.kept()
    other = sqlite3.connect(site.url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.7, lambda: other.execute("ROLLBACK").close())
    timer.start()
    began = time.monotonic()
    assert site.answer() == 201
    assert time.monotonic() - began > 0.5  # it did wait
    timer.join()
    other.close()
    assert site.kept() == before + 1


def test_a_database_that_others_hold_for_too_long(site: Site) -> None:
    """Once the time-out has passed, the learner hears that it does not work just now, and nothing was kept."""
    before = site.kept()
    other = sqlite3.connect(site.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused, seen = site.answer(), site.seen()
    other.close()
    assert (refused, seen) == (503, before)
    assert eventually(lambda: site.answer() == 201, seconds=20)
    assert site.kept() == before + 1


def test_a_clock_that_is_set_back_an_hour(site: Site) -> None:
    """Answers keep their order and their first try; who was signed in stays so; reports and pages go on."""
    assert site.answer() == 201
    before = site.kept()
    newest = look(site.url, "SELECT max(submitted_at) FROM attempts")[0][0]
    page = httpx.Client(base_url=site.server.base_url, timeout=60, follow_redirects=True)
    assert page.post(f"/q/{LESSON}", data={"dz.0": "1", "key": "a"}).status_code == 200
    try:
        site.faults.turn_clock(-3600)
        assert site.answer() == 201
        assert look(site.url, "SELECT submitted_at FROM attempts ORDER BY id DESC LIMIT 1")[0][0] < newest
        assert page.post(f"/q/{LESSON}", data={"dz.0": "2", "key": "b"}).status_code == 200
        for path in ("/progress", "/me", "/attempts", f"/q/{LESSON}"):
            assert page.get(path).status_code == 200, path
        assert site.http.get("/me/progress").status_code == 200
        with Client.register(site.server.base_url, "Bob", timeout=60) as later:
            later.answer(LESSON, {"dz": [1, 2, 3, 4]})
    finally:
        site.faults.turn_clock(0)
    assert site.answer() == 201
    assert site.kept() == before + 2
    ids = [item["id"] for item in site.http.get("/attempts?limit=100").json()["attempts"]]
    assert len(set(ids)) == len(ids) == before + 2
    doubled = "SELECT learner_id FROM attempts WHERE first_try GROUP BY learner_id, question_id HAVING count(*) > 1"
    assert look(site.url, doubled) == []
    page.close()


def test_a_client_that_hangs_up_after_it_has_sent(site: Site) -> None:
    """The answer it never hears is kept all the same."""
    before = site.kept()
    body = b'{"answer": {"dz": [1, 2, 3, 4]}}'
    head = (
        f"POST /api/v1/questions/{LESSON}/attempts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: {site.http.headers['authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    for _ in range(8):
        wire = socket.create_connection(("127.0.0.1", site.server.port))
        wire.sendall(head.encode() + body)
        wire.close()
    assert eventually(lambda: site.kept() == before + 8)
    assert site.answer() == 201
