"""Hostile input: never a 5xx, never an echo, nothing stored, and the complaint names the place."""

import json
from collections import defaultdict

import pytest

from tests.api.site import DZ_LESSON, Site, assert_problem

ATTEMPTS = f"/api/v1/questions/{DZ_LESSON}/attempts"
MARKER = "kilroywashere"


def with_entry(entry: str) -> bytes:
    return ('{"answer": {"dz": [' + entry + ", 1, 1, 1]}}").encode()


BODIES: dict[str, bytes] = {
    "NaN": with_entry("NaN"),
    "Infinity": with_entry("-Infinity"),
    "1e999": with_entry("1e999"),
    "1e999 as text": with_entry('"1e999"'),
    "underscore": with_entry('"1_000"'),
    "Arabic digits": with_entry('"٣.٥"'),
    "full-width digits": with_entry('"１"'),
    "true": with_entry("true"),
    "2^63": with_entry(str(2**63)),
    "5000 digits": with_entry("9" * 5000),
    "5000 digits as text": with_entry('"' + "9" * 5000 + '"'),
    "lone surrogate": with_entry('"\\ud800"'),
    "NUL escaped": with_entry('"\\u0000"'),
    "NUL raw": with_entry('"\0"'),
    "an object": with_entry('{"a": 1}'),
    "marker": with_entry(f'"{MARKER}"'),
    "deep": b'{"answer": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep in an entry": with_entry("[[[[1]]]]"),
    "key twice": b'{"answer": {"dz": [1,1,1,1], "dz": [1,1,1,1]}}',
    "UTF-16": with_entry("1").decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + with_entry("1"),
    "not UTF-8": b'{"answer": "\xff"}',
    "no JSON": b"{",
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a decimal": b"1.5",
    "a text": b'"x"',
    "too short": b'{"answer": {"dz": [1]}}',
    "too long": b'{"answer": {"dz": [1,1,1,1,1]}}',
    "ragged": b'{"answer": {"dz": [[1],[1,1],[1],[1]]}}',
    "unknown symbol": json.dumps({"answer": {MARKER: [1]}}).encode(),
    "unknown field": b'{"answer": {"dz": [1,1,1,1]}, "score": 1}',
    "nothing": b'{"answer": {}}',
    "blank": b'{"answer": {"dz": ["", null, "", ""]}}',
    "too large": with_entry('"' + "1" * 300_000 + '"'),
}


def refused(site: Site, path: str, body: bytes, token: bool = True) -> None:
    before = site.rows()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {site.tokens['learner']}"} if token else {})
    response = site.client.post(path, content=body, headers=headers)
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert MARKER not in response.json().get("detail", "").replace(f"/answer/{MARKER}", "")
    assert site.rows() == before


@pytest.mark.parametrize("name", BODIES)
def test_no_attempt_comes_of_it(site: Site, name: str) -> None:
    refused(site, ATTEMPTS, BODIES[name])


@pytest.mark.parametrize("name", BODIES)
def test_no_learner_and_no_question_comes_of_it(site: Site, name: str) -> None:
    refused(site, "/api/v1/learners", BODIES[name], token=False)
    refused(site, "/api/v1/questions", BODIES[name], token=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_comes_of_it_wherever_a_body_is_taken(site: Site) -> None:
    calls = [
        (method.upper(), path.format_map(defaultdict(lambda: "nowhere", question_id=DZ_LESSON)))
        for path, operations in site.client.get("/openapi.json").json()["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]
    assert len(calls) > 15
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {site.tokens['instructor']}"}
    before = site.rows()
    for method, path in calls:
        for name, body in BODIES.items():
            answered = site.client.request(method, path, content=body, headers=headers)
            assert 400 <= answered.status_code < 500, (method, path, name, answered.text)
            assert answered.headers["content-type"] == "application/problem+json"
            assert MARKER not in answered.json()["detail"].replace(f"/answer/{MARKER}", "")
    assert site.rows() == before


@pytest.mark.parametrize("body", [b"1.5", b"1", b'"x"', b"[]", b"null"])
def test_what_is_no_object_changes_nothing(site: Site, body: bytes) -> None:
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    changed = site.call("PATCH", f"/courses/{course['id']}", "instructor", {"Content-Type": "application/json"}, content=body)
    assert assert_problem(changed, 422)["errors"][0]["pointer"] == ""


@pytest.mark.parametrize("key", ["", "\x00", "x" * 256, "\x7f", "é" * 300])
def test_a_hostile_idempotency_key_is_refused(site: Site, key: str) -> None:
    before = site.rows()
    sent = {"Idempotency-Key": key.encode(), "Authorization": f"Bearer {site.tokens['learner']}".encode()}
    answered = site.client.post(ATTEMPTS, json={"answer": {"dz": [1, 1, 1, 1]}}, headers=sent)
    assert answered.status_code == 422
    assert site.rows() == before


@pytest.mark.parametrize(
    "question_id",
    [
        "x",
        "chain",
        "chain-n1-v1-lessoN",
        "chain-n4-v1-0000000000",
        "chain-n1-v99-0000000000",
        "nope-n1-v1-0000000000",
        "chain-n1-v1-000000000u",
    ],
)
def test_a_malformed_id_is_nowhere(site: Site, question_id: str) -> None:
    assert site.call("GET", f"/questions/{question_id}").status_code == 404
    assert site.attempt("learner", question_id).status_code == 404
    assert site.client.get(f"/q/{question_id}").status_code == 404
    assert site.client.post(f"/q/{question_id}", data={"dz.0": "1"}).status_code == 404


@pytest.mark.parametrize("entry", ["nan", "1e999", "1_000", "٣.٥", "9" * 80, "\0", "\ud7ff", "<script>", "0x1"])
def test_a_form_with_it_stores_nothing(site: Site, entry: str) -> None:
    before = site.rows()
    response = site.client.post(f"/q/{DZ_LESSON}", data={"dz.0": entry, "dz.1": "1"})
    assert response.status_code == 422
    assert "set-cookie" not in response.headers
    assert "<script>" not in response.text
    assert site.rows() == before


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1_0", "٣", "x", "9" * 40, ""])
def test_a_bad_limit_or_cursor_is_refused(site: Site, limit: str) -> None:
    assert site.call("GET", "/attempts", "learner", params={"limit": limit}).status_code == 422
    assert site.call("GET", "/attempts", "learner", params={"since": "b" + limit}).status_code == 422
