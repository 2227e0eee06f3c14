"""An answer of Graph, alone or as a part of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from postroom.core.trouble import CannotEver, TryLater


class Answer(NamedTuple):
    """Status, how long to wait where it says so, and the body: JSON that was read already, or bytes."""

    status: int
    body: bytes | Mapping[str, Any]
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        """Say whether it is what was asked for."""
        return self.status == 200

    def json(self) -> Mapping[str, Any]:
        """The body as a JSON object. Raises ``TryLater`` (``answer_unreadable``) where it is none."""
        body = self.body
        if isinstance(body, bytes):
            try:
                body = json.loads(body)
            except ValueError:
                body = None  # type: ignore[assignment]
        if not isinstance(body, dict):
            raise TryLater("answer_unreadable")
        return body

    def values(self) -> Sequence[Mapping[str, Any]]:
        """The entries of a list. Raises ``CannotEver`` (``protocol``) where it has none."""
        entries = self.json().get("value")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise CannotEver("protocol", "Microsoft Graph answered a list without entries.")
        return entries

    def link(self, name: str) -> str:
        """``@odata.nextLink`` or ``@odata.deltaLink``; empty where there is none."""
        link = self.json().get(f"@odata.{name}")
        return link if isinstance(link, str) else ""

    @property
    def error_code(self) -> str:
        """Graph's name of the error; empty where it says none."""
        return self._error("code")

    @property
    def error_text(self) -> str:
        """What Graph says of the error, for the eyes of whoever connects it."""
        return self._error("message")

    def _error(self, name: str) -> str:
        try:
            error = self.json().get("error")
        except TryLater:
            return ""
        text = error.get(name) if isinstance(error, dict) else None
        return text if isinstance(text, str) else ""
