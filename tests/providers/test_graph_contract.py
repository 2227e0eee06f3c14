"""Graph keeps the contract of providers, on the fake, by both ways in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract import CentralContract, ProviderContract
from fake_graph import FakeGraph, fake_graph
from graph_access import central_access, own_access

from postroom.providers import oauth
from postroom.providers.graph import PROVIDER, mailbox


class GraphWorld:
    """The contract's world on the fake."""

    provider = PROVIDER

    def __init__(self, fake: FakeGraph) -> None:
        self.box = fake.directory.add_user("sam@us.example").mailbox
        self._other = fake.directory.add_user("lea@us.example").mailbox
        self.mine = own_access(fake, "sam@us.example")
        self.theirs = own_access(fake, "lea@us.example")
        self.wrong = replace(self.mine, secret={**self.mine.secret, "refresh_token": "0.of-nobody"})
        self.central = central_access(fake, "sam@us.example")
        self.central_wrong = replace(self.central, secret={"client_secret": "of nobody"})

    def add_label(self, *path: str) -> str:
        parent = None
        for name in path:
            known = [f for f in self.box.children(parent or self.box.root) if f.name == name]
            parent = known[0] if known else self.box.add_folder(name, parent)
        assert parent
        return parent.id

    def rename_label(self, label: str, *path: str) -> None:
        self.box.folders[label].name = path[-1]

    def remove_label(self, label: str) -> None:
        self.box.remove_folder(self.box.folders[label])

    def deliver(self, label: str, raw: bytes, received_at: int) -> None:
        self.box.deliver(self.box.folders[label], raw, received_at)

    def deliver_to_them(self, raw: bytes, received_at: int) -> None:
        self._other.deliver(self._other.folder("inbox"), raw, received_at)

    def move(self, label: str, ref: str, to: str) -> None:
        self.box.move(self.box.mail(ref), self.box.folders[to])

    def expunge(self, label: str, ref: str) -> None:
        self.box.expunge(self.box.mail(ref))

    def lose_cursor(self, label: str) -> None:
        self.box.folders[label].highest += 1000


class _Contract(ProviderContract, CentralContract):
    is_central = False
    roles = frozenset({"inbox", "sent", "drafts", "spam", "trash", "archive"})

    @pytest.fixture
    def world(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphWorld]:
        monkeypatch.setattr(mailbox, "PAGE", 10)
        monkeypatch.setattr(oauth, "_kept", {})
        with fake_graph() as fake:
            world = GraphWorld(fake)
            world.mine = world.central if self.is_central else world.mine
            yield world


class TestGraphOfItsOwner(_Contract):
    pass


class TestGraphOfAll(_Contract):
    """The same mailbox, read with the application's secret."""

    is_central = True
    test_own_secret_never_opens_a_mailbox_of_somebody_else = None
    """The secret of all opens every mailbox."""
