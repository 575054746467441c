"""Every example of the description is told again, call by call, and must come out as it is written."""

import json
from typing import Any

import pytest

from app.api.examples import FILE, sort_out
from tools.openapi import description
from tools.story import examples, missing

WHAT_TO_DO = "run `make openapi`, look at what changed, and say so in CHANGELOG.md"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return examples()


def test_every_example_is_what_the_program_answers(told: dict[str, Any]) -> None:
    written, now = json.loads(FILE.read_text("utf-8")), json.loads(json.dumps(sort_out(told)))
    assert written["anywhere"] == now["anywhere"], WHAT_TO_DO
    for operation, one in now["calls"].items():
        assert written["calls"].get(operation) == one, f"{operation}: {WHAT_TO_DO}"
    assert written == now, WHAT_TO_DO


def test_every_call_succeeds_and_every_success_and_refusal_has_its_example(told: dict[str, Any]) -> None:
    described = description()
    assert missing(told, described) == [], "tools/story_of_a_class.py"
    for operations in described["paths"].values():
        for operation in operations.values():
            assert told[operation["operationId"]]["done"], operation["operationId"]
            documented = set(operation["responses"])
            assert set(told[operation["operationId"]]["answers"]) <= documented


def test_every_refusal_is_a_problem_document_of_its_status(told: dict[str, Any]) -> None:
    for operation, one in told.items():
        for status, body in one["answers"].items():
            if status >= "4" and operation not in ("read_health", "read_liveness", "read_readiness"):
                assert {"type", "title", "status", "detail"} <= set(body)
                assert body["status"] == int(status)
