"""A server that is asked to end while it is busy answers what it has begun, and then ends."""

import signal
import threading
import time

import httpx
import pytest

from app.client import Client
from app.persistence.migrate import upgrade
from tests.api.processes import ServerProcess
from tests.databases import DIALECTS, database_url
from tests.persistence.samples import look
from tests.sizes import FULL

__all__ = ["database_url"]

LESSON = "chain-n1-v1-lesson"


@pytest.mark.parametrize("database_url", DIALECTS if FULL else ["sqlite"], indirect=True)
def test_ending_under_load_drains(database_url: str) -> None:
    """Everybody whose answer was kept has heard so, and everybody who heard so finds it kept."""
    upgrade(database_url)
    heard: list[int] = []
    others: list[int] = []

    with ServerProcess(database_url) as server:
        with Client.register(server.base_url, "Ada", timeout=60) as quiz:
            headers = {"Authorization": f"Bearer {quiz.token}"}

        def go_on(worker: int) -> None:
            with httpx.Client(base_url=server.base_url, headers=headers, timeout=60, verify=False) as client:
                for number in range(worker * 100_000, worker * 100_000 + 10_000):
                    try:
                        body = {"answer": {"dz": [number, 1, 2, 3]}}
                        status = client.post(f"/api/v1/questions/{LESSON}/attempts", json=body).status_code
                    except httpx.TransportError:  # it takes no more
                        return
                    (heard if status == 201 else others).append(number if status == 201 else status)

        workers = [threading.Thread(target=go_on, args=(worker,)) for worker in range(16)]
        for worker in workers:
            worker.start()
        while len(heard) < 60:
            time.sleep(0.01)
        ended = server.terminate()
        for worker in workers:
            worker.join()
    assert ended in (0, -signal.SIGTERM)
    assert others == []
    kept = look(database_url, "SELECT answer_sent FROM attempts")
    numbers = [int(str(row[0]).partition("[")[2].partition(",")[0]) for row in kept]
    assert sorted(numbers) == sorted(heard)
