"""JSON as RFC 8259 has it: no NaN, no endless numbers, no bottomless nesting, no name twice."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class FieldTwice(ValueError):
    """An object names a field twice: which of the two is meant?"""


def read_json(body: bytes) -> Any:
    """Read a document; raises ``ValueError``."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_each_name_once
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FieldTwice
    return found


class StrictJson(Parser):
    """Reads the bodies of calls."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read the body; raises ``ValueError``."""
        return read_json(request.body)
