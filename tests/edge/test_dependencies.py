"""Who is asking: by token or by session, never by both, and what each may enter."""

from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from app.edge.dependencies import ClassReader, Instructor, RequiredPrincipal, identify_request
from app.security.principals import Principal


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    @app.get("/api/v1/open")
    async def optional(principal: Annotated[Principal | None, Depends(identify_request)]) -> Any:
        return principal and [principal.account_id, principal.kind]

    @app.get("/api/v1/me")
    async def mine(principal: RequiredPrincipal) -> Any:
        return [principal.account_id, principal.kind]

    @app.get("/api/v1/scores")
    async def scores(principal: ClassReader) -> Any:
        return principal.account_id

    @app.get("/api/v1/desk")
    async def desk(principal: Instructor) -> Any:
        return principal.account_id

    return TestClient(app)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_stranger(client: TestClient) -> None:
    assert client.get("/api/v1/open").json() is None
    for path in ("/api/v1/me", "/api/v1/scores", "/api/v1/desk"):
        response = client.get(path)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("token", "statuses"),
    [
        ("learner-token", [200, 403, 403]),
        ("integration-token", [200, 200, 403]),
        ("instructor-token", [200, 200, 200]),
    ],
)
def test_tokens_open_what_their_role_may_enter(client: TestClient, token: str, statuses: list[int]) -> None:
    paths = ("/api/v1/me", "/api/v1/scores", "/api/v1/desk")
    assert [client.get(path, headers=bearer(token)).status_code for path in paths] == statuses


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Bearer", "Bearer ", "bearer \xe9", "Bearer " + "x" * 100_000])
def test_a_wrong_token_is_told_everywhere(client: TestClient, authorization: str) -> None:
    headers = {"Authorization": authorization.encode("latin-1")}
    for path in ("/api/v1/open", "/api/v1/me"):
        response = client.get(path, headers=headers)  # type: ignore[arg-type]
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_session_is_known_and_a_stale_one_is_a_stranger(client: TestClient) -> None:
    assert client.get("/api/v1/me", headers={"Cookie": "session=learner-session"}).json() == [
        "ada",
        "session",
    ]
    for cookie in ("session=stale", "session=" + "x" * 60_000, "session=learner-token"):
        assert client.get("/api/v1/open", headers={"Cookie": cookie}).json() is None


def test_with_a_token_the_cookie_counts_for_nothing(client: TestClient) -> None:
    cookie = {"Cookie": "session=learner-session"}
    assert client.get("/api/v1/me", headers=cookie | bearer("instructor-token")).json() == ["grace", "token"]
    assert client.get("/api/v1/me", headers=cookie | bearer("wrong")).status_code == 401
    assert client.get("/api/v1/me", headers=cookie | {"Authorization": "Bearer"}).status_code == 401


def test_a_proxys_password_is_no_credential_of_ours(client: TestClient) -> None:
    headers = {"Cookie": "session=learner-session", "Authorization": "Basic YTpi"}
    assert client.get("/api/v1/me", headers=headers).json() == ["ada", "session"]
    assert client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}).status_code == 401


def test_a_session_is_no_token(client: TestClient) -> None:
    assert client.get("/api/v1/me", headers=bearer("learner-session")).status_code == 401
