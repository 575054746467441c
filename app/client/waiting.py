"""The client that waits for each response."""

from collections.abc import Iterator, Mapping
from itertools import count
from time import sleep
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from app.client import calls
from app.client.batches import Answers, submit_many
from app.client.calls import Call
from app.client.offline import Offline
from app.client.records import Attempt, LearnerScore, Me, Outcome, Progress, Question, Skill, Solution
from app.client.retries import Retries

T = TypeVar("T")


class Client:
    """Talks to one server, as the owner of `token` or as nobody. Close it, or use it in a `with` block.

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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._retries = Retries(tries, patience)
        self._http = httpx.Client(base_url=base_url.rstrip("/") + "/api/v1", timeout=timeout, transport=transport)
        self._sign(token)

    @classmethod
    def register(cls, base_url: str, name: str, **settings: Any) -> Self:
        """A client for a new learner; keep its `token`, which is shown once. settings: as for Client."""
        client = cls(base_url, **settings)
        try:
            token = client._do(calls.register(name))
        except BaseException:
            client.close()
            raise
        client._sign(token)
        return client

    @staticmethod
    def offline() -> Offline:
        """A client that draws and grades by itself, without a server; nothing is stored."""
        return Offline()

    def _sign(self, token: str | None) -> None:
        self.token = token
        if token is not None:
            self._http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def skills(self) -> list[Skill]:
        """What can be practised."""
        return self._do(calls.skills())

    def questions(
        self, skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
    ) -> list[Question]:
        """Fresh questions, 1 to 1000; with a `seed`, the same ones each time. level: 1 to 3. format: numeric or choice."""
        return self._do(calls.questions(skill, level, format, count, seed))

    def question(self, question_id: str) -> Question:
        """The question of an id."""
        return self._do(calls.question(question_id))

    def answer(self, question: Question | str, answer: Mapping[str, Any], idempotency_key: str | None = None) -> Attempt:
        """Has an answer graded and stored, once.

        Args:
            question: a question or its id.
            answer: symbol -> array or nested lists of the part's shape; entries are numbers or text as a person types
                it, None or NaN for one left out. In a choice, symbol -> the option or its id.
            idempotency_key: any text of your own; the same key gets the first attempt back, also later on. Without one,
                each call is an attempt of its own.
        """
        return self._do(calls.answer(question, answer, idempotency_key))

    def submit_many(self, answers: Answers) -> list[Outcome]:
        """Has many answers graded and stored, each once; one outcome for each, in their order. A bad one harms no other.

        answers: pairs of question and answer, as for `answer`, or `Given`, which can also name a key, and the learner for whom a
        program hands it in. Sent by the thousand; whoever calls again with the same keys gets the first attempts back.
        """
        steps = submit_many(answers, self._retries.tries)
        try:
            pause, call = next(steps)
            while True:
                sleep(pause)
                pause, call = steps.send(self._do(call))
        except StopIteration as done:
            outcomes: list[Outcome] = done.value
            return outcomes

    def solution(self, question: Question | str) -> Solution:
        """Shows the solution; attempts at the question after that are no first tries."""
        return self._do(calls.solution(question))

    def attempts(self, learner: str | None = None, skill: str | None = None) -> Iterator[Attempt]:
        """One's own attempts, oldest first, however many; with an instructor's token the class's. Fetched as they are read."""
        since: str | None = None
        while True:
            page, since = self._do(calls.attempts(learner, skill, since))
            yield from page
            if since is None:
                return

    def attempt(self, attempt_id: str) -> Attempt:
        """One attempt."""
        return self._do(calls.attempt(attempt_id))

    def scores(self) -> list[LearnerScore]:
        """Every learner's scores; for instructors and integrations."""
        return self._do(calls.scores())

    def me(self) -> Me:
        """Whose token this is."""
        return self._do(calls.me())

    def progress(self) -> Progress:
        """What one has reached in each skill, and what to practise next."""
        return self._do(calls.progress())

    def _do(self, call: Call[T]) -> T:
        """Sends a call until it is answered."""
        request = self._http.build_request(
            call.method, call.path, json=call.body, params=dict(call.query), headers=dict(call.headers)
        )
        for tried in count(1):
            try:
                response = self._http.send(request)
            except httpx.TransportError as error:
                pause = self._retries.after_failure(tried, call.repeatable, error)
            else:
                if response.is_success:
                    return call.read(calls.document(response))
                pause = self._retries.after_refusal(tried, call.repeatable, response)
            sleep(pause)
        raise AssertionError("unreachable: the retries end by raising")
