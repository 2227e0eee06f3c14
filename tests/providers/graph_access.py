"""How tests open mailboxes at the fake of Graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fake_graph import CLIENT_ID, SECRET, TENANT, FakeGraph

from postroom.providers.port import Access


def settings_of(fake: FakeGraph) -> dict[str, Any]:
    """What is set up for the fake."""
    return {"tenant": TENANT, "client_id": CLIENT_ID, "login": fake.address, "graph": fake.address}


def own_access(
    fake: FakeGraph,
    address: str,
    *,
    keep_secret: Callable[[Mapping[str, str]], None] = lambda _: None,
    spend: Callable[[str, int, int, int], None] = lambda *_: None,
) -> Access:
    """The owner connected it."""
    secret = {"client_secret": SECRET, "refresh_token": fake.entra.consent(address)}
    return Access(address, settings_of(fake), secret, keep_secret=keep_secret, spend=spend)


def central_access(fake: FakeGraph, address: str) -> Access:
    """The admin connected all."""
    return Access(address, settings_of(fake), {"client_secret": SECRET}, is_central=True)
