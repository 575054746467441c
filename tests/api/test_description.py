"""The committed description of the REST interface is the current one, and the changelog knows of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.api.groups import GROUPS
from tests.api.access_table import TABLE, WHO
from tools.openapi import FILE, description, fingerprint

ROOT = Path(__file__).parents[2]
WHAT_TO_DO = "the REST interface has changed: run `make openapi`, and say in CHANGELOG.md what changed, with the new fingerprint"


def test_the_committed_description_is_current() -> None:
    committed, current = json.loads(FILE.read_text("utf-8")), json.loads(json.dumps(description()))
    assert fingerprint(committed) == fingerprint(current), WHAT_TO_DO
    assert committed == current, "run `make openapi`: the version has changed"


def test_the_changelog_names_its_fingerprint() -> None:
    assert f"`{fingerprint(description())}`" in (ROOT / "CHANGELOG.md").read_text("utf-8"), WHAT_TO_DO


def test_any_change_shows_in_the_fingerprint() -> None:
    described = json.loads(FILE.read_text("utf-8"))
    before = fingerprint(described)
    assert fingerprint(described | {"info": described["info"] | {"version": "99"}}) == before
    described["paths"]["/api/v1/me"]["get"]["summary"] = "Something else"
    assert fingerprint(described) != before


def test_it_says_which_calls_take_a_token() -> None:
    described = description()
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    calls = {f"{method} {path}": one for path, methods in described["paths"].items() for method, one in methods.items()}
    takes = {name for name, one in calls.items() if one.get("security") == [{"token": []}]}
    assert {"get /api/v1/attempts", "post /api/v1/courses", "get /api/v1/scores"} <= takes
    assert {"get /api/v1/skills", "post /api/v1/questions", "post /api/v1/learners", "get /healthz"} <= calls.keys() - takes


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def test_it_says_what_every_call_parameter_and_field_is() -> None:
    untold = [f"{method} {path}" for method, path, one in _operations() if not one.get("description")]
    untold += [
        f"{method} {path} {parameter['name']}"
        for method, path, one in _operations()
        for parameter in one.get("parameters", ())
        if not parameter.get("description")
    ]
    untold += [
        f"{name}.{field}"
        for name, schema in description()["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    assert untold == []


def test_every_call_stands_in_one_group() -> None:
    ids = [operation["operationId"] for _, _, operation in _operations()]
    assert sorted(ids) == sorted(operation for group in GROUPS for operation in group.operations)
    assert {tag for _, _, operation in _operations() for tag in operation["tags"]} == {group.name for group in GROUPS}


def test_it_says_who_may_make_which_call() -> None:
    """By the table that test_access tries. A program is connected to no course there, so it finds nothing of one."""
    for method, path, operation in _operations():
        statuses = dict(zip(WHO, TABLE[method, path], strict=True))
        told = operation.get("x-callers")
        assert (told is None) == (statuses["nobody"] != 401), path
        for who in ("learner", "instructor", "integration"):
            if told is not None and who not in told:
                assert statuses[who] in (403, 404), (path, who)
            elif (who, path) != ("integration", "/api/v1/attempts"):  # this one has not the right to hand in answers
                assert statuses[who] != 403, (path, who)
