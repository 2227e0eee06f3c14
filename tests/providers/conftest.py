"""What the tests of all providers stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dovecot import Dovecot, dovecot
from fake_graph import FakeGraph, fake_graph

from postroom.providers import oauth

pytest.register_assert_rewrite("contract", "contract_changes", "contract_looks", "contract_mails")


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """A Dovecot for all tests of a process; each test makes users of its own."""
    with dovecot() as server:
        yield server


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraph]:
    """A fake of Microsoft Graph with one mailbox, and no access token remembered of another."""
    monkeypatch.setattr(oauth, "_kept", {})
    with fake_graph() as fake:
        fake.directory.add_user("sam@us.example")
        yield fake
