"""One's own page: the name, and how an instructor who came by the one-time link gets a password to come back with."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.services import accounts
from app.settings import Settings
from tests.api.site import DZ_LESSON, PASSWORD, Site
from tests.persistence.samples import look
from tests.web.test_pages import RIGHT, sign_in

ADDRESS = {"email": "Grace@example.org", "password": PASSWORD}


@pytest.fixture
def first(database_url: str) -> Iterator[Site]:
    """A site on which the first instructor has just come in by the link, and nobody else is there."""
    app = create_app(Settings(_env_file=None, database_url=database_url))
    with TestClient(app, follow_redirects=False) as client:
        site = Site(app, client, database_url)
        secret = site.run(lambda database: accounts.first_sign_in_link(database, datetime.now(UTC)))
        entered = client.post(f"/sign-in/{secret}")
        assert (entered.status_code, entered.headers["location"]) == (303, "/me")
        site.tokens["link"] = str(secret)
        yield site


def test_the_first_instructor_sets_a_password_and_comes_back_with_it(first: Site) -> None:
    page = first.client.get("/me").text
    assert "This browser is your only way in" in page and 'action="/me/password"' in page
    assert first.client.post("/me/password", data=ADDRESS).headers["location"] == "/me"
    assert look(first.url, "SELECT email FROM accounts") == [("grace@example.org",)]
    assert look(first.url, "SELECT password_hash FROM accounts")[0][0].startswith("$argon2id$")
    page = first.client.get("/me").text
    assert "You sign in as grace@example.org" in page and 'action="/me/password"' not in page
    assert "set a password, to sign in as grace@example.org" in first.client.get("/dashboard/audit").text
    assert first.client.post("/sign-out").headers["location"] == "/"
    assert first.client.get("/dashboard").status_code == 303
    assert first.client.post("/sign-in", data=ADDRESS).headers["location"] == "/dashboard"
    assert first.client.get("/dashboard").status_code == 200


def test_signing_out_asks_again_where_nothing_else_leads_back(first: Site) -> None:
    asked = first.client.post("/sign-out")
    assert asked.status_code == 200 and "You could not come back" in asked.text and "instructor add" in asked.text
    assert first.client.get("/dashboard").status_code == 200
    assert first.client.post("/sign-out", data={"anyway": "yes"}).headers["location"] == "/"
    assert first.client.get("/dashboard").status_code == 303


def test_a_used_link_tells_an_instructor_how_to_get_in(first: Site) -> None:
    shown = first.client.get(f"/sign-in/{first.tokens['link']}").text
    assert "restart the server" in shown and "sigmoid-quiz instructor add EMAIL" in shown and 'href="/sign-in"' in shown
    refused = first.client.post(f"/sign-in/{first.tokens['link']}")
    assert refused.status_code == 403 and "when it is started again" in refused.text


@pytest.mark.parametrize(
    ("change", "field"), [({"email": "nobody"}, "email"), ({"password": "short"}, "password"), ({"password": ""}, "password")]
)
def test_what_cannot_be_used_is_said_beside_its_field(first: Site, change: dict[str, str], field: str) -> None:
    refused = first.client.post("/me/password", data=ADDRESS | change)
    assert refused.status_code == 422 and f'id="{field}-note" role="alert"' in refused.text
    assert PASSWORD not in refused.text and 'value="short"' not in refused.text
    assert look(first.url, "SELECT email, password_hash FROM accounts") == [(None, None)]


def test_an_address_belongs_to_one(first: Site) -> None:
    first.run(lambda database: accounts.add_instructor(database, "grace@example.org", PASSWORD, datetime.now(UTC)))
    refused = first.client.post("/me/password", data=ADDRESS)
    assert refused.status_code == 422 and "exists already" in refused.text


def test_a_password_is_set_once_and_by_instructors_alone(site: Site) -> None:
    sign_in(site)
    assert site.client.post("/me/password", data=ADDRESS).status_code == 403
    assert site.client.post("/sign-in", data=ADDRESS).status_code == 422
    site.client.cookies.clear()
    site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
    assert site.client.post("/me/password", data=ADDRESS).status_code == 403
    assert 'action="/me/password"' not in site.client.get("/me").text


def test_one_page_for_name_device_and_courses(site: Site) -> None:
    stranger = site.client.get("/me").text
    assert "/me/name" not in stranger and "/me/link" not in stranger and 'action="/join"' in stranger
    site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
    assert site.client.post("/me/name", data={"name": "Ada"}).headers["location"] == "/me"
    mine = site.client.get("/me").text
    assert re.search(r"<h1>You: Ada</h1>", mine) and 'action="/me/link"' in mine and "Your courses" in mine
    refused = site.client.post("/me/name", data={"name": " "})
    assert refused.status_code == 422 and 'id="name-note" role="alert"' in refused.text
