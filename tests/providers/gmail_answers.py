"""Answers of the stand-in of Gmail, in Google's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

ME = "/gmail/v1/users/me"


class Answer(NamedTuple):
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}

    def json(self) -> Any:
        return json.loads(self.body)


def said(status: int, reason: str, message: str = "", headers: Mapping[str, str] = {}) -> Answer:
    """A refusal in Google's words."""
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    error = {"message": message or reason, "domain": "global", "reason": reason}
    whole = {
        "error": {
            "code": status,
            "message": error["message"],
            "errors": [error],
            "status": names.get(status, ""),
        }
    }
    return Answer(status, json.dumps(whole).encode(), headers)


def given(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode())
