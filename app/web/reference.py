"""The OpenAPI description as a page to read: each call with what it takes, what it answers, and an example of both."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

_SPREAD_VECTOR = re.compile(r"\[\n([^\[\]{}]*?)\n\s*\]")


@dataclass(frozen=True)
class Field:
    """Something that a call takes. where: path, query, header or body."""

    name: str
    where: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Refusal:
    """answers: a problem document as JSON text."""

    status: str
    reason: str
    answers: str


@dataclass(frozen=True)
class Call:
    """One operation. asks: an example's address and headers. sends, answers: its bodies as text, empty where there is none.
    status: of its success.
    """

    anchor: str
    method: str
    path: str
    title: str
    about: str
    needs_token: bool
    fields: tuple[Field, ...]
    asks: str
    sends: str
    status: str
    answers: str
    refusals: tuple[Refusal, ...]


def read_calls(document: Mapping[str, Any]) -> dict[str, list[Call]]:
    """The calls of an OpenAPI document by their tag, in its order."""
    groups: dict[str, list[Call]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_call(document, path, method, operation))
    return groups


def _call(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Call:
    takes = operation.get("requestBody", {})
    parameters = operation.get("parameters", [])
    fields = [
        Field(one["name"], one["in"], _kind(document, one["schema"]), one["required"], one.get("description", ""))
        for one in parameters
    ]
    whole = _resolved(document, _schema(takes))
    for name, schema in whole.get("properties", {}).items():
        required = name in whole.get("required", ())
        fields.append(Field(name, "body", _kind(document, schema), required, schema.get("description", "")))
    success = next(status for status in operation["responses"] if status.startswith("2"))
    return Call(
        anchor=f"{method}-{path.strip('/').translate(str.maketrans('/_', '--', '{}'))}",
        method=method.upper(),
        path=path,
        title=operation["summary"],
        about=operation.get("description", ""),
        needs_token=bool(operation.get("security")),
        fields=tuple(fields),
        asks=_asked(method, path, parameters),
        sends=_example(takes),
        status=success,
        answers=_example(operation["responses"][success]),
        refusals=tuple(
            Refusal(status, response["description"], _example(response))
            for status, response in _responses(document, operation)
            if status >= "4"
        ),
    )


def _responses(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Statuses in their order; what several operations share stands among the components."""
    return [
        (status, document["components"]["responses"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one)
        for status, one in sorted(operation["responses"].items())
    ]


def _asked(method: str, path: str, parameters: Sequence[Mapping[str, Any]]) -> str:
    """The example's request line, and the headers that are its own."""
    given = [one for one in parameters if "example" in one]
    for one in given:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
    query = urlencode({one["name"]: one["example"] for one in given if one["in"] == "query"})
    headers = [f"{one['name'].title()}: {one['example']}" for one in given if one["in"] == "header"]
    return "\n".join([f"{method.upper()} {path}{'?' + query if query else ''}", *headers])


def _example(holder: Mapping[str, Any]) -> str:
    """The example of a body: JSON as text, or the text itself; empty where there is none."""
    for content in holder.get("content", {}).values():
        if "example" in content:
            shown = content["example"]
            return shown if isinstance(shown, str) else _written(shown)
    return ""


def _written(value: Any) -> str:
    """JSON, indented, with each vector in a line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _SPREAD_VECTOR.sub(lambda match: f"[{' '.join(match[1].split())}]", text)


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
