"""The power fails at a hundred moments, and every answer that was acknowledged is there, once, in a whole database.

kill -9 cannot show this: the system goes on writing what a killed process has handed to it. So everything the servers hand to the
system is recorded, and what a disk may hold after a cut at any moment is worked out from that (see `power_cuts.py`).
"""

import asyncio
import itertools
import os
import random
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.client import AsyncClient
from app.persistence.migrate import upgrade
from tests.faults.power_cuts import CREATE, SYNC_ENDS, WRITE, Event, acknowledgement, cuts, read_log
from tests.faults.preload import Faults
from tests.sizes import FULL, size

CUTS = size(40, 100)
ANSWERS = size(120, 400)
LESSON = "chain-n1-v1-lesson"

# Checkpoints come often, so that many of the cuts fall into one.
BEFORE = """
from app.persistence import sqlite
as_it_is = sqlite._engine
def engine(url, *, pragmas, **more):
    if "synchronous=FULL" in pragmas:
        pragmas = (*(pragma.replace("FULL", "{}") for pragma in pragmas), "wal_autocheckpoint=60")
    return as_it_is(url, pragmas=pragmas, **more)
sqlite._engine = engine
"""


@dataclass(frozen=True)
class Verdict:
    """Over all cuts: answers that were acknowledged and are not there, those there twice, and damaged databases."""

    lost: int
    doubled: int
    damaged: int
    acknowledged: int


def record(tmp_path: Path, processes: int, synchronous: str) -> tuple[list[Event], dict[str, bytes]]:
    """The disk's events while so many servers answer, and the files as they were before."""
    folder = tmp_path / "data"
    folder.mkdir()
    url = f"sqlite:///{folder / 'quiz.db'}"
    upgrade(url)
    before = {str(folder.resolve() / "quiz.db"): (folder / "quiz.db").read_bytes()}
    log = tmp_path / "log"
    faults = Faults(folder, log)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with ExitStack() as stack:
        servers = [stack.enter_context(faults.server(url, BEFORE.format(synchronous))) for _ in range(processes)]

        async def load() -> None:
            first = await AsyncClient.register(servers[0].base_url, "Ada", timeout=60)
            clients = [first, *(AsyncClient(server.base_url, first.token, timeout=60) for server in servers[1:])]
            numbers = iter(range(ANSWERS))

            async def one(client: AsyncClient) -> None:
                for number in numbers:
                    await client.answer(LESSON, {"dz": [number, 1, 2, 3]}, idempotency_key=f"key {number}")
                    os.write(descriptor, acknowledgement(number))

            await asyncio.gather(*(one(client) for client in itertools.islice(itertools.cycle(clients), 6)))
            for client in clients:
                await client.aclose()

        asyncio.run(load())
        end = os.fstat(descriptor).st_size  # closing in good order is no part of a power cut
    os.close(descriptor)
    return read_log(log, end), before


def judge(tmp_path: Path, events: list[Event], before: dict[str, bytes]) -> Verdict:
    chance = random.Random(7)
    first = next(index for index, event in enumerate(events) if event.kind == WRITE)
    positions = sorted(chance.randrange(first, len(events) + 1) for _ in range(CUTS))
    lost = doubled = damaged = acknowledged = 0
    for number, (files, kept) in enumerate(cuts(events, before, positions, seed=11)):
        after = tmp_path / f"cut{number}"
        after.mkdir()
        for path, content in files.items():
            (after / Path(path).name).write_bytes(content)
        connection = sqlite3.connect(after / "quiz.db")
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                damaged += 1
            rows = connection.execute("SELECT json_extract(answer_sent, '$.dz[0]') FROM attempts").fetchall()
        except sqlite3.DatabaseError:
            damaged += 1
            rows = []
        finally:
            connection.close()
        found = [row[0] for row in rows]
        lost += len(kept - set(found))
        doubled += len(found) - len(set(found))
        acknowledged += len(kept)
    return Verdict(lost, doubled, damaged, acknowledged)


@pytest.mark.parametrize("processes", [1, 2] if FULL else [2])
def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path, processes: int) -> None:
    events, before = record(tmp_path, processes, "FULL")
    kinds = [event.kind for event in events]
    assert CREATE in kinds and kinds.count(SYNC_ENDS) > 20
    assert any(event.kind == WRITE and event.path.endswith("quiz.db") for event in events), "no checkpoint was recorded"
    verdict = judge(tmp_path, events, before)
    assert (verdict.lost, verdict.doubled, verdict.damaged) == (0, 0, 0)
    assert verdict.acknowledged > CUTS * ANSWERS / 4


def test_the_method_sees_what_a_weaker_setting_loses(tmp_path: Path) -> None:
    """synchronous=NORMAL does not wait for the disk at COMMIT: whole databases, but answers are missing."""
    verdict = judge(tmp_path, *record(tmp_path, 1, "NORMAL"))
    assert verdict.lost > 0
    assert (verdict.doubled, verdict.damaged) == (0, 0)
