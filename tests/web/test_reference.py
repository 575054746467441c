"""The REST interface as a page: every operation is there, and its examples are values of their schemas."""

import json
from html import unescape
from typing import Any

import pytest

from app.main import create_app
from app.settings import Settings
from app.web.reference import example, read_calls
from tests.api.site import Site

DOCUMENT: dict[str, Any] = create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db")).openapi()


def test_every_operation_is_on_the_page(site: Site) -> None:
    page = unescape(site.client.get("/docs").text)
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
            assert operation["summary"] in page


def test_anchors_lead_to_one_call_each() -> None:
    anchors = [call.anchor for calls in read_calls(DOCUMENT).values() for call in calls]
    assert len(set(anchors)) == len(anchors) == sum(len(operations) for operations in DOCUMENT["paths"].values())


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value is one of the schema, as far as types and required fields go."""
    if "$ref" in schema:
        return fits(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value)
    if "anyOf" in schema:
        return any(fits(one, value) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if "type" not in schema or value in schema.get("examples", ()):  # anything, or written by hand
        return True
    if not isinstance(value, KINDS[schema["type"]]):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return all(name in value for name in schema.get("required", ())) and all(
            fits(one, value[name]) for name, one in known.items() if name in value
        )
    return all(fits(schema["items"], item) for item in value) if isinstance(value, list) and "items" in schema else True


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_an_example_is_a_value_of_its_schema(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    if "examples" not in schema:  # written by hand, and tested where it is written
        assert fits(schema, example(DOCUMENT, schema))


def test_examples_are_json() -> None:
    for calls in read_calls(DOCUMENT).values():
        for call in calls:
            for text in (call.sends, call.answers):
                assert text == "" or json.loads(text) is not None
