"""What calls take and answer, field by field, out of the schemas of an OpenAPI document."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.web.little_markdown import inline, paragraphs

Schema = Mapping[str, Any]
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_LIMITS = (("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " entries"))


@dataclass(frozen=True)
class Field:
    """Something that a call takes or answers with. where: path, query, header or body; of an answer, body alone.

    limits: of its value, and what it is where it is left out, in words.
    """

    name: str
    where: str
    kind: Markup
    required: bool
    limits: Markup
    about: Markup


@dataclass(frozen=True)
class Object:
    """A JSON object that stands in several answers, or inside of others."""

    name: str
    anchor: str
    about: Markup
    fields: tuple[Field, ...]


class Schemas:
    """The schemas of an OpenAPI document, and which of them are objects to be told of by themselves."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        inside = {name for schema in self._schemas.values() for name in _names(schema.get("properties", {}))}
        answered = Counter(
            name
            for operations in document["paths"].values()
            for operation in operations.values()
            for response in operation["responses"].values()
            for name in _names(response.get("content", {}))
        )
        self._apart = inside | {name for name, count in answered.items() if count > 1}

    def objects(self) -> list[Object]:
        """All that are told of by themselves, by name."""
        told = {name: self._schemas[name] for name in sorted(self._apart, key=_shown)}
        return [
            Object(_shown(name), _anchor(name), paragraphs(schema.get("description", "")), self.fields(schema))
            for name, schema in told.items()
            if "properties" in schema
        ]

    def fields(self, schema: Schema) -> tuple[Field, ...]:
        """The fields of an object."""
        whole = self.resolved(schema)
        return tuple(
            self.field(name, "body", one, name in whole.get("required", ()), one.get("description", ""))
            for name, one in whole.get("properties", {}).items()
        )

    def field(self, name: str, where: str, schema: Schema, required: bool, about: str) -> Field:
        if where != "body" and "anyOf" in schema:  # what is left out there cannot be null as well
            (schema,) = ({**schema, **one} for one in schema["anyOf"] if one.get("type") != "null")
            del schema["anyOf"]
        return Field(name, where, self.kind(schema), required, self._limits(schema, required), inline(about))

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def kind(self, schema: Schema) -> Markup:
        """A type in a word or two; an object that is told of by itself as a link."""
        name = schema["$ref"].rpartition("/")[2] if "$ref" in schema else ""
        if name in self._apart and "properties" in self._schemas[name]:
            return Markup('<a href="#{}">{}</a>').format(_anchor(name), _shown(name))
        schema = self.resolved(schema)
        if "enum" in schema:
            return Markup(" or ").join(Markup("<code>{}</code>").format(one) for one in schema["enum"])
        if "anyOf" in schema:
            return Markup(" or ").join(self.kind(one) for one in schema["anyOf"])
        kind = str(schema.get("type", "any value"))
        if kind == "array":
            items = schema.get("items") or {}
            return Markup("list of {}").format(self.kind(items)) if items else Markup("list")
        if schema.get("format") == "date-time":
            return Markup("date and time")
        return Markup(_WORDS.get(kind, kind))

    def _limits(self, schema: Schema, required: bool) -> Markup:
        found = [
            limit for one in self._choices(schema) for least, most, unit in _LIMITS if (limit := _limit(one, least, most, unit))
        ]
        told = [Markup("{}.").format("; ".join(found))] if found else []
        default = schema.get("default", self.resolved(schema).get("default"))
        if not required and default is not None:
            told.append(
                Markup("Without it <code>{}</code>.").format(str(default).lower() if default in (True, False) else default)
            )
        return Markup(" ").join(told)

    def _choices(self, schema: Schema) -> list[Schema]:
        whole = self.resolved(schema)
        return [whole, *(self.resolved(one) for one in whole.get("anyOf", ()))]


def _limit(schema: Schema, least: str, most: str, unit: str) -> str:
    edges = (schema.get(one) for one in (least, most))  # an edge of whole numbers may come as 1.0, and is not exact beyond 2^53
    low, high = (None if edge is None or abs(edge) > 2**53 else int(edge) for edge in edges)
    if low is not None and high is not None:
        return f"{low} to {high}{unit}"
    if low is not None:
        return f"At least {low}{unit}"
    return "" if high is None else f"At most {high}{unit}"


def _names(value: Any) -> Iterator[str]:
    """The schemas that are referred to anywhere in a value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for one in value.values():
            yield from _names(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)


def _shown(name: str) -> str:
    return name.removesuffix("Out")


def _anchor(name: str) -> str:
    return f"object-{_shown(name)}"
