"""Pages and what they load go compressed; what holds a secret never does."""

import pytest
from fastapi.testclient import TestClient

from app.resources import folder
from tests.api.site import DZ_LESSON, Site


def encoding(client: TestClient, method: str, address: str, **sent: str) -> str | None:
    answer = client.request(method, address, headers={"Accept-Encoding": "gzip"}, follow_redirects=False, **sent)  # type: ignore[arg-type]
    return answer.headers.get("content-encoding")


@pytest.mark.parametrize("address", ["/", f"/q/{DZ_LESSON}", "/openapi.json", "/static/app.css", "/nowhere"])
def test_what_holds_no_secret_goes_compressed(site: Site, address: str) -> None:
    assert encoding(site.client, "GET", address) == "gzip"
    assert site.client.get(address, headers={"Accept-Encoding": "identity"}).headers.get("content-encoding") is None


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/sign-in"),
        ("GET", "/sign-in/a-secret"),
        ("GET", "/invitation/a-secret"),
        ("GET", "/join"),
        ("GET", "/me"),
        ("GET", "/dashboard/learners/x"),
        ("GET", "/api/v1/skills"),
        ("POST", "/sign-in"),
        ("POST", f"/q/{DZ_LESSON}"),
    ],
)
def test_what_may_hold_one_goes_as_it_is(site: Site, method: str, address: str) -> None:
    assert encoding(site.client, method, address) is None


def test_what_is_compressed_by_itself_goes_as_it_is(site: Site) -> None:
    font = next(path for path in folder("static").rglob("*.woff2"))
    address = f"/static/{font.relative_to(folder('static')).as_posix()}"
    assert site.client.get(address).status_code == 200
    assert encoding(site.client, "GET", address) is None
