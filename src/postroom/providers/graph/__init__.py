"""Mailboxes of Microsoft 365, by Microsoft Graph. See README.md."""

from typing import Final

from postroom.providers.graph.provider import GraphProvider
from postroom.providers.port import Provider

__all__ = ["PROVIDER"]

PROVIDER: Final[Provider] = GraphProvider()
