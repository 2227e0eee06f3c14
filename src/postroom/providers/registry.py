"""The providers of mailboxes. Adding one is a folder, and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from postroom.providers.port import Provider

_WHERE: Final[Mapping[str, str]] = {
    "google": "postroom.providers.gmail",
    "microsoft": "postroom.providers.graph",
    "imap": "postroom.providers.imap",
    "memory": "postroom.providers.memory",
}
"""The kind of source → the package, whose ``PROVIDER`` it is. ``memory`` serves the demo and tests."""

KINDS: Final = tuple(_WHERE)


def provider_of(kind: str) -> Provider:
    """The provider for sources of this kind, loaded when first asked for."""
    provider: Provider = import_module(_WHERE[kind]).PROVIDER
    return provider
