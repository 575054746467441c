"""The client to be awaited makes the same calls and tries again by the same rules."""

import asyncio

import httpx
import numpy as np
import pytest

from app.client import AsyncClient, Client, QuizError
from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_call(server: Server) -> None:
    async def work() -> None:
        async with await AsyncClient.register(server.base_url, "Ada") as quiz:
            assert (await quiz.me()).name == "Ada"
            assert len(await quiz.skills()) == 11
            questions = await quiz.questions("chain", count=3, seed=4)
            assert await quiz.question(questions[0].id) == questions[0]
            made = await asyncio.gather(*(quiz.answer(question, {"dz": [9, 9, 9, 9]}) for question in questions))
            assert await quiz.attempt(made[0].id) == made[0]
            history = quiz.attempts()
            found = [attempt.id async for attempt in history]
            assert [one async for one in quiz.attempts(since=history.resume)] == []
            assert sorted(found, key=int) == sorted((attempt.id for attempt in made), key=int)
            assert np.isfinite((await quiz.solution(questions[0])).key["dz"]).all()
            assert (await quiz.progress()).next is not None
            with pytest.raises(QuizError) as refused:
                await quiz.scores()
            assert refused.value.status == 403
            with Client(server.base_url, quiz.token) as waiting:
                assert waiting.me() == await quiz.me()

    asyncio.run(work())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lost_response_is_asked_for_again_and_stored_once(server: Server) -> None:
    class Losing(httpx.AsyncBaseTransport):
        """Loses the first two responses to an answer, after the server has done its work."""

        def __init__(self) -> None:
            self.network = httpx.AsyncHTTPTransport()
            self.lost = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await self.network.handle_async_request(request)
            if request.url.path.endswith("/attempts") and request.method == "POST" and self.lost < 2:
                self.lost += 1
                await response.aclose()
                raise httpx.ReadError("the network is gone")
            return response

        async def aclose(self) -> None:
            await self.network.aclose()

    async def work() -> None:
        transport = Losing()
        async with await AsyncClient.register(server.base_url, "Ada", transport=transport) as quiz:
            attempt = await quiz.answer("chain-n1-v1-lesson", {"dz": [1, 2, 3, 4]})
            assert transport.lost == 2
            assert [one.id async for one in quiz.attempts()] == [attempt.id]

    asyncio.run(work())
