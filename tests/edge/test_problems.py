"""Whatever goes wrong is told in the form that fits the address, and never repeats what was sent."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from app.edge.problems import Problem, bad_input, json_pointer


def told(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["status"] == status
    assert document["type"] and document["title"] and document["detail"]
    return document


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nowhere", "/api/v1/items", "/healthz"])
def test_nothing_there_is_a_problem_for_programs(client: TestClient, path: str) -> None:
    told(client.get(path), 404)


@pytest.mark.parametrize("path", ["/nowhere", "/apiary", "/healthz2", "/"])
def test_nothing_there_is_a_page_for_people(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.text == "<h1>Not Found</h1><p>There is nothing at this address.</p>"


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    response = client.delete("/api/v1/attempts")
    told(response, 405)
    assert response.headers["allow"] == "POST" and response.json()["detail"].endswith("it takes POST.")
    response = client.delete("/page")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_faults_are_named_by_pointer_and_reason(client: TestClient) -> None:
    sent = {"answer": {"dz": 1}, "level": "pass word", "a/b~c": "hunter2"}
    response = client.post("/api/v1/attempts", json=sent)
    document = told(response, 422)
    assert document["errors"] == [
        {"pointer": "/level", "detail": "This must be a whole number."},
        {"pointer": "/a~1b~0c", "detail": "There is no such field."},
    ]
    assert "hunter2" not in response.text and "pass word" not in response.text


def test_a_missing_body_is_named(client: TestClient) -> None:
    document = told(client.post("/api/v1/attempts"), 422)
    assert document["errors"] == [{"pointer": "", "detail": "This needs a body."}]


def test_parameters_are_told_from_the_body(client: TestClient) -> None:
    document = told(client.get("/api/v1/items/x", params={"limit": "hunter2"}), 422)
    assert [(error["source"], error["pointer"]) for error in document["errors"]] == [
        ("path", "/number"),
        ("query", "/limit"),
    ]


def test_a_hundred_thousand_faults_make_a_short_answer(client: TestClient) -> None:
    sent = {"answer": {"dz": 1}} | {f"field{number}": 1 for number in range(10_000)}
    response = client.post("/api/v1/attempts", json=sent)
    assert len(told(response, 422)["errors"]) == 50


def test_an_exception_of_a_lower_room_is_told_by_the_table(client: TestClient) -> None:
    document = told(client.get("/api/v1/lower"), 422)
    assert document["errors"] == [{"pointer": "/answer/dz/1", "detail": "This is no number.", "hint": "h"}]
    assert document["detail"] == "/answer/dz/1: This is no number."


def test_a_problem_keeps_its_type_and_headers(client: TestClient) -> None:
    response = client.get("/api/v1/problem")
    assert response.headers["retry-after"] == "1"
    assert told(response, 409) == {
        "type": "urn:sigmoid-quiz:problem:under-way",
        "title": "Under way",
        "status": 409,
        "detail": "Wait a little.",
    }


def test_a_crash_is_logged_told_without_details_and_not_passed_on(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/crash", headers={"X-Request-Id": "abc-1"})
    document = told(response, 500)
    assert "abc-1" in str(document["detail"]) and "secret" not in response.text
    assert "secret of the house" in caplog.text and "abc-1" in caplog.text
    page = client.get("/page-crash")
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "secret" not in page.text


def test_a_crash_of_the_error_page_still_answers(app: FastAPI) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    app.state.render_error = broken
    response = TestClient(app).get("/nowhere")
    assert (response.status_code, response.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_a_redirect_may_be_raised(app: FastAPI) -> None:
    @app.get("/dashboard")
    async def dashboard() -> None:
        raise HTTPException(303, headers={"Location": "/sign-in"})

    response = TestClient(app).get("/dashboard", follow_redirects=False)
    assert (response.status_code, response.headers["location"], response.text) == (303, "/sign-in", "")


def test_behind_a_path_prefix_programs_are_still_recognised(app: FastAPI) -> None:
    told(TestClient(app, root_path="/quiz").get("/api/v1/nowhere"), 404)


def test_pointers_escape_and_survive_anything() -> None:
    assert json_pointer([]) == ""
    assert json_pointer(["a/b", "m~n", 0, ""]) == "/a~1b/m~0n/0/"
    assert json_pointer(["\ud800"]) == "/?"
    assert len(json_pointer(["x" * 10_000])) == 65


def test_a_problem_can_be_written_whatever_is_in_it() -> None:
    problem = bad_input([{"pointer": "/\ud800", "detail": "\0é"}])
    json.dumps(problem.document()).encode("ascii")
    assert isinstance(problem, Problem)


def test_a_response_that_breaks_on_its_way_is_not_mended(app: FastAPI) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("broke on its way")

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(pieces())

    with pytest.raises(RuntimeError, match="broke on its way"):
        TestClient(app).get("/stream")
