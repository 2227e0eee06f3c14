"""The fields of a JSON schema as rows of a table, for people: what each is called, holds and means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Schema = Mapping[str, Any]

_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "array": "list",
    "null": "null",
}


class Field(NamedTuple):
    """A field, anywhere in a body."""

    path: str
    """From the top: ``messages[].from.email``."""
    holds: str
    is_required: bool
    says: str


def fields_of(schema: Schema, named: Mapping[str, Schema], path: str = "") -> Iterator[Field]:
    """Yield the fields of an object in order, each followed by its own. ``named``: what ``$ref`` may name."""
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        inner = _looked_up(inner, named)
        here = f"{path}.{name}" if path else name
        yield Field(here, _holds(inner, named), name in required, inner.get("description", ""))
        yield from _inside(inner, named, here)


def _inside(schema: Schema, named: Mapping[str, Schema], path: str) -> Iterator[Field]:
    for shape in _shapes(schema, named):
        if "items" in shape:
            yield from _inside(_looked_up(shape["items"], named), named, f"{path}[]")
        if "properties" in shape:
            yield from fields_of(shape, named, path)


def _holds(schema: Schema, named: Mapping[str, Schema]) -> str:
    words: list[str] = []
    for shape in _shapes(schema, named):
        if "enum" in shape:
            words += ["null" if value is None else f"“{value}”" for value in shape["enum"]]
            continue
        kinds = shape.get("type", ())
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            word = _WORDS[kind]
            if kind == "array" and shape.get("items"):
                word = f"list of: {_holds(_looked_up(shape['items'], named), named)}"
            words.append(word)
    return " or ".join(dict.fromkeys(words)) or "anything"


def _shapes(schema: Schema, named: Mapping[str, Schema]) -> Iterator[Schema]:
    """What it may be, one after the other."""
    if "anyOf" not in schema:
        yield schema
    for shape in schema.get("anyOf", ()):
        yield from _shapes(_looked_up(shape, named), named)


def _looked_up(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**named[name], **schema} if name else schema
