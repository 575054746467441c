"""Idempotency under attack: several server processes on one database, the same keys from all sides, servers killed midway."""

import asyncio
import random
from collections import Counter

import pytest

from app.client import AsyncClient, Attempt
from app.persistence.migrate import upgrade
from tests.api.processes import ServerProcess
from tests.databases import database_url
from tests.sizes import size

__all__ = ["database_url"]

KEYS = size(12, 40)
AT_ONCE = size(8, 16)
LESSON = "chain-n1-v1-lesson"


async def _all_attempts(client: AsyncClient) -> list[Attempt]:
    return [attempt async for attempt in client.attempts()]


def test_the_same_keys_at_two_processes_store_each_answer_once(database_url: str) -> None:
    upgrade(database_url)
    with ServerProcess(database_url) as first, ServerProcess(database_url) as second:

        async def attack() -> tuple[list[tuple[int, str]], list[Attempt]]:
            one = await AsyncClient.register(first.base_url, "Ada", timeout=60, tries=20)
            async with one, AsyncClient(second.base_url, one.token, timeout=60, tries=20) as other:
                sent = [(key, client) for key in range(KEYS) for _ in range(AT_ONCE // 2) for client in (one, other)]
                random.Random(1).shuffle(sent)

                async def send(key: int, client: AsyncClient) -> tuple[int, str]:
                    made = await client.answer(LESSON, {"dz": [key, 1, 2, 3]}, idempotency_key=f"key {key}")
                    return key, made.id

                answered = await asyncio.gather(*(send(key, client) for key, client in sent))
                return answered, await _all_attempts(one)

        answered, stored = asyncio.run(attack())
    assert len(answered) == KEYS * (AT_ONCE // 2) * 2
    assert len(set(answered)) == KEYS  # whoever sent it, a key always got the same attempt
    assert len(stored) == KEYS
    assert Counter(attempt.answer["dz"][0] for attempt in stored) == Counter(range(KEYS))


def test_a_server_killed_while_it_answers_leaves_each_answer_once(database_url: str) -> None:
    """Clients that go on trying see no error, whatever was under way; what was acknowledged is there, once."""
    upgrade(database_url)
    deaths = size(1, 6)
    with ServerProcess(database_url) as server:

        async def work() -> tuple[list[str], list[Attempt]]:
            async with await AsyncClient.register(server.base_url, "Ada", timeout=30, tries=40) as quiz:
                acknowledged: list[str] = []
                block_done = asyncio.Event()
                dying = asyncio.create_task(die(block_done))
                number = 0
                while not dying.done():
                    block = range(number, number + 8)
                    made = await asyncio.gather(
                        *(quiz.answer(LESSON, {"dz": [k, 1, 2, 3]}, idempotency_key=f"answer {k}") for k in block)
                    )
                    acknowledged += [attempt.id for attempt in made]
                    block_done.set()
                    number += 8
                await dying
                return acknowledged, await _all_attempts(quiz)

        async def die(block_done: asyncio.Event) -> None:
            chance = random.Random(2)
            for _ in range(deaths):
                block_done.clear()
                await block_done.wait()
                await asyncio.sleep(chance.uniform(0.0, 0.05))
                server.kill()
                await asyncio.to_thread(server.start)

        acknowledged, stored = asyncio.run(work())
    assert len(acknowledged) >= 8 * deaths
    assert len(set(acknowledged)) == len(acknowledged)
    assert Counter(attempt.id for attempt in stored) == Counter(acknowledged)
    assert sorted(attempt.answer["dz"][0] for attempt in stored) == list(range(len(acknowledged)))


@pytest.mark.parametrize("lost", ["request", "response"])
def test_a_client_killed_while_it_waits_and_started_again_leaves_one_answer(database_url: str, lost: str) -> None:
    """The first client gives up before (or long before) the response; the next sends the same key."""
    upgrade(database_url)
    with ServerProcess(database_url) as server:

        async def work() -> list[Attempt]:
            async with await AsyncClient.register(server.base_url, "Ada", timeout=60) as quiz:
                token = quiz.token
                for k in range(size(6, 30)):
                    task = asyncio.create_task(quiz.answer(LESSON, {"dz": [k, 1, 2, 3]}, idempotency_key=f"answer {k}"))
                    await asyncio.sleep(0 if lost == "request" else 0.002 * k)
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
            async with AsyncClient(server.base_url, token, timeout=60) as again:
                for k in range(size(6, 30)):
                    await again.answer(LESSON, {"dz": [k, 1, 2, 3]}, idempotency_key=f"answer {k}")
                return await _all_attempts(again)

        stored = asyncio.run(work())
    assert sorted(attempt.answer["dz"][0] for attempt in stored) == list(range(size(6, 30)))
