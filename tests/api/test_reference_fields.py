"""The table of a body's fields on the page of the API."""

from __future__ import annotations

from postroom.api.fields import Field, fields_of


def test_fields_are_named_from_the_top_with_what_they_hold() -> None:
    named = {
        "Item": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "description": "Its name."},
                "kind": {"enum": ["a", None]},
            },
        }
    }
    schema = {
        "required": ["items"],
        "properties": {
            "items": {
                "type": "array",
                "items": {"anyOf": [{"$ref": "#/components/schemas/Item"}, {"description": "x"}]},
            },
            "one": {"$ref": "#/components/schemas/Item", "description": "Alone."},
            "count": {"type": ["integer", "null"]},
            "any": {},
        },
    }
    assert list(fields_of(schema, named)) == [
        Field("items", "list of: object", True, ""),
        Field("items[].id", "text", True, "Its name."),
        Field("items[].kind", "“a” or null", False, ""),
        Field("one", "object", False, "Alone."),
        Field("one.id", "text", True, "Its name."),
        Field("one.kind", "“a” or null", False, ""),
        Field("count", "whole number or null", False, ""),
        Field("any", "anything", False, ""),
    ]
