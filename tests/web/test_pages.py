"""The pages over HTTP: looking leaves no trace, a form sent twice counts once, other sites may not act, signing in."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from markupsafe import escape
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.services import accounts
from tests.api.site import DZ_LESSON, PASSWORD, Site, open_site

RIGHT = {"dz.0": "0.105", "dz.1": "−0.197", "dz.2": "0,090", "dz.3": "-0.197"}
LOOKS = [
    "/",
    "/practice/chain",
    "/practice/drill?mistake=one-minus-h",
    f"/q/{DZ_LESSON}?drill=one-minus-h",
    "/exercise",
    "/lesson",
    f"/q/{DZ_LESSON}",
    "/q/chain-c2-v1-0000000001",
    "/attempts",
    "/progress",
    "/sign-in",
    "/docs",
    "/docs/try",
    "/gallery",
]


def sign_in(site: Site) -> None:
    site.run(lambda database: accounts.add_instructor(database, "ada@example.org", PASSWORD, datetime.now(UTC)))
    answer = site.client.post("/sign-in", data={"email": "Ada@example.org", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")


@pytest.mark.parametrize("address", LOOKS)
def test_looking_leaves_no_trace(site: Site, address: str) -> None:
    before = site.rows()
    answer = site.client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert site.rows() == before
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)


def test_a_first_answer_makes_a_learner_and_a_cookie(site: Site) -> None:
    before = site.rows()
    answer = site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
    assert answer.status_code == 303
    after = site.rows()
    assert (after["accounts"] - before["accounts"], after["attempts"] - before["attempts"]) == (1, 1)
    assert "Right, all of it." in site.client.get(answer.headers["location"]).text


@pytest.mark.parametrize("with_cookie", [True, False])
def test_a_form_sent_twice_is_one_attempt_of_one_learner(site: Site, with_cookie: bool) -> None:
    if with_cookie:
        site.client.post(f"/q/{DZ_LESSON}", data=RIGHT | {"key": "first"})
    before = site.rows()
    places = []
    for _ in range(2):
        if not with_cookie:
            site.client.cookies.clear()
        places.append(site.client.post(f"/q/{DZ_LESSON}", data=RIGHT | {"key": "a key of the page"}).headers["location"])
    after = site.rows()
    assert places[0] == places[1]
    assert (after["accounts"] - before["accounts"], after["attempts"] - before["attempts"]) == (0 if with_cookie else 1, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_may_not_act_for_a_visitor(site: Site, headers: dict[str, str]) -> None:
    before = site.rows()
    for address in (f"/q/{DZ_LESSON}", f"/q/{DZ_LESSON}/solution", "/sign-in", "/sign-in/x", "/sign-out", "/me/name"):
        assert site.client.post(address, data=RIGHT, headers=headers).status_code == 403
    assert site.rows() == before


def test_the_first_link_signs_in_once_and_only_by_its_button(database_url: str) -> None:
    with open_site(database_url) as site:
        # The site's own people include an administrator, so there is no link any more.
        assert site.run(lambda database: accounts.first_sign_in_link(database, datetime.now(UTC))) is None


def test_signed_out_the_dashboard_leads_to_the_sign_in_page(site: Site) -> None:
    answer = site.client.get("/dashboard")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?onward=%2Fdashboard")
    assert "sigmoid-quiz instructor add" in site.client.get(answer.headers["location"]).text
    sign_in(site)
    assert site.client.get("/dashboard").status_code == 200
    site.client.post("/sign-out")
    assert site.client.get("/dashboard").status_code == 303


@pytest.mark.parametrize(
    "onward", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(site: Site, onward: str) -> None:
    site.run(lambda database: accounts.add_instructor(database, "ada@example.org", PASSWORD, datetime.now(UTC)))
    answer = site.client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD, "onward": onward})
    assert answer.headers["location"] == "/dashboard"


def test_guessing_a_password_is_slowed_down(site: Site) -> None:
    tries = [site.client.post("/sign-in", data={"email": "ada@example.org", "password": "a guess"}) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [422] * 10 + [429]
    assert int(tries[-1].headers["retry-after"]) > 0


def test_cookies_over_https_are_the_hosts_own(database_url: str) -> None:
    with open_site(database_url, "https://testserver") as site:
        answer = site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
        assert answer.headers["set-cookie"].startswith("__Host-session=")
        assert "Secure" in answer.headers["set-cookie"] and "HttpOnly" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers


def test_a_name_is_shown_as_text(site: Site) -> None:
    site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
    site.client.post("/me/name", data={"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in site.client.get("/me").text
    sign_in(site)
    shown = site.client.get("/dashboard").text
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown


def test_a_kept_page_tells_nobody_of_another(site: Site) -> None:
    names = {"<b>Ada</b>": "learner", "Bo": "learner", "Grace": "instructor", "Ångström &": "learner"}
    tokens = [site.enrol(name, role) for name, role in names.items()]
    keys = []
    for host in ("testserver", "quiz.example:8000"):
        for name, token in [(None, None), *zip(names, tokens, strict=True)] * 2:
            headers = {"Host": host} | ({"Authorization": f"Bearer {token}"} if token else {})
            shown = site.client.get("/q/chain-c1-v1-0000000007", headers=headers).text
            assert re.findall(r'<a href="/me">(.*?)</a>', shown) == ([str(escape(name))] if name else [])
            assert ('href="/dashboard"' in shown) == (name == "Grace")
            assert ('href="/sign-in"' in shown) == (name != "Grace")
            assert f'data-address="{host}/q/' in shown
            keys += re.findall(r'name="key" value="([-\w]{24})"', shown)
    assert len(keys) == len(set(keys)) == 20


@pytest.fixture
def selects() -> Iterator[list[str]]:
    """Every SELECT from here on."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_the_desk_asks_the_same_questions_of_any_class(site: Site, selects: list[str]) -> None:
    sign_in(site)

    def once() -> int:
        selects.clear()
        for address in ("/dashboard", f"/dashboard/learners/{site.ids['learner']}"):
            assert site.client.get(address).status_code == 200
        return len(selects)

    def count() -> int:
        return min(once() for _ in range(3))  # what the program looks after meanwhile, by the clock, asks a SELECT of its own

    site.attempt("learner")
    few = count()
    assert few > 0
    site.enrol_all([(f"Learner {k}", "learner") for k in range(40)])
    for k in range(40):
        for _ in range(3):
            site.attempt(f"Learner {k}")
        site.attempt("learner")
    assert count() == few
