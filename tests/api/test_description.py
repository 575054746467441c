"""The committed description of the REST interface is the current one, and the changelog knows of it."""

import json
from pathlib import Path

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
