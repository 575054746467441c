"""HEAD is answered as GET is, without the body."""

from collections.abc import Iterator

import httpx
import pytest

from tests.servers import Server, serve_fresh


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve_fresh(tmp_path_factory.mktemp("head")) as running:
        yield running


PATHS = [
    "/",
    "/exercise",
    "/healthz",
    "/api/v1/skills",
    "/api/v1/questions/chain-n1-v1-lesson",
    "/nowhere",
    "/static/app.css",
    "/api/v1/me",
]
CHANGES = {"date", "x-request-id", "content-length"}  # the key of a form is another each time, and so is its packed length


@pytest.mark.parametrize("path", PATHS)
def test_the_headers_are_those_of_get_and_nothing_follows(server: Server, path: str) -> None:
    with httpx.Client(base_url=server.base_url, timeout=10) as client:
        head, got = client.head(path), client.get(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        assert ("content-length" in head.headers) == ("content-length" in got.headers)
        assert {name: value for name, value in head.headers.items() if name not in CHANGES} == {
            name: value for name, value in got.headers.items() if name not in CHANGES
        }
        assert client.get("/healthz").status_code == 200  # on the same connection


def test_a_stream_ends_after_its_headers(server: Server) -> None:
    token = server.enrol("instructor")
    answer = httpx.head(f"{server.base_url}/dashboard/live/events", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_what_only_takes_a_post_refuses_head_and_says_what_it_takes(server: Server) -> None:
    answer = httpx.head(f"{server.base_url}/api/v1/learners", timeout=10)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert httpx.delete(f"{server.base_url}/api/v1/skills", timeout=10).headers["allow"] == "GET, HEAD"
