"""The client that waits for each response."""

from collections.abc import Iterator
from itertools import count
from time import sleep
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from app.client import assignment_calls, calls, class_calls, webhook_calls
from app.client.batches import Answers, submit_many
from app.client.calls import Call
from app.client.offline import Offline
from app.client.reading import Attempts
from app.client.records import Outcome
from app.client.retries import Retries
from app.client.sending import sending
from app.client.webhook_calls import Delivery

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

    def __repr__(self) -> str:
        return f"<Client of {self._http.base_url}, {'with' if self.token else 'without'} a token>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    # Practising.
    skills = sending(calls.skills)
    questions = sending(calls.questions)
    question = sending(calls.question)
    answer = sending(calls.answer)
    solution = sending(calls.solution)
    attempt = sending(calls.attempt)
    me = sending(calls.me)
    progress = sending(calls.progress)

    # Courses and those in them.
    courses = sending(class_calls.courses)
    create_course = sending(class_calls.create_course)
    course = sending(class_calls.course)
    change_course = sending(class_calls.change_course)
    delete_course = sending(class_calls.delete_course)
    renew_code = sending(class_calls.renew_code)
    join = sending(class_calls.join)
    roster = sending(class_calls.roster)
    import_learners = sending(class_calls.import_learners)
    change_learner = sending(class_calls.change_learner)
    remove_learner = sending(class_calls.remove_learner)
    merge_learners = sending(class_calls.merge_learners)
    personal_link = sending(class_calls.personal_link)
    staff = sending(class_calls.staff)
    add_colleague = sending(class_calls.add_colleague)
    remove_staff = sending(class_calls.remove_staff)
    invite = sending(class_calls.invite)
    integrations = sending(class_calls.integrations)
    add_integration = sending(class_calls.add_integration)
    add_token = sending(class_calls.add_token)
    revoke_program_token = sending(class_calls.revoke_program_token)
    add_webhook = sending(webhook_calls.add_webhook)
    webhooks = sending(webhook_calls.webhooks)
    remove_webhook = sending(webhook_calls.remove_webhook)
    send_again = sending(webhook_calls.send_again)
    tokens = sending(class_calls.tokens)
    revoke_token = sending(class_calls.revoke_token)

    # Assignments: to set them, and to sit at them.
    assignments = sending(assignment_calls.assignments)
    create_assignment = sending(assignment_calls.create_assignment)
    assignment = sending(assignment_calls.assignment)
    change_assignment = sending(assignment_calls.change_assignment)
    delete_assignment = sending(assignment_calls.delete_assignment)
    extend = sending(assignment_calls.extend)
    withdraw_extension = sending(assignment_calls.withdraw_extension)
    assignment_statistics = sending(assignment_calls.assignment_statistics)
    results = sending(assignment_calls.results)
    their_sitting = sending(assignment_calls.their_sitting)
    begin = sending(assignment_calls.begin)
    sitting = sending(assignment_calls.sitting)
    save_draft = sending(assignment_calls.save_draft)
    hand_in = sending(assignment_calls.hand_in)
    finish = sending(assignment_calls.finish)

    # What came of it.
    scores = sending(calls.scores)
    item_statistics = sending(class_calls.item_statistics)
    export = sending(class_calls.export)
    question_bank = sending(class_calls.question_bank)
    learner_data = sending(class_calls.learner_data)
    erase_learner = sending(class_calls.erase_learner)

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

    def attempts(
        self, learner: str | None = None, skill: str | None = None, course: str | None = None, since: str | None = None
    ) -> Attempts:
        """One's own attempts, oldest first, however many; with an instructor's token the class's. Fetched as they are read.

        since: the `resume` of an earlier reading, for what has come after it.
        """
        return Attempts(lambda after: self._do(calls.attempts(learner, skill, course, after)), since)

    def deliveries(self, course_id: str) -> Iterator[Delivery]:
        """What programs were told of the course, newest first, for thirty days. Fetched as they are read."""
        before: str | None = None
        while True:
            page, before = self._do(webhook_calls.deliveries(course_id, before))
            yield from page
            if before is None:
                return

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
                    return call.result(response)
                pause = self._retries.after_refusal(tried, call.repeatable, response)
            sleep(pause)
        raise AssertionError("unreachable: the retries end by raising")
