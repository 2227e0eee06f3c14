"""Gmail keeps the contract, on a Google in memory, whether or not that decodes what headers say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract import CentralContract, ProviderContract
from gmail_world import GmailWorld, kept_world


class _Gmail(ProviderContract, CentralContract):
    more_than_a_page = 60

    @pytest.fixture
    def world(self) -> Iterator[GmailWorld]:
        yield kept_world()


class TestGmail(_Gmail):
    pass


class TestGmailThatDecodesHeaders(_Gmail):
    @pytest.fixture
    def world(self) -> Iterator[GmailWorld]:
        world = kept_world()
        world.shim.decodes = True
        yield world
