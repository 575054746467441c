"""The client that people import, over real HTTP: it draws, answers, reads, and never doubles an answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import numpy as np
import pytest

from app.client import Client, Option, Question, QuizError
from tests.databases import database_url
from tests.persistence.samples import look
from tests.servers import Server, serve, server

__all__ = ["database_url", "server"]

LESSON = "comprehension-n1-v1-lesson"
LESSON_KEYS = {
    "h": [0.881, 0.731, 0.953, 0.269],
    "dsigma": [0.105, 0.197, 0.045, 0.197],
    "dz": [0.105, -0.197, 0.090, -0.197],
}
Act = Callable[[httpx.Request], httpx.Response | None]


@pytest.fixture
def quiz(server: Server) -> Iterator[Client]:
    """Ada, just registered."""
    with Client.register(server.base_url, "Ada") as client:
        yield client


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the client would have made, in seconds; nobody waits for them."""
    made: list[float] = []
    monkeypatch.setattr("app.client.waiting.sleep", made.append)
    return made


class Between(httpx.BaseTransport):
    """A network that interferes: before each of the first requests `acts[k]` may answer in the server's place or raise.

    `lost`: so many responses are then lost after the server has done its work.
    """

    def __init__(self, *acts: Act, lost: int = 0) -> None:
        self.requests = 0
        self._acts = list(acts)
        self._lost = lost
        self._network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self._acts and (response := self._acts.pop(0)(request)) is not None:
            return response
        response = self._network.handle_request(request)
        if self._lost > 0:
            self._lost -= 1
            response.read()
            response.close()
            raise httpx.ReadError("the connection was cut", request=request)
        return response

    def close(self) -> None:
        self._network.close()


def says(status: int, **headers: str) -> Act:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(status, headers=names, text="not now")


