"""The client for programs that do something else meanwhile: the same calls, to be awaited."""

from asyncio import sleep
from collections.abc import AsyncIterator, Mapping
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from app.client import calls
from app.client.batches import Answers, submit_many
from app.client.calls import Call
from app.client.records import Attempt, LearnerScore, Me, Outcome, Progress, Question, Skill, Solution
from app.client.retries import Retries

T = TypeVar("T")


class AsyncClient:
    """Talks to one server, as the owner of `token` or as nobody. Close it, or use it in an `async with` block.

    Every call raises QuizError when the server refuses and httpx.TransportError when it cannot be reached, after at
    most `tries` tries. A server that asks for a pause of more than `patience` seconds is not waited for.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        tries: int = 5,
        patience: float = 60.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._retries = Retries(tries, patience)
        self._http = httpx.AsyncClient(base_url=base_url.rstrip("/") + "/api/v1", timeout=timeout, transport=transport)
        self._sign(token)

    @classmethod
    async def register(cls, base_url: str, name: str, **settings: Any) -> Self:
        """A client for a new learner; keep its `token`, which is shown once. settings: as for AsyncClient."""
        client = cls(base_url, **settings)
        try:
            token = await client._do(calls.register(name))
        except BaseException:
            await client.aclose()
            raise
        client._sign(token)
        return client

    def _sign(self, token: str | None) -> None:
        self.token = token
        if token is not None:
            self._http.headers["Authorization"] = f"Bearer {token}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def skills(self) -> list[Skill]:
        """What can be practised."""
        return await self._do(calls.skills())

    async def questions(
        self, skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
    ) -> list[Question]:
        """Fresh questions, 1 to 1000; with a `seed`, the same ones each time. level: 1 to 3. format: numeric or choice."""
        return await self._do(calls.questions(skill, level, format, count, seed))

    async def question(self, question_id: str) -> Question:
        """The question of an id."""
        return await self._do(calls.question(question_id))

    async def answer(self, question: Question | str, answer: Mapping[str, Any], idempotency_key: str | None = None) -> Attempt:
        """Has an answer graded and stored, once.

        Args:
            question: a question or its id.
            answer: symbol -> array or nested lists of the part's shape; entries are numbers or text as a person types
                it, None or NaN for one left out. In a choice, symbol -> the option or its id.
            idempotency_key: any text of your own; the same key gets the first attempt back, also later on. Without one,
                each call is an attempt of its own.
        """
        return await self._do(calls.answer(question, answer, idempotency_key))

    async def submit_many(self, answers: Answers) -> list[Outcome]:
        """Has many answers graded and stored, each once; one outcome for each, in their order. A bad one harms no other.

        answers: pairs of question and answer, as for `answer`, or `Given`, which can also name a key, and the learner for whom a
        program hands it in. Sent by the thousand; whoever calls again with the same keys gets the first attempts back.
        """
        steps = submit_many(answers, self._retries.tries)
        try:
            pause, call = next(steps)
            while True:
                await sleep(pause)
                pause, call = steps.send(await self._do(call))
        except StopIteration as done:
            outcomes: list[Outcome] = done.value
            return outcomes

    async def solution(self, question: Question | str) -> Solution:
        """Shows the solution; attempts at the question after that are no first tries."""
        return await self._do(calls.solution(question))

    async def attempts(self, learner: str | None = None, skill: str | None = None) -> AsyncIterator[Attempt]:
        """One's own attempts, oldest first, however many; with an instructor's token the class's. Fetched as they are read."""
        since: str | None = None
        while True:
            page, since = await self._do(calls.attempts(learner, skill, since))
            for attempt in page:
                yield attempt
            if since is None:
                return

    async def attempt(self, attempt_id: str) -> Attempt:
        """One attempt."""
        return await self._do(calls.attempt(attempt_id))

    async def scores(self) -> list[LearnerScore]:
        """Every learner's scores; for instructors and integrations."""
        return await self._do(calls.scores())

    async def me(self) -> Me:
        """Whose token this is."""
        return await self._do(calls.me())

    async def progress(self) -> Progress:
        """What one has reached in each skill, and what to practise next."""
        return await self._do(calls.progress())

    async def _do(self, call: Call[T]) -> T:
        """Sends a call until it is answered."""
        request = self._http.build_request(
            call.method, call.path, json=call.body, params=dict(call.query), headers=dict(call.headers)
        )
        for tried in count(1):
            try:
                response = await self._http.send(request)
            except httpx.TransportError as error:
                pause = self._retries.after_failure(tried, call.repeatable, error)
            else:
                if response.is_success:
                    return call.read(calls.document(response))
                pause = self._retries.after_refusal(tried, call.repeatable, response)
            await sleep(pause)
        raise AssertionError("unreachable: the retries end by raising")
