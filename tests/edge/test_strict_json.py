"""Every hostile document is refused with its place; every honest number arrives as it was typed."""

import gzip
import json
import time
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.edge.problems import Problem
from app.edge.strict_json import read_json

HOSTILE = {
    "empty text": (b" ", 400, ""),
    "not json": (b"{answer: 1}", 400, ""),
    "more after it": (b'{"answer": {"dz": 1}} {}', 400, ""),
    "NaN": (b'{"answer": {"dz": [1, NaN]}}', 400, "/answer/dz/1"),
    "Infinity": (b'{"answer": {"dz": [Infinity]}}', 400, "/answer/dz/0"),
    "-Infinity": (b'{"answer": {"dz": -Infinity}}', 400, "/answer/dz"),
    "underscore": (b'{"answer": {"dz": 1_000}}', 400, ""),
    "leading zero": (b'{"answer": {"dz": 01}}', 400, ""),
    "Arabic digits": ('{"answer": {"dz": ٣}}'.encode(), 400, ""),
    "5000 digits": (b'{"answer": {"dz": [' + b"9" * 5000 + b"]}}", 422, "/answer/dz/0"),
    "5000 decimals": (b'{"answer": {"dz": [0.' + b"9" * 5000 + b"]}}", 422, "/answer/dz/0"),
    "huge exponent": (b'{"answer": {"dz": 1e999999999}}', 422, "/answer/dz"),
    "tiny exponent": (b'{"answer": {"dz": 1E-99999999999999999999}}', 422, "/answer/dz"),
    "lone surrogate": (b'{"answer": {"dz": "\\ud800"}}', 400, "/answer/dz"),
    "swapped pair": (b'{"answer": {"dz": "\\udc00\\ud800"}}', 400, "/answer/dz"),
    "surrogate as key": (b'{"answer": {"\\udfff": 1}}', 400, "/answer/?"),
    "surrogate in bytes": (b'{"answer": {"dz": "\xed\xa0\x80"}}', 400, ""),
    "NUL": (b'{"answer": {"dz": ["a\\u0000"]}}', 422, "/answer/dz/0"),
    "NUL as key": (b'{"\\u0000": 1}', 422, "/\0"),
    "raw NUL": (b'{"answer": {"dz": "\0"}}', 400, ""),
    "same key twice": (b'{"answer": {"dz": 1, "h": 2, "dz": 3}}', 400, "/answer/dz"),
    "same key, escaped": (b'{"answer": {"dz": 1}, "\\u0061nswer": {}}', 400, "/answer"),
    "depth 33": (b"[" * 33 + b"]" * 33, 400, ""),
    "depth 1e5": (b"[" * 100_000 + b"]" * 100_000, 400, ""),
    "depth 1e5, open": (b'{"a":' * 50_000, 400, ""),
    "BOM": (b'\xef\xbb\xbf{"answer": {"dz": 1}}', 400, ""),
    "UTF-16": ('{"answer": {"dz": 1}}'.encode("utf-16"), 400, ""),
    "UTF-16 without BOM": ('{"answer": {"dz": 1}}'.encode("utf-16-le"), 400, ""),
    "UTF-32": ('{"answer": {"dz": 1}}'.encode("utf-32-be"), 400, ""),
    "Latin-1": ('{"answer": {"dz": "é"}}'.encode("latin-1"), 400, ""),
}


