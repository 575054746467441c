"""The client for programs that do something else meanwhile: the same calls, to be awaited."""

from asyncio import sleep
from collections.abc import AsyncIterator
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from app.client import assignment_calls, calls, class_calls, webhook_calls
from app.client.batches import Answers, submit_many
from app.client.calls import Call
from app.client.reading import AsyncAttempts
from app.client.records import Outcome
from app.client.retries import Retries
from app.client.sending import awaiting
from app.client.webhook_calls import Delivery

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

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._http.base_url}, {'with' if self.token else 'without'} a token>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    # Practising.
    skills = awaiting(calls.skills)
    questions = awaiting(calls.questions)
    question = awaiting(calls.question)
    answer = awaiting(calls.answer)
    solution = awaiting(calls.solution)
    attempt = awaiting(calls.attempt)
    me = awaiting(calls.me)
    progress = awaiting(calls.progress)

    # Courses and those in them.
    courses = awaiting(class_calls.courses)
    create_course = awaiting(class_calls.create_course)
    course = awaiting(class_calls.course)
    change_course = awaiting(class_calls.change_course)
    delete_course = awaiting(class_calls.delete_course)
    renew_code = awaiting(class_calls.renew_code)
    join = awaiting(class_calls.join)
    roster = awaiting(class_calls.roster)
    import_learners = awaiting(class_calls.import_learners)
    change_learner = awaiting(class_calls.change_learner)
    remove_learner = awaiting(class_calls.remove_learner)
    merge_learners = awaiting(class_calls.merge_learners)
    personal_link = awaiting(class_calls.personal_link)
    staff = awaiting(class_calls.staff)
    add_colleague = awaiting(class_calls.add_colleague)
    remove_staff = awaiting(class_calls.remove_staff)
    invite = awaiting(class_calls.invite)
    integrations = awaiting(class_calls.integrations)
    add_integration = awaiting(class_calls.add_integration)
    add_token = awaiting(class_calls.add_token)
    revoke_program_token = awaiting(class_calls.revoke_program_token)
    add_webhook = awaiting(webhook_calls.add_webhook)
    webhooks = awaiting(webhook_calls.webhooks)
    remove_webhook = awaiting(webhook_calls.remove_webhook)
    send_again = awaiting(webhook_calls.send_again)
    tokens = awaiting(class_calls.tokens)
    revoke_token = awaiting(class_calls.revoke_token)

    # Assignments: to set them, and to sit at them.
    assignments = awaiting(assignment_calls.assignments)
    create_assignment = awaiting(assignment_calls.create_assignment)
    assignment = awaiting(assignment_calls.assignment)
    change_assignment = awaiting(assignment_calls.change_assignment)
    delete_assignment = awaiting(assignment_calls.delete_assignment)
    extend = awaiting(assignment_calls.extend)
    withdraw_extension = awaiting(assignment_calls.withdraw_extension)
    assignment_statistics = awaiting(assignment_calls.assignment_statistics)
    results = awaiting(assignment_calls.results)
    their_sitting = awaiting(assignment_calls.their_sitting)
    begin = awaiting(assignment_calls.begin)
    sitting = awaiting(assignment_calls.sitting)
    save_draft = awaiting(assignment_calls.save_draft)
    hand_in = awaiting(assignment_calls.hand_in)
    finish = awaiting(assignment_calls.finish)

    # What came of it.
    scores = awaiting(calls.scores)
    item_statistics = awaiting(class_calls.item_statistics)
    export = awaiting(class_calls.export)
    question_bank = awaiting(class_calls.question_bank)
    learner_data = awaiting(class_calls.learner_data)
    erase_learner = awaiting(class_calls.erase_learner)

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

    def attempts(
        self, learner: str | None = None, skill: str | None = None, course: str | None = None, since: str | None = None
    ) -> AsyncAttempts:
        """One's own attempts, oldest first, however many; with an instructor's token the class's. Fetched as they are read.

        since: the `resume` of an earlier reading, for what has come after it.
        """
        return AsyncAttempts(lambda after: self._do(calls.attempts(learner, skill, course, after)), since)

    async def deliveries(self, course_id: str) -> AsyncIterator[Delivery]:
        """What programs were told of the course, newest first, for thirty days. Fetched as they are read."""
        before: str | None = None
        while True:
            page, before = await self._do(webhook_calls.deliveries(course_id, before))
            for delivery in page:
                yield delivery
            if before is None:
                return

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
                    return call.result(response)
                pause = self._retries.after_refusal(tried, call.repeatable, response)
            await sleep(pause)
        raise AssertionError("unreachable: the retries end by raising")