def attempts_stored(server: Server) -> int:
    counted: int = look(server.database_url, "SELECT count(*) FROM attempts")[0][0]
    return counted


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def test_draw_and_answer_right(quiz: Client, server: Server) -> None:
    for question in quiz.questions("chain", level=2, count=5):
        h = sigmoid(question.given["z"])
        (part,) = question.parts
        assert (part.symbol, part.shape, part.options) == ("dz", h.shape, None)
        attempt = quiz.answer(question, {"dz": np.round(question.given["dh"] * h * (1 - h), 3)})
        assert (attempt.score, attempt.correct, attempt.question_id) == (1.0, True, question.id)
        assert (attempt.parts[0].verdict, attempt.parts[0].rounding) == ("correct", "exact")
        assert attempt.parts[0].entries == [True] * h.size
        assert abs(attempt.submitted_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert attempts_stored(server) == 5


def test_a_mistake_is_named(quiz: Client) -> None:
    question = quiz.question("chain-n1-v1-lesson")
    attempt = quiz.answer(question, {"dz": question.given["dh"] * sigmoid(question.given["z"])})
    assert not attempt.correct and attempt.solution is None
    known = attempt.parts[0].misconception
    assert known is not None and known.code == "h-for-derivative" and known.title and known.feedback


def test_the_numbers_of_the_lesson(quiz: Client) -> None:
    example = next(skill.example_id for skill in quiz.skills() if skill.id == "comprehension")
    assert example == LESSON
    question = quiz.question(example)
    assert question.given["z"].tolist() == [2, 1, 3, -1]
    assert question.given["dh"].tolist() == [1, -1, 2, -1]
    attempt = quiz.answer(example, LESSON_KEYS)
    assert attempt.correct and attempt.answer == LESSON_KEYS
    assert attempt.solution is not None
    for symbol, key in LESSON_KEYS.items():
        assert np.round(attempt.solution.key[symbol], 3).tolist() == key
        assert (attempt.solution.tolerance[symbol] >= 0.001).all()
    assert len(attempt.solution.steps) == 3


def test_what_may_stand_in_an_answer(quiz: Client) -> None:
    question = quiz.question(LESSON)
    attempt = quiz.answer(
        question, {"h": np.array([[0.881], [0.731], [0.953], [np.nan]]), "dsigma": ["0,105", np.float32(0.5), np.int64(3), None]}
    )
    h, dsigma, dz = attempt.parts
    assert attempt.answer == {"h": [[0.881], [0.731], [0.953], [None]], "dsigma": ["0,105", 0.5, 3, None]}
    assert (h.entries, dsigma.entries) == ([True, True, True, False], [True, False, False, False])
    assert dz.verdict == "unanswered"


def test_choices(quiz: Client) -> None:
    (question,) = quiz.questions("derivative", format="choice", seed=3)
    options = question.parts[0].options
    assert options is not None and all(option.value.shape == (4,) for option in options)
    h = sigmoid(question.given["z"])
    right = min(options, key=lambda option: float(np.abs(option.value - h * (1 - h)).max()))
    wrong = next(option for option in options if option != right)
    refused: Option | str
    for refused in (wrong, wrong.id):
        assert quiz.answer(question, {"dsigma": refused}).score == 0
    accepted = quiz.answer(question, {"dsigma": right})
    assert accepted.correct and accepted.parts[0].entries is None


def test_the_same_question_twice(quiz: Client, server: Server) -> None:
    first, again = quiz.questions("delta", seed=-5), quiz.questions("delta", seed=-5)
    assert first == again and first[0] == quiz.question(first[0].id)
    assert hash(first[0]) == hash(again[0])
    quiz.answer(first[0], {"dz": [1, 2, 3, 4]})
    quiz.answer(first[0], {"dz": [1, 2, 3, 4]})
    assert attempts_stored(server) == 2  # each call is an attempt of its own
    once = quiz.answer(first[0], {"dz": [0, 2, 3, 4]}, "mine")
    assert quiz.answer(first[0], {"dz": [0, 2, 3, 4]}, "mine") == once
    assert attempts_stored(server) == 3


def test_all_attempts_page_by_page(quiz: Client, server: Server) -> None:
    questions = [*quiz.questions("delta", count=100), *quiz.questions("chain", count=30)]
    made = [quiz.answer(question, {"dz": [0.1, 0.2, 0.3, 0.4]}).id for question in questions]
    assert [attempt.id for attempt in quiz.attempts()] == made
    assert [attempt.id for attempt in quiz.attempts(skill="chain")] == made[100:]
    assert quiz.attempt(made[7]).question_id == questions[7].id
    history = quiz.attempts()
    assert len(list(history)) == 130 and list(quiz.attempts(since=history.resume)) == []
    later = quiz.answer(questions[0], {"dz": [1, 2, 3, 4]})
    assert list(quiz.attempts(since=history.resume)) == [later]
    made.append(later.id)
    assert [attempt.id for attempt in quiz.attempts(skill="chain")] == made[100:130]
    with Client(server.base_url, server.enrol("instructor")) as desk:
        assert [attempt.id for attempt in desk.attempts(learner=quiz.me().id)] == made


def test_scores_and_progress(quiz: Client, server: Server) -> None:
    quiz.answer(LESSON, LESSON_KEYS)
    (question,) = quiz.questions("chain")
    solution = quiz.solution(question)
    assert solution.key["dz"].shape == (4,) and solution.steps[0].latex
    assert quiz.answer(question, {"dz": solution.key["dz"]}).solution == solution
    me, progress = quiz.me(), quiz.progress()
    assert (me.name, me.role) == ("Ada", "learner")
    by_skill = {one.skill: one for one in progress.skills}
    assert (by_skill["comprehension"].attempts, by_skill["comprehension"].first_try_score) == (1, 1.0)
    assert (by_skill["chain"].attempts, by_skill["chain"].first_tries, by_skill["chain"].first_try_score) == (1, 0, None)
    assert 0 < (by_skill["comprehension"].mastery or 0) < 1 and progress.next in by_skill
    with Client(server.base_url, server.enrol("integration")) as desk:
        (score,) = desk.scores()
    assert (score.learner_id, score.name, score.attempts, score.first_tries) == (me.id, "Ada", 2, 1)
    assert score.last_seen is not None and {one.skill for one in score.skills} == {"chain", "comprehension"}


def test_refusals(quiz: Client, server: Server, pauses: list[float]) -> None:
    def refused(call: Callable[[], object], status: int) -> QuizError:
        with pytest.raises(QuizError) as caught:
            call()
        assert caught.value.status == status and caught.value.title and caught.value.detail
        return caught.value

    unreadable = refused(lambda: quiz.answer(LESSON, {"dz": [0.1, "1_000", 0.3, "many"], "h": 1}), 422)
    assert {fault.pointer for fault in unreadable.errors} == {"/answer/dz/1", "/answer/dz/3", "/answer/h"}
    dot = refused(lambda: quiz.answer("chain-n1-v1-lesson", {"dz": 0.5}), 422)
    assert dot.errors[0].hint is not None and "dot product" in dot.errors[0].hint
    refused(lambda: quiz.question("no/such?question"), 404)
    refused(lambda: quiz.questions("juggling"), 422)
    refused(quiz.scores, 403)
    refused(lambda: quiz.attempt("1"), 404)
    with Client(server.base_url) as nobody, Client(server.base_url, "wrong") as stranger:
        refused(nobody.me, 401)
        refused(lambda: nobody.answer(LESSON, LESSON_KEYS), 401)
        refused(stranger.skills, 401)
    with pytest.raises(ValueError):
        quiz.answer(LESSON, {"h": [np.inf] * 4})
    assert attempts_stored(server) == 0
    assert pauses == []  # none of this gets better by asking again


def test_a_lost_response_does_not_double_the_answer(quiz: Client, server: Server, pauses: list[float]) -> None:
    network = Between(lost=2)
    with Client(server.base_url, quiz.token, transport=network) as flaky:
        attempt = flaky.answer(LESSON, LESSON_KEYS)
    assert network.requests == 3 and len(pauses) == 2
    assert attempts_stored(server) == 1
    assert [attempt] == list(quiz.attempts())


def test_what_passes_is_waited_for(quiz: Client, server: Server, pauses: list[float]) -> None:
    def cut(request: httpx.Request) -> None:
        raise httpx.ConnectError("no route", request=request)

    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    acts = (says(409), says(429, Retry_After="7"), says(503, Retry_After=soon), cut, says(503, Retry_After="soon"))
    network = Between(*acts)
    with Client(server.base_url, quiz.token, transport=network, tries=6) as flaky:
        assert flaky.answer(LESSON, LESSON_KEYS).correct
    assert network.requests == 6
    assert pauses[1] == 7 and 15 < pauses[2] <= 20
    assert [pauses[k] for k in (0, 3, 4)] == pytest.approx([0.1, 0.8, 1.6])
    assert attempts_stored(server) == 1


def test_patience_ends(quiz: Client, server: Server, pauses: list[float]) -> None:
    def cut(request: httpx.Request) -> None:
        raise httpx.ConnectError("no route", request=request)

    for acts, requests, expected in (
        ([says(503)] * 9, 3, QuizError),
        ([cut] * 9, 3, httpx.ConnectError),
        ([says(429, Retry_After="3600")] * 9, 1, QuizError),
        ([says(500)] * 9, 1, QuizError),
    ):
        network = Between(*acts)
        with Client(server.base_url, quiz.token, transport=network, tries=3) as flaky, pytest.raises(expected):
            flaky.answer(LESSON, LESSON_KEYS)
        assert network.requests == requests
    assert attempts_stored(server) == 0


def test_registration_is_not_repeated_blindly(server: Server, pauses: list[float]) -> None:
    network = Between(lost=1)
    with pytest.raises(httpx.ReadError):
        Client.register(server.base_url, "Ada", transport=network)
    assert network.requests == 1
    network = Between(says(429, Retry_After="1"))
    with Client.register(server.base_url, "Ada", transport=network) as client:
        assert client.token
    assert pauses == [1]


def test_a_limited_server_is_given_its_time(database_url: str) -> None:
    with serve(database_url, api_rate="2/second") as limited, Client.register(limited.base_url, "Ada") as quiz:
        assert [quiz.me().name for _ in range(5)] == ["Ada"] * 5


def test_what_later_servers_add_is_overlooked() -> None:
    question = {
        "id": "x", "skill": "chain", "level": 1, "format": "numeric", "prompt": "", "prompt_latex": "",
        "given": {"W": [[1, 2], [3, 4]]}, "hue": "blue",
        "parts": [{"symbol": "dW", "title": "", "shape": [2, 2], "decimals": 3, "options": None, "unit": "m"}],
    }  # fmt: skip
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=question))
    with Client("http://later.test", transport=transport) as quiz:
        read = quiz.question("x")
    assert isinstance(read, Question) and read.given["W"].shape == read.parts[0].shape == (2, 2)
