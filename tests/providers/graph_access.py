"""How tests open mailboxes at the fake of Graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract_world import AT, a_mail
from fake_graph import CLIENT_ID, SECRET, TENANT, FakeGraph, Folder, Mailbox

from postroom.providers.graph import PROVIDER
from postroom.providers.port import Access, OpenMailbox


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


def a_folder(fake: FakeGraph, name: str = "Project X") -> Folder:
    """Another folder in the first user's mailbox."""
    return box_of(fake).add_folder(name)


def box_of(fake: FakeGraph) -> Mailbox:
    """The first user's mailbox."""
    box = fake.directory.users[0].mailbox
    assert box
    return box


def opened(fake: FakeGraph, **more: Any) -> OpenMailbox:
    """The first user's mailbox, opened with their own connection."""
    return PROVIDER.open(own_access(fake, fake.directory.users[0].principal_name, **more))


def fill(fake: FakeGraph, folder: Folder, many: int) -> list[str]:
    """Deliver so many mails, a second apart; their immutable ids, the newest first."""
    mails = [
        box_of(fake).deliver(folder, a_mail(f"{n:04}", AT + n), AT + n).immutable_id for n in range(many)
    ]
    return mails[::-1]
