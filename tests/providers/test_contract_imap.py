"""IMAP keeps the contract: on Dovecot, which can nearly everything, and on pymap, which has no extensions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract import CentralContract, ProviderContract
from dovecot import Dovecot
from imap_world import PAGE, DovecotWorld, PymapWorld
from pymap_server import Pymap, pymap

pytestmark = pytest.mark.servers


class TestDovecot(ProviderContract, CentralContract):
    more_than_a_page = PAGE + 5
    altered = frozenset({"nul", "bare_line_feeds", "mixed_line_ends"})

    @pytest.fixture
    def world(self, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[DovecotWorld]:
        monkeypatch.setenv("SSL_CERT_FILE", dovecot_server.ca_file)
        world = DovecotWorld(dovecot_server)
        yield world
        world.close()


@pytest.fixture(scope="module")
def pymap_server() -> Iterator[Pymap]:
    with pymap() as server:
        yield server


class TestPymap(ProviderContract, CentralContract):
    roles = frozenset({"inbox"})
    more_than_a_page = PAGE + 5

    @pytest.fixture
    def world(self, pymap_server: Pymap) -> Iterator[PymapWorld]:
        world = PymapWorld(pymap_server)
        yield world
        world.close()
