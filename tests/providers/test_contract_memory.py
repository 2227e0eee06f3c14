"""The mailboxes in memory keep the contract, in both manners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract import CentralContract, ProviderContract

from postroom.providers.memory import PROVIDER, MemoryServer, memory_server
from postroom.providers.port import Access


class MemoryWorld:
    """The contract's world on a server in memory."""

    provider = PROVIDER

    def __init__(self, name: str, server: MemoryServer) -> None:
        server.faults.page_size = 10
        self.box = server.add_user("sam@us.example", password="of sam")
        self._other = server.add_user("lea@us.example", password="of lea")
        self.mine = Access("sam@us.example", {"server": name}, {"password": "of sam"})
        self.theirs = Access("lea@us.example", {"server": name}, {"password": "of lea"})
        self.wrong = replace(self.mine, secret={"password": "of nobody"})
        self.central = replace(self.mine, secret={"master_password": "master"}, is_central=True)
        self.central_wrong = replace(self.central, secret={"master_password": "of nobody"})

    def add_label(self, *path: str) -> str:
        return self.box.add_label(*path)

    def rename_label(self, label: str, *path: str) -> None:
        self.box.rename_label(label, *path)

    def remove_label(self, label: str) -> None:
        self.box.remove_label(label)

    def deliver(self, label: str, raw: bytes, received_at: int) -> None:
        self.box.deliver(label, raw, received_at=received_at)

    def deliver_to_them(self, raw: bytes, received_at: int) -> None:
        self._other.deliver(self._other.by_role("inbox"), raw, received_at=received_at)

    def move(self, label: str, ref: str, to: str) -> None:
        self.box.move(label, ref, to)

    def expunge(self, label: str, ref: str) -> None:
        self.box.expunge(label, ref)

    def lose_cursor(self, label: str) -> None:
        self.box.lose_cursors(label)


class _Memory(ProviderContract, CentralContract):
    @pytest.fixture(params=[False, True], ids=["refs move", "refs stay"])
    def world(self, request: pytest.FixtureRequest) -> Iterator[MemoryWorld]:
        with memory_server("contract", refs_stay_when_moved=request.param) as server:
            yield MemoryWorld("contract", server)


class TestMemory(_Memory):
    pass


class TestMemoryWhoseRefsAreLostToo(_Memory):
    """As IMAP loses both when UIDVALIDITY changes."""

    @pytest.fixture(autouse=True)
    def _change_epochs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(MemoryWorld, "lose_cursor", lambda world, label: world.box.change_epoch(label))
