"""Pages of other sites: those named in the settings may call the REST interface by token, no other may, and none by cookie."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.api.response_headers import OF_ANY_CALL, OF_CALLS
from app.main import create_app
from app.persistence.migrate import upgrade
from app.settings import Settings

COURSE, OTHER = "https://course.example.org", "https://other.example.org"


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path}/quiz.db"
    upgrade(url)
    settings = Settings(database_url=url, cors_origins=f"{COURSE}, http://localhost:8888", api_rate="1000/hour", _env_file=None)
    with TestClient(create_app(settings)) as client:
        yield client


def _preflight(client: TestClient, origin: str, path: str = "/api/v1/questions", headers: str = "authorization,idempotency-key"):
    return client.options(
        path,
        headers={"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers},
    )


@pytest.mark.parametrize("origin", [COURSE, "http://localhost:8888"])
def test_a_named_origin_may_call_by_token(client: TestClient, origin: str) -> None:
    asked = _preflight(client, origin)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in asked.headers
    elsewhere = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    made = client.post("/api/v1/learners", json={"name": "Ada"}, headers=elsewhere)
    assert made.status_code == 201, made.text
    signed = elsewhere | {"Authorization": f"Bearer {made.json()['token']}"}
    drawn = client.post("/api/v1/questions", json={"skill": "chain"}, headers=signed)
    assert drawn.status_code == 201
    assert drawn.headers["access-control-allow-origin"] == origin
    readable = {name.strip() for name in drawn.headers["access-control-expose-headers"].split(",")}
    described = {header for told in (*OF_CALLS.values(), OF_ANY_CALL) for of in told.values() for header in of}
    assert described - {"Cache-Control", "WWW-Authenticate"} <= readable  # the one is readable anyhow, the other always the same
    assert "r=999" in drawn.headers["ratelimit"]
    assert drawn.headers["vary"].lower().find("origin") >= 0
    refused = client.get("/api/v1/scores", headers=signed)
    assert refused.status_code == 403
    assert refused.headers["access-control-allow-origin"] == origin  # or a page could not read why


@pytest.mark.parametrize("origin", [OTHER, "null", COURSE + ".evil.org", "http://course.example.org", COURSE + ":8443"])
def test_no_other_origin_may(client: TestClient, origin: str) -> None:
    asked = _preflight(client, origin)
    assert "access-control-allow-origin" not in asked.headers
    refused = client.post("/api/v1/learners", json={"name": "Eve"}, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_pages_are_nobodys_business(client: TestClient) -> None:
    assert "access-control-allow-origin" not in _preflight(client, COURSE, "/q/chain-n1-v1-lesson").headers
    posted = client.post("/q/chain-n1-v1-lesson", data={"dz.0": "1"}, headers={"Origin": COURSE, "Sec-Fetch-Site": "cross-site"})
    assert posted.status_code == 403


def test_a_named_origin_cannot_use_the_visitors_cookie(client: TestClient) -> None:
    client.post("/q/chain-n1-v1-lesson", data={"dz.0": "1"})
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Origin": COURSE, "Sec-Fetch-Site": "same-site"}).status_code == 401


def test_calls_left_are_told(client: TestClient) -> None:
    first = client.get("/api/v1/skills")
    assert first.headers["ratelimit-policy"] == '"api";q=1000;w=3600'
    name, left, seconds = first.headers["ratelimit"].split(";")
    assert (name, left) == ('"api"', "r=999")
    assert 0 < int(seconds.removeprefix("t=")) <= 3600
    assert client.get("/api/v1/skills").headers["ratelimit"].split(";")[1] == "r=998"
    assert "ratelimit" not in client.get("/").headers


def test_nothing_left_is_told_with_the_refusal(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/quiz.db"
    upgrade(url)
    with TestClient(create_app(Settings(database_url=url, api_rate="2/day", _env_file=None))) as client:
        seen = [client.get("/api/v1/skills") for _ in range(3)]
        assert [response.status_code for response in seen] == [200, 200, 429]
        assert [response.headers["ratelimit"].split(";")[1] for response in seen] == ["r=1", "r=0", "r=0"]
        assert int(seen[2].headers["retry-after"]) == int(seen[2].headers["ratelimit"].split("t=")[1])


def test_unusable_origins_are_refused_at_the_start() -> None:
    for bad in ("*", "course.example.org", "https://a.example/path", "https://a.example b"):
        with pytest.raises(ValueError, match="cors_origins"):
            Settings(cors_origins=bad, _env_file=None)
