"""Other sites can't act in a visitor's name; the site itself, and programs, notice nothing."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

ALLOWED = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example"},
    {"Origin": "http://quiz.example"},
    {"Origin": "http://quiz.example:80"},
    {"Origin": "http://QUIZ.example"},
    {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer abc"},
    {"Origin": "http://evil.example", "Authorization": "bearer abc"},
]
REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "anything"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://quiz.example"},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "https://quiz.example"},
    {"Origin": "http://quiz.example:8000"},
    {"Origin": "http://quiz.example.evil.example"},
    {"Origin": "http://sub.quiz.example"},
    {"Origin": "http://quiz.example:443"},
    {"Sec-Fetch-Site": "cross-site", "Authorization": "Basic YTpi"},
    {"Sec-Fetch-Site": "cross-site", "Authorization": ""},
    {"Sec-Fetch-Site": "cross-site", "Cookie": "session=learner-session"},
]


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://quiz.example")


@pytest.mark.parametrize("headers", ALLOWED)
def test_ours_and_programs_pass(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/practice", data={"answer": "1"}, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", REFUSED)
def test_others_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/practice", data={"answer": "1"}, headers=headers)
    assert response.status_code == 403
    assert "another site" in response.text
    document = client.post("/api/v1/nothing", headers=headers)
    assert (document.status_code, document.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_every_method_that_may_change_something_is_guarded(client: TestClient, method: str) -> None:
    assert client.request(method, "/practice", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_looking_is_free(client: TestClient) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        response = client.request(method, "/page", headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code != 403


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://quiz.example", "https://quiz.example"),
        ("https://quiz.example", "https://quiz.example:443"),
        ("http://quiz.example:8000", "http://quiz.example:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_own_origin_as_the_browser_sees_it(app: FastAPI, base_url: str, origin: str) -> None:
    client = TestClient(app, base_url=base_url)
    assert client.post("/api/v1/nothing", headers={"Origin": origin}).status_code == 200


def test_an_https_site_is_not_entered_from_its_http_twin(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://quiz.example")
    assert client.post("/api/v1/nothing", headers={"Origin": "http://quiz.example"}).status_code == 403
