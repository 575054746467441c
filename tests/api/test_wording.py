"""Refusals of an input say what to do in words of our own, name what an object takes, and say where a parameter stands."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.api import assignment_schemas, batch_schemas, course_schemas, schemas, token_schemas, webhook_schemas
from app.api.request_body import RequestBody
from app.edge.wording import told
from tests.api.site import DZ_LESSON, RIGHT_DZ, Site, assert_problem

MODULES = (assignment_schemas, batch_schemas, course_schemas, schemas, token_schemas, webhook_schemas)
FOUND = [one for room in MODULES for one in vars(room).values() if isinstance(one, type) and issubclass(one, RequestBody)]
MODELS = {one.__name__: one for one in FOUND if one is not RequestBody}
FOREIGN = re.compile(r"\b([Ii]nput|should|valid|dictionary|string|integer|boolean|tuple|None|permitted|required)\b")
DATES = ("2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00+99:00", "2026-01-01")
VALUES: tuple[Any, ...] = (
    *(None, True, 1, 0, -1, 10**30, Decimal("1.5"), "", "x", "\n", "x" * 300, *DATES),
    *([], [1], [[]], [{}], [{"skill": 1}], [{"skill": "chain", "level": 4, "extra": 1}], [{}] * 1001, {}, {"a": 1}),
)


def _faults(model: type[RequestBody]) -> Iterator[Any]:
    for body in ({}, {"stranger": 1}, [], "x", None, *({name: value} for name in model.model_fields for value in VALUES)):
        try:
            model.model_validate(body)
        except ValidationError as error:
            yield from error.errors(include_url=False)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_no_sentence_is_of_python(name: str) -> None:
    faults = list(_faults(MODELS[name]))
    assert {"unknown_field"} <= {fault["type"] for fault in faults}
    for fault in faults:
        said = told(fault)
        assert re.fullmatch(r"[A-Z][^{}]*\.", said), said
        assert not FOREIGN.search(said), said
        if fault["type"] == "unknown_field" and len(fault["loc"]) == 1:
            assert all(field in said for field in MODELS[name].model_fields)


def test_an_answer_without_its_wrapper_is_told_where_to_go(site: Site) -> None:
    document = assert_problem(site.call("POST", f"/questions/{DZ_LESSON}/attempts", "learner", json=RIGHT_DZ), 422)
    assert document["errors"] == [
        {"pointer": "/answer", "detail": "This is missing."},
        {"pointer": "/dz", "detail": "There is no such field; this takes answer. Put the symbols under answer."},
    ]


def test_fields_of_an_object_inside_are_named_too(site: Site) -> None:
    plan = {"title": "x", "opens_at": "2026-01-01T00:00:00Z", "closes_at": "2026-01-02T00:00:00Z", "items": [{"skil": "chain"}]}
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()["id"]
    document = assert_problem(site.call("POST", f"/courses/{course}/assignments", "instructor", json=plan), 422)
    assert document["errors"] == [
        {"pointer": "/items/0/skill", "detail": "This is missing."},
        {"pointer": "/items/0/skil", "detail": "There is no such field; this takes skill, level, format, points, tries."},
    ]
    sent = {"attempts": [{"question_id": DZ_LESSON, "dz": [1], "idempotency_key": "x"}]}
    (outcome,) = site.call("POST", "/attempts", "learner", json=sent).json()["outcomes"]
    assert [one["pointer"] for one in outcome["problem"]["errors"]] == ["/answer", "/dz"]
    assert outcome["problem"]["errors"][1]["detail"].endswith("Put the symbols under answer.")


def test_a_parameter_at_fault_says_where_it_stands(site: Site) -> None:
    key = {"Idempotency-Key": "x" * 256}
    refused = {
        ("header", "/Idempotency-Key"): site.call(
            "POST", f"/questions/{DZ_LESSON}/attempts", "learner", key, json={"answer": RIGHT_DZ}
        ),
        ("query", "/since"): site.call("GET", "/attempts?since=x", "learner"),
        ("query", "/limit"): site.call("GET", "/attempts?limit=x", "learner"),
        ("query", "/skill"): site.call("GET", "/attempts?skill=x", "learner"),
        ("query", "/items"): site.call("GET", "/question-banks/moodle?items=x:1:1", "instructor"),
        ("query", "/learner_id"): site.call("GET", f"/attempts?learner_id={site.ids['learner']}", "instructor"),
        ("query", "/course"): site.call("GET", "/scores?course=open&course=open", "instructor"),
        ("query", "/count"): site.call("POST", "/questions?count=5", json={"skill": "chain"}),
        ("query", "/before"): site.call("GET", "/courses/x/deliveries?before=x", "instructor"),
    }
    for (source, pointer), response in refused.items():
        (fault,) = assert_problem(response, 422)["errors"]
        assert (fault["source"], fault["pointer"]) == (source, pointer)


def test_a_parameter_that_is_not_taken_is_told_with_those_that_are(site: Site) -> None:
    refused = site.call("GET", "/attempts?page=2&limit=5&limit=6", "learner")
    assert [(one["pointer"], one["detail"]) for one in assert_problem(refused, 422)["errors"]] == [
        ("/page", "There is no such parameter; this takes since, limit, learner, skill, course."),
        ("/limit", "This parameter comes twice."),
    ]
    assert site.call("GET", "/skills?anything=1").status_code == 200  # nothing could be meant by it
