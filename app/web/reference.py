"""The OpenAPI description as a page to read: each call with what it takes, what it answers, and an example of both."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from app.web.little_markdown import inline, paragraphs
from app.web.reference_fields import Field, Object, Schemas

_SPREAD_VECTOR = re.compile(r"\[\n([^\[\]{}]*?)\n\s*\]")
_PROBLEM = "application/problem+json"
_WHO = {
    (): "without a token",
    ("learner",): "learners",
    ("instructor",): "instructors",
    ("learner", "instructor"): "learners and instructors",
    ("instructor", "integration"): "instructors and programs",
    ("learner", "instructor", "integration"): "anybody with a token",
}


@dataclass(frozen=True)
class Answer:
    """What a call answers when it does what it is asked. whole: the object that it is, where that is told of by itself, else its
    `fields`. others: in which other forms it comes. headers: name and what it says. example: as text, empty where there is none.
    """

    status: str
    about: Markup
    whole: Markup
    fields: tuple[Field, ...]
    others: tuple[str, ...]
    headers: tuple[tuple[str, Markup], ...]
    example: str


@dataclass(frozen=True)
class Refusal:
    """title: the problem's. examples: problem documents as JSON text."""

    status: str
    title: str
    reason: Markup
    headers: tuple[tuple[str, Markup], ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One operation. who: may make it. asks: an example's address and headers. sends: its body as text, or empty.
    refusals: its own; like_any: statuses with which others refuse in the same words.
    """

    anchor: str
    method: str
    path: str
    title: str
    about: Markup
    who: str
    fields: tuple[Field, ...]
    asks: str
    sends: str
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]
    like_any: tuple[str, ...]


@dataclass(frozen=True)
class CallGroup:
    """Calls that belong together, in the order in which they are told of."""

    name: str
    anchor: str
    about: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Reference:
    """about: of the whole. refusals: what any call may be refused with. objects: those that stand in several places."""

    version: str
    about: Markup
    groups: tuple[CallGroup, ...]
    refusals: tuple[Refusal, ...]
    objects: tuple[Object, ...]


def read_reference(document: Mapping[str, Any]) -> Reference:
    """An OpenAPI document, whose tags name their operations in an order, as what the page shows."""
    schemas = Schemas(document)
    told = {
        operation["operationId"]: _call(document, schemas, path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    groups = tuple(
        CallGroup(tag["name"], _slug(tag["name"]), tag["description"], tuple(told[one] for one in tag["x-operations"]))
        for tag in document["tags"]
    )
    shared = document["components"]["responses"]
    refusals = tuple(_refusal(name.removeprefix("Refusal"), shared[name]) for name in sorted(shared))
    about = paragraphs(document["info"]["description"])
    return Reference(document["info"]["version"], about, groups, refusals, tuple(schemas.objects()))


def _call(document: Mapping[str, Any], schemas: Schemas, path: str, method: str, operation: Mapping[str, Any]) -> Call:
    takes = operation.get("requestBody", {})
    parameters = operation.get("parameters", [])
    fields = [
        schemas.field(_titled(one), one["in"], one["schema"], one["required"], one.get("description", "")) for one in parameters
    ]
    refused = [(status, response) for status, response in _responses(document, operation) if status >= "4"]
    shared = {name.removeprefix("Refusal") for name in document["components"]["responses"]}
    own = [(status, one) for status, one in refused if status not in shared or _PROBLEM not in one["content"]]
    return Call(
        anchor=f"{method}-{_slug(path)}",
        method=method.upper(),
        path=path,
        title=operation["summary"],
        about=paragraphs(operation.get("description", "")),
        who=_WHO[tuple(operation.get("x-callers", ()))],
        fields=(*fields, *schemas.fields(_schema(takes))),
        asks=_asked(method, path, parameters),
        sends=_example(takes),
        answers=tuple(_answer(schemas, status, response) for status, response in _responses(document, operation) if status < "4"),
        refusals=tuple(_refusal(status, response) for status, response in own),
        like_any=tuple(status for status, response in refused if (status, response) not in own),
    )


def _answer(schemas: Schemas, status: str, response: Mapping[str, Any]) -> Answer:
    schema = _schema(response)
    whole = schemas.kind(schema) if "$ref" in schema else Markup()
    apart = "<a " in whole
    about = response.get("description", "")
    return Answer(
        status=status,
        about=inline("" if about == "Successful Response" else about),
        whole=whole if apart else Markup(),
        fields=() if apart else schemas.fields(schema),
        others=tuple(kind for kind in response.get("content", {}) if kind != "application/json"),
        headers=_headers(response),
        example=_example(response),
    )


def _refusal(status: str, response: Mapping[str, Any]) -> Refusal:
    shown = _examples(response)
    title = json.loads(shown[0]).get("title", "")
    return Refusal(status, title, inline(response["description"]), _headers(response), shown)


def _headers(response: Mapping[str, Any]) -> tuple[tuple[str, Markup], ...]:
    return tuple((name, inline(one["description"])) for name, one in response.get("headers", {}).items())


def _responses(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Statuses in their order, a success that makes something before one that finds it made; what several operations share stands
    among the components.
    """
    for status, one in sorted(operation["responses"].items(), key=lambda item: (item[0] != "201", item[0])):
        yield status, document["components"]["responses"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def _titled(parameter: Mapping[str, Any]) -> str:
    """Headers as they are written in the standards."""
    return parameter["name"].title() if parameter["in"] == "header" else str(parameter["name"])


def _slug(words: str) -> str:
    return words.strip("/").lower().translate(str.maketrans("/_ ", "---", "{}"))


def _asked(method: str, path: str, parameters: Sequence[Mapping[str, Any]]) -> str:
    """The example's request line, and the headers that are its own."""
    given = [one for one in parameters if "example" in one]
    for one in given:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
    query = urlencode({one["name"]: one["example"] for one in given if one["in"] == "query"})
    headers = [f"{_titled(one)}: {one['example']}" for one in given if one["in"] == "header"]
    return "\n".join([f"{method.upper()} {path}{'?' + query if query else ''}", *headers])


def _example(holder: Mapping[str, Any]) -> str:
    """The example of a body: JSON as text, or the text itself; empty where there is none."""
    return next(iter(_examples(holder)), "")


def _examples(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """All of them, of the first form of the body that has any."""
    for content in holder.get("content", {}).values():
        shown = [content["example"]] if "example" in content else [one["value"] for one in content.get("examples", {}).values()]
        if shown:
            return tuple(one if isinstance(one, str) else _written(one) for one in shown)
    return ()


def _written(value: Any) -> str:
    """JSON, indented, with each vector in a line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _SPREAD_VECTOR.sub(lambda match: f"[{' '.join(match[1].split())}]", text)


def _schema(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return schema
