"""Any IMAP server. See README.md."""

from __future__ import annotations

from typing import Final

from postroom.providers.imap.provider import ImapProvider
from postroom.providers.port import Provider

__all__ = ["PROVIDER"]

PROVIDER: Final[Provider] = ImapProvider()