def post(client: TestClient, body: bytes, path: str = "/api/v1/attempts", **headers: str) -> Any:
    return client.post(path, content=body, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize(("body", "status", "pointer"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents(app: FastAPI, client: TestClient, body: bytes, status: int, pointer: str) -> None:
    for path in ("/api/v1/attempts", "/api/v1/raw"):
        response = post(client, body, path)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        document = response.json()
        assert document["errors"][0]["pointer"] == pointer
        assert document["detail"]
    assert app.state.stored == []


@pytest.mark.parametrize(
    ("literal", "kept"),
    [
        ("1", "int 1"),
        ("-0", "int 0"),
        ("9223372036854775808", "int 9223372036854775808"),
        ("9" * 64, "int " + "9" * 64),
        ("0.105", "Decimal 0.105"),
        ("0.1050", "Decimal 0.1050"),
        ("-0.0", "Decimal -0.0"),
        ("1e999", "Decimal 1E+999"),
        ("1e-400", "Decimal 1E-400"),
        ("1e0005", "Decimal 1E+5"),
        ("1E9999", "Decimal 1E+9999"),
        ("0.1000000000000000055511151231257827", "Decimal 0.1000000000000000055511151231257827"),
        ("true", True),
        ("null", None),
        ('"\u22120,5"', "\u22120,5"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_what_was_typed_arrives(client: TestClient, literal: str, kept: Any) -> None:
    response = post(client, f'{{"answer": {{"dz": [{literal}]}}}}'.encode())
    assert response.status_code == 200, response.text
    assert response.json()["answer"] == {"dz": [kept]}


@pytest.mark.parametrize("literal", ["1.0", "1e0", "1e9999", "true", '"1"', "4", "9" * 64])
def test_a_strict_integer_takes_only_an_integer(client: TestClient, literal: str) -> None:
    response = post(client, f'{{"answer": {{"dz": 1}}, "level": {literal}}}'.encode())
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/level"


def test_brackets_in_texts_are_no_depth(client: TestClient) -> None:
    text = json.dumps("[{" * 1000 + '"\\' + "[" * 1000)
    assert post(client, f'{{"answer": {{"dz": {text}}}}}'.encode()).status_code == 200


def test_depth_32_is_allowed_and_many_shallow_brackets_too() -> None:
    assert read_json(b"[" * 32 + b"]" * 32)
    assert len(read_json(b"[" + b"[],{}," * 1000 + b"0]")) == 2001


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 40 + b'"\\' * 100_000,
        b"[" * 20 + b']["' * 80_000,
        b'"' * 250_000 + b"[" * 40,
        b'"' + b"[" * 40 + b'\\"' * 120_000,
        b"[" + b'"\\u0000",' * 28_000 + b"0]",
        b"[" + b"NaN," * 60_000 + b"0]",
        b"{" + b'"a":1,' * 40_000 + b'"b":1}',
        b"[" + b"1e5," * 60_000 + b"0]",
    ],
)
def test_no_document_of_256_kb_takes_long(body: bytes) -> None:
    assert len(body) < 256 * 1024
    began = time.perf_counter()
    try:
        read_json(body)
    except Problem as problem:
        assert len(problem.errors) <= 50
    assert time.perf_counter() - began < 1.5


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("APPLICATION/JSON", 200),
        ("application/json; charset=utf-8", 200),
        ('application/json;charset="UTF-8"', 200),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=utf-16", 415),
        ("application/merge-patch+json", 415),
        ("application/jsonx", 415),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
def test_content_types(app: FastAPI, client: TestClient, content_type: str, status: int) -> None:
    response = client.post("/api/v1/attempts", content=b'{"answer": {"dz": 1}}', headers={"content-type": content_type})
    assert response.status_code == status
    assert len(app.state.stored) == (status == 200)
    if status == 415:
        assert response.json()["type"].endswith(":not-json")


def test_a_missing_content_type(client: TestClient) -> None:
    request = client.build_request("POST", "/api/v1/attempts", content=b'{"answer": {"dz": 1}}')
    request.headers.pop("content-type", None)
    assert client.send(request).status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip", "x"])
def test_a_compressed_body_is_told_so(app: FastAPI, client: TestClient, coding: str) -> None:
    sent = b'{"answer": {"dz": 1}}'
    for body in (sent, gzip.compress(sent)):
        headers = {"content-type": "application/json", "content-encoding": coding}
        refused = client.post("/api/v1/attempts", content=body, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (415, "urn:sigmoid-quiz:problem:compressed")
        assert refused.headers["accept-encoding"] == "identity"
    assert app.state.stored == []
    headers["content-encoding"] = "identity"
    assert client.post("/api/v1/attempts", content=sent, headers=headers).status_code == 200


def test_no_body_needs_no_content_type(client: TestClient) -> None:
    assert client.post("/api/v1/nothing").status_code == 200


def test_forms_are_unharmed(client: TestClient) -> None:
    for path, name in (("/practice", "answer"), ("/api/v1/form", "name")):
        assert "\u2212[é]" in client.post(path, data={name: "\u2212[é]"}).text
        assert "NaN" in client.post(path, files={name: (None, "NaN")}).text


def test_documents_are_read_once(client: TestClient) -> None:
    assert post(client, b'{"a": [1, 2.50]}', "/api/v1/raw").json() == {"a": ["int 1", "Decimal 2.50"]}


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(documents, st.booleans())
def test_honest_documents_come_through(document: Any, as_ascii: bool) -> None:
    assert read_json(json.dumps(document, ensure_ascii=as_ascii).encode()) == document


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d8e1-.NaIf ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_json(raw)
    except Problem as problem:
        assert problem.status_code in (400, 422)
        assert problem.errors


@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_decimals_come_through(number: Decimal) -> None:
    read = read_json(f"{number:f}".encode())
    assert isinstance(read, Decimal)
    assert str(read) == str(number)
