"""JSON as RFC 8259 has it: no NaN, no endless numbers, no bottomless nesting."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


def read_json(body: bytes) -> Any:
    """Read a document; raises ``ValueError``."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


class StrictJson(Parser):
    """Reads the bodies of calls."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read the body; raises ``ValueError``."""
        return read_json(request.body)
