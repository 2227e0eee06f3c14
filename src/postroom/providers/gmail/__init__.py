"""Gmail and Google Workspace: mailboxes by the Gmail API. See README.md. Talks to Google only, and only reads."""

from __future__ import annotations

from typing import Final

from postroom.providers.gmail.provider import Gmail
from postroom.providers.gmail.sign_in import SCOPE
from postroom.providers.port import Provider

__all__ = ["PROVIDER", "SCOPE", "Gmail"]

PROVIDER: Final[Provider] = Gmail()
