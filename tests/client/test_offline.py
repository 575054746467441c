"""The quiz without a server: what it draws, grades and refuses is what a server would."""

import numpy as np
import pytest

from app.client import Client, Offline, Question, QuizError
from app.client.typed import entries_of, shaped
from app.engine.skills import SKILLS
from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]


def _given(question: Question) -> dict[str, list]:
    return {symbol: value.tolist() for symbol, value in question.given.items()}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_offline_is_the_server_without_the_server(server: Server) -> None:
    offline = Client.offline()
    with Client.register(server.base_url, "Ada") as online:
        assert offline.skills() == online.skills()
        for skill in SKILLS:
            for format in ("numeric", "choice"):
                ours, theirs = (client.questions(skill, 2, format, count=2, seed=5) for client in (offline, online))
                assert ours == theirs
                for question, other in zip(ours, theirs, strict=True):
                    assert _given(question) == _given(other)
                    answer = {
                        part.symbol: part.options[0] if part.options else np.full(part.shape, 0.25) for part in question.parts
                    }
                    mine, stored = offline.answer(question, answer), online.answer(question, answer)
                    assert (mine.score, mine.correct, mine.parts, mine.answer) == (
                        stored.score,
                        stored.correct,
                        stored.parts,
                        stored.answer,
                    )
                    key, known = offline.solution(question), online.solution(question)
                    assert key.steps == known.steps
                    for symbol, value in key.key.items():
                        assert np.abs(value - known.key[symbol]).max() < 1e-12


def test_attempts_are_kept_as_long_as_the_client() -> None:
    quiz = Offline()
    question = quiz.question("comprehension-n1-v1-lesson")
    wrong = quiz.answer(question, {"dz": [0.105, 0.197, 0.09, 0.197]})
    assert wrong.parts[2].misconception is not None
    assert wrong.parts[2].misconception.code == "upstream-sign-dropped"
    assert wrong.solution is None
    quiz.solution(question)
    key = quiz.solution(question).key
    right = quiz.answer(question, key)
    assert right.correct and right.solution is not None
    assert [attempt.id for attempt in quiz.attempts()] == ["1", "2"]
    assert list(quiz.attempts(skill="chain")) == []


def test_what_is_refused_is_refused_in_the_same_words() -> None:
    quiz = Offline()
    with pytest.raises(QuizError, match="no such skill") as unknown:
        quiz.questions("nothing")
    assert unknown.value.errors[0].pointer == "/skill"
    for bad in ({"level": 4}, {"format": "essay"}):
        with pytest.raises(QuizError):
            quiz.questions("chain", **bad)
    with pytest.raises(QuizError) as lost:
        quiz.question("chain-n1-v9-lesson")
    assert lost.value.status == 404
    with pytest.raises(QuizError) as shape:
        quiz.answer("chain-n1-v1-lesson", {"dz": 0.3})
    assert shape.value.errors[0].pointer == "/answer/dz"
    assert "dot product" in (shape.value.errors[0].hint or "")
    with pytest.raises(QuizError) as entry:
        quiz.answer("chain-n1-v1-lesson", {"dz": [1, 2, "1_000", 4]})
    assert entry.value.errors[0].pointer == "/answer/dz/2"


def test_a_notebook_shows_mathematics_and_marks() -> None:
    quiz = Offline()
    question = quiz.question("weight-gradient-n1-v1-lesson")
    assert question._repr_latex_().startswith(r"$\displaystyle dz = \begin{bmatrix}")
    assert str(question) == question.prompt
    attempt = quiz.answer(question, {"dW": [[0.052, 9], [1, 1], [1, 1], [1, 1]]})
    shown = attempt._repr_html_()
    assert shown.count("<tr>") == 4
    assert shown.count("✓") == 1 and shown.count("✗") == 7
    assert 'title="not yet"' in shown
    assert "style" not in shown and "script" not in shown
    assert "dW: partial" in str(attempt)
    choice = quiz.questions("chain", format="choice")[0]
    assert "Option a" in quiz.answer(choice, {"dz": "a"})._repr_html_()
    steps = quiz.solution(question)
    assert steps._repr_html_().count("<li>") == 1
    assert str(steps).startswith("1. ")


@pytest.mark.parametrize(
    "text",
    [
        "0.105 -0.197 0.09 −0.197",
        "[0.105, -0.197, 0.09, −0.197]",
        "0,105; -0,197; 0,09; −0,197",
        "0,105 -0,197 0,09 −0,197",
        "[[0.105]\n [-0.197]\n [0.09]\n [−0.197]]",
        "[ 0.105 -0.197  0.09  −0.197]",
        "0.105\t-0.197\t0.09\t−0.197",
        "0.105,-0.197,0.09,−0.197",
    ],
)
def test_a_vector_is_read_however_it_is_typed(text: str) -> None:
    assert [entry.replace("−", "-") for entry in entries_of(text)] == ["0.105", "-0.197", "0.09", "-0.197"]


def test_entries_take_the_parts_shape() -> None:
    assert shaped(["1", "2", "3", "4"], (2, 2)) == [["1", "2"], ["3", "4"]]
    assert shaped(["1", "2"], (2,)) == ["1", "2"]
    with pytest.raises(ValueError, match="3 entries are asked for, and 2 were typed"):
        shaped(["1", "2"], (3,))
