"""A mail as Google shows it without its text, made into what the port calls a head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from postroom.core.trouble import CannotEver
from postroom.providers.port import Head

QUERY: Final = "format=metadata&fields=id,labelIds,internalDate,sizeEstimate,payload/headers"
"""Asks for what a head needs, and not for the first words of the text, which Google adds by itself (F2)."""

_KEPT_OUT: Final = (("DRAFT", "drafts"), ("SPAM", "spam"), ("TRASH", "trash"))
_NAME = re.compile(r"[!-9;-~]+")
_FOLD = re.compile(r"\r\n?|\n")


def head_of(ref: str, message: Mapping[str, Any]) -> Head:
    """Read a message of ``format=metadata``. Raises ``CannotEver`` (``protocol``) where it is none."""
    size = message.get("sizeEstimate")
    labels = message.get("labelIds") or ()
    try:
        received_at = int(message["internalDate"]) // 1000
        headers = [
            (str(each["name"]), str(each["value"])) for each in message.get("payload", {}).get("headers", ())
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise CannotEver("protocol") from None
    return Head(
        ref,
        header_block(headers),
        received_at,
        size if isinstance(size, int) else None,
        next((role for label, role in _KEPT_OUT if label in labels), ""),
    )


def header_block(headers: list[tuple[str, str]]) -> bytes:
    """Write headers as they stand in a mail, in their order, up to the blank line."""
    lines = (f"{name}: {_folded(value)}\r\n" for name, value in headers if _NAME.fullmatch(name))
    return ("".join(lines) + "\r\n").encode(errors="replace")


def _folded(value: str) -> str:
    """A value no line of which can be taken for the next header."""
    first, *further = _FOLD.split(value)
    return "\r\n".join([first, *(line if line[:1] in (" ", "\t") else f" {line}" for line in further)])
