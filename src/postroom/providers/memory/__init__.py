"""Mailboxes in memory, for the demo and for tests of whatever reads mailboxes. See README.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from postroom.core.trouble import ProviderError, TryLater
from postroom.providers.memory.faults import Faults
from postroom.providers.memory.kept import KeptMailbox
from postroom.providers.memory.opened import OpenMemoryMailbox
from postroom.providers.memory.server import (
    MASTER_PASSWORD,
    PASSWORD,
    MemoryServer,
    lasting_server,
    memory_server,
    server_named,
)
from postroom.providers.port import Access, Missing, Provider

__all__ = [
    "MASTER_PASSWORD",
    "PASSWORD",
    "PROVIDER",
    "Faults",
    "KeptMailbox",
    "MemoryServer",
    "lasting_server",
    "memory_server",
]


class MemoryProvider:
    """Opens mailboxes of the server that the setting ``server`` names."""

    kind = "memory"
    name = "Memory"

    def open(self, access: Access) -> OpenMemoryMailbox:
        server = server_named(access.settings["server"])
        return OpenMemoryMailbox(server, server.signed_in(access), access)

    def check(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], address: str
    ) -> Sequence[Missing]:
        server = server_named(settings["server"])
        try:
            server.signed_in(Access(address, settings, secret, is_central=True))
        except TryLater:
            raise
        except ProviderError as error:
            return [
                Missing(error.code, f"The server says {error.code}. Change that at the server."),
                *server.missing,
            ]
        return server.missing

    def addresses(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Iterator[str] | None:
        server = server_named(settings["server"])
        return iter(server.addresses()) if server.lists_addresses else None


PROVIDER: Final[Provider] = MemoryProvider()
