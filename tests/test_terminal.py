"""Practice in a terminal: typed lines in, marks and words out; offline and on a server."""

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.client import Client, Offline
from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question drawn is the lesson's own."""
    monkeypatch.setattr(
        Offline, "questions", lambda self, skill, level, format: [self.question(f"{skill}-{format[0]}1-v1-lesson")]
    )


def _practise(*lines: str, skill: str = "chain", options: tuple[str, ...] = ()) -> Result:
    typed = "\n".join([*lines, "q"]) + "\n"
    return CliRunner().invoke(main, ["practise", skill, *options], input=typed, env={"COLUMNS": "120"})


def test_a_mistake_is_marked_and_named_and_then_it_is_right(lesson: None) -> None:
    result = _practise("0,105; 0,197; 0,09; 0,197", "[0.105, -0.197, 0.090, -0.197]")
    assert result.exit_code == 0, result.output
    assert result.output.count("✓ right") == 2 + 4
    assert result.output.count("✗ not yet") == 2
    assert "sign of dh dropped" in result.output
    assert "0 of 1 right at first try." in result.output


def test_what_cannot_be_read_is_asked_again(lesson: None) -> None:
    result = _practise("1 2 3", "1 2 3 x", "", "0.105 -0.197 0.09 -0.197")
    assert "4 entries are asked for, and 3 were typed." in result.output
    assert "dz, entry 4: This is not a decimal number." in result.output
    assert "Nothing is answered yet." in result.output
    assert "1 of 1 right at first try." in result.output


def test_a_matrix_is_typed_on_one_line(lesson: None) -> None:
    result = _practise("[[0.052, 0.026], [-0.098, -0.049], [0.045, 0.023], [-0.098, -0.049]]", skill="weight-gradient")
    assert result.output.count("✓ right") == 8
    assert "1 of 1" in result.output


def test_the_solution_on_request_and_its_cost_before() -> None:
    result = _practise("?", "!", skill="activation")
    assert "no longer count as first tries" in result.output
    assert "h = [" in result.output
    assert "0 of 1 right at first try." in result.output


def test_choosing(lesson: None) -> None:
    result = _practise("a", "b", "z", options=("--choose",))
    assert "a)  [" in result.output
    assert "0 of 1 right at first try." in result.output


def test_linked_parts_one_after_the_other(lesson: None) -> None:
    result = _practise("0.881 0.731 0.953 0.269", "", "0.105 -0.197 0.09 -0.197", skill="comprehension")
    assert "h: right" in result.output
    assert "dsigma: left out" in result.output
    assert "dz: right" in result.output


def test_ends_with_the_input_and_refuses_an_unknown_skill() -> None:
    ended = CliRunner().invoke(main, ["practise", "chain"], input="")
    assert ended.exit_code == 0
    assert "Goodbye." in ended.output
    unknown = CliRunner().invoke(main, ["practise", "nothing"])
    assert unknown.exit_code == 1
    assert "There is no such skill" in unknown.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_a_server_the_answers_are_kept(server: Server) -> None:
    first = _practise("1 2 3 4", options=("--server", server.base_url, "--name", "Ada"))
    assert first.exit_code == 0, first.output
    token = first.output.split("Your token, to go on later: ")[1].split()[0]
    _practise("5 6 7 8", options=("--server", server.base_url, "--token", token))
    with Client(server.base_url, token) as quiz:
        assert quiz.me().name == "Ada"
        assert [attempt.answer["dz"] for attempt in quiz.attempts()] == [["1", "2", "3", "4"], ["5", "6", "7", "8"]]
