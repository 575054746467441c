"""Every response carries the protective headers, whatever kind it is, and a name for the log."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse, Response

PATHS = [
    "/page",
    "/nowhere",
    "/page-crash",
    "/api/v1/items/1",
    "/api/v1/items/x",
    "/api/v1/crash",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_protected(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_refusals_of_the_middleware_are_protected_too(client: TestClient) -> None:
    for response in (
        client.post("/practice", headers={"Origin": "null"}),
        client.post("/practice", content=b"x" * 300_000),
    ):
        assert response.status_code in (403, 413)
        assert response.headers["x-content-type-options"] == "nosniff"


def test_https_is_remembered(app: FastAPI) -> None:
    response = TestClient(app, base_url="https://quiz.example").get("/page")
    assert response.headers["strict-transport-security"] == "max-age=31536000"


def test_a_route_may_say_otherwise(app: FastAPI) -> None:
    @app.get("/fixed")
    async def fixed() -> Response:
        return HTMLResponse("", headers={"Cache-Control": "max-age=60", "ETag": '"1"', "Referrer-Policy": "origin"})

    @app.get("/tagged")
    async def tagged() -> Response:
        return HTMLResponse("", headers={"ETag": '"1"'})

    headers = TestClient(app).get("/fixed").headers
    assert headers.get_list("cache-control") == ["max-age=60"]
    assert headers.get_list("referrer-policy") == ["origin"]
    assert TestClient(app).get("/tagged").headers["cache-control"] == "no-cache"


def test_requests_have_names(client: TestClient) -> None:
    made = {client.get("/page").headers["x-request-id"] for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in made)


@pytest.mark.parametrize(
    ("incoming", "is_kept"),
    [
        ("abc-1_2.X", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("a b", False),
        ("<script>", False),
    ],
)
def test_a_sane_name_is_kept(client: TestClient, incoming: str, is_kept: bool) -> None:
    kept = client.get("/page", headers={"X-Request-Id": incoming}).headers["x-request-id"]
    assert (kept == incoming) is is_kept
