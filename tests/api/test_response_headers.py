"""The headers that the description tells of are there, and those of a limit only where there is one."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.api.response_headers import OF_ANY_CALL, OF_CALLS
from tests.api.site import DZ_LESSON, WRONG_DZ, Site, open_site
from tools.openapi import description


@pytest.fixture
def limited(database_url: str) -> Iterator[Site]:
    with open_site(database_url, api_rate="100/hour") as site:
        yield site


def test_each_call_sends_the_headers_it_is_described_with(site: Site) -> None:
    answering: dict[str, Any] = {"headers": {"Idempotency-Key": "once"}, "json": {"answer": WRONG_DZ}}
    question = site.call("GET", f"/questions/{DZ_LESSON}")
    known = {"If-None-Match": question.headers["etag"]}
    got = {
        ("read_question", "200"): question,
        ("read_question", "304"): site.call("GET", f"/questions/{DZ_LESSON}", headers=known),
        ("submit_attempt", "201"): site.call("POST", f"/questions/{DZ_LESSON}/attempts", "learner", **answering),
        ("submit_attempt", "200"): site.call("POST", f"/questions/{DZ_LESSON}/attempts", "learner", **answering),
        ("take_export", "200"): site.call("POST", "/exports/attempts", "instructor"),
    }
    site.attempt("learner")
    got["list_attempts", "200"] = site.call("GET", "/attempts", "learner", params={"limit": 1})
    assert {(call, status) for call, told in OF_CALLS.items() for status in told} == set(got)
    for (call, status), response in got.items():
        assert response.status_code == int(status), call
        for header in OF_CALLS[call][status]:
            assert response.headers[header], (call, header)
    location = got["submit_attempt", "201"].headers["location"]
    assert site.call("GET", location.removeprefix("/api/v1"), "learner").json() == got["submit_attempt", "201"].json()


def test_without_a_setting_nothing_but_registering_is_limited(site: Site) -> None:
    answers = [site.call("GET", "/skills") for _ in range(320)]
    assert {(one.status_code, "ratelimit" in one.headers) for one in answers} == {(200, False)}
    assert "QUIZ_API_RATE" in description()["components"]["responses"]["Refusal429"]["description"]


def test_with_it_the_headers_say_what_is_left(limited: Site) -> None:
    said = [limited.call("GET", "/skills") for _ in range(101)]
    assert [one.status_code for one in said] == [200] * 100 + [429]
    assert all(said[-1].headers[name] for name in OF_ANY_CALL["429"])
    assert (
        said[0].headers["ratelimit"].startswith('"api";r=99;t=') and said[0].headers["ratelimit-policy"] == '"api";q=100;w=3600'
    )
