"""The OpenAPI description as a page to read: each call with what it takes, what it answers, and an example of both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_STAND_IN = {"string": "…", "integer": 1, "number": 0.5, "boolean": True, "null": None}
_DEEPEST = 12  # schemas that hold themselves end here


@dataclass(frozen=True)
class Field:
    """Something that a call takes. where: path, query, header or body."""

    name: str
    where: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Call:
    """One operation. sends, answers: examples as JSON text, empty where there is none. status: of its success. refusals: (status,
    reason) pairs.
    """

    anchor: str
    method: str
    path: str
    title: str
    about: str
    needs_token: bool
    fields: tuple[Field, ...]
    sends: str
    status: str
    answers: str
    refusals: tuple[tuple[str, str], ...]


def read_calls(document: Mapping[str, Any]) -> dict[str, list[Call]]:
    """The calls of an OpenAPI document by their tag, in its order."""
    groups: dict[str, list[Call]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_call(document, path, method, operation))
    return groups


def _call(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Call:
    body = _schema(operation.get("requestBody", {}))
    fields = [
        Field(one["name"], one["in"], _kind(document, one["schema"]), one["required"], one.get("description", ""))
        for one in operation.get("parameters", [])
    ]
    whole = _resolved(document, body) if body else {}
    for name, schema in whole.get("properties", {}).items():
        required = name in whole.get("required", ())
        fields.append(Field(name, "body", _kind(document, schema), required, schema.get("description", "")))
    success = next(status for status in operation["responses"] if status.startswith("2"))
    answer = _schema(operation["responses"][success])
    return Call(
        anchor=f"{method}-{path.strip('/').translate(str.maketrans('/_', '--', '{}'))}",
        method=method.upper(),
        path=path,
        title=operation["summary"],
        about=operation.get("description", ""),
        needs_token=bool(operation.get("security")),
        fields=tuple(fields),
        sends=_written(example(document, body)) if body else "",
        status=success,
        answers=_written(example(document, answer)) if answer else "",
        refusals=tuple(
            (status, response["description"]) for status, response in sorted(operation["responses"].items()) if status >= "4"
        ),
    )


def example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of this schema: its own example or default where it has one, else one made of its parts'."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0], depth)
    if depth == _DEEPEST:
        return None
    if "properties" in schema:
        return {name: example(document, one, depth + 1) for name, one in schema["properties"].items()}
    if schema.get("type") == "array":
        return [example(document, schema["items"], depth + 1)] if "items" in schema else []
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return {"…": example(document, inner, depth + 1)} if isinstance(inner, dict) else {}
    if schema.get("format") == "date-time":
        return "2026-01-31T12:00:00Z"
    return _STAND_IN.get(schema.get("type", "number"))


def _schema(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type in a word or two."""
    schema = _resolved(document, schema)
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_kind(document, one) for one in schema["anyOf"] if one.get("type") != "null")
    return str(schema.get("type", "any"))


def _written(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
