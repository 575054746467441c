"""What the site says when it cannot store, has too much to do, or is asked too often; and that it recovers."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Connection

from app.edge import limits
from app.edge.limits import Rate
from tests.api.site import DZ_LESSON, Site, assert_problem, open_site
from tests.persistence.samples import eventually
from tests.persistence.test_outages import Outage

YEAR = 365 * 86400  # a window that no test is unlucky enough to see the end of


@pytest.fixture
def outage(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    monkeypatch.setattr("app.persistence.writer.PROBE_SECONDS", 0.1)
    monkeypatch.setattr("app.persistence.database.FRESH_SECONDS", 0.0)
    outage = Outage(site.database, site.url)
    yield outage
    outage.end()


def test_health_and_answers_while_the_database_is_away(site: Site, outage: Outage) -> None:
    def health() -> tuple[int, str]:
        response = site.client.get("/healthz")
        return response.status_code, response.json()["status"]

    assert health() == (200, "ok")
    before = site.rows()
    outage.begin()
    assert health() == (503, "unavailable")
    refused = site.attempt("learner", key="once")
    assert_problem(refused, 503)
    assert int(refused.headers["retry-after"]) > 0
    assert_problem(site.call("POST", "/learners", json={"name": "Ada"}), 503)
    # What needs no storage goes on.
    assert site.call("GET", "/skills").status_code == 200
    assert site.call("POST", "/questions", json={"skill": "chain"}).status_code == 201
    assert site.client.get("/").status_code == 200
    assert site.client.get(f"/q/{DZ_LESSON}").status_code == 200
    page = site.client.post(f"/q/{DZ_LESSON}", data={"dz.0": "1", "key": "once"})
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "set-cookie" not in page.headers and int(page.headers["retry-after"]) > 0

    outage.end()
    assert eventually(lambda: health() == (200, "ok"))
    assert site.rows() == before  # what was refused has not crept in
    assert site.attempt("learner", key="once").status_code == 201


def test_a_site_that_never_saw_its_database_says_so(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    from app.main import create_app
    from app.settings import Settings

    for url in (f"sqlite:///{tmp_path}", "postgresql://nobody@127.0.0.1:1/nothing"):
        with TestClient(create_app(Settings(_env_file=None, database_url=url))) as client:
            assert client.get("/healthz").status_code == 503
            assert client.get("/api/v1/skills").status_code == 200
            assert_problem(client.get("/api/v1/me", headers={"Authorization": "Bearer x"}), 503)


def test_health_takes_nothing_but_get(site: Site) -> None:
    assert_problem(site.client.post("/healthz"), 405)


def test_a_wrong_method_is_told_of_every_right_one(site: Site) -> None:
    refused = site.client.put("/api/v1/courses/some")
    assert_problem(refused, 405)
    assert refused.headers["allow"] == "DELETE, GET, HEAD, PATCH"


def test_a_full_queue_is_told_and_passes(database_url: str) -> None:
    with open_site(database_url, queue_limit=5) as site, ThreadPoolExecutor(12) as pool:
        entered, release = threading.Event(), threading.Event()

        def hold(_connection: Connection) -> None:
            entered.set()
            assert release.wait(20)

        holding = pool.submit(site.database.write_now, hold)
        assert entered.wait(20)
        sent = [pool.submit(site.attempt, "learner") for _ in range(10)]
        deadline = time.monotonic() + 10
        while sum(future.done() for future in sent) < 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        release.set()
        holding.result()
        responses = [future.result() for future in sent]
        refused = [response for response in responses if response.status_code != 201]
        assert len(refused) == 5
        for response in refused:
            assert_problem(response, 503)
            assert response.headers["retry-after"] == "1"
        assert site.rows()["attempts"] == 5
        assert site.attempt("learner").status_code == 201


def test_without_a_rate_nothing_but_registering_is_limited(site: Site) -> None:
    assert {site.call("GET", "/me", "learner").status_code for _ in range(60)} == {200}
    assert {site.attempt("learner").status_code for _ in range(60)} == {201}


def test_a_rate_limits_each_account_and_each_stranger(database_url: str) -> None:
    with open_site(database_url, api_rate="3/day") as site:
        for who in ("learner", "other", None):
            assert [site.call("GET", "/skills", who).status_code for _ in range(3)] == [200] * 3
            refused = site.call("GET", "/skills", who)
            assert_problem(refused, 429)
            assert 0 < int(refused.headers["retry-after"]) <= 86400
        before = site.rows()
        assert [site.attempt("learner").status_code for _ in range(5)] == [201, 201, 201, 429, 429]
        assert_problem(site.attempt("learner", key="once"), 429)
        assert site.rows()["attempts"] == before["attempts"] + 3
        assert site.client.get("/").status_code == 200  # pages are no calls


def test_registering_is_limited_always(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REGISTRATION", Rate(3, YEAR))
    statuses = [site.call("POST", "/learners", json={"name": "Ada"}).status_code for _ in range(2)]
    statuses.append(site.client.post(f"/q/{DZ_LESSON}", data={"dz.0": "1"}, headers={"Cookie": ""}).status_code)
    assert statuses == [201, 201, 303]  # a stranger's first answer makes an account too
    before = site.rows()
    site.client.cookies.clear()
    refused = site.call("POST", "/learners", json={"name": "Ada"})
    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    page = site.client.post(f"/q/{DZ_LESSON}", data={"dz.0": "1"})
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert "retry-after" in page.headers and "set-cookie" not in page.headers
    assert site.rows() == before
