"""What the tests of faults stand on: the company, a mailbox on a server in memory, and logs that say nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "actions"))

from mail_world import the_company
from mailbox_world import MailboxWorld, mailbox_world
from stories import committed, company_pool, post, story, the_dovecot, the_emulate, the_pymap  # noqa: F401

from postroom.store.models import Workspace

pytest.register_assert_rewrite("sound")


@pytest.fixture
def company(db: None) -> Workspace:
    """The company of the specification's cases."""
    return the_company()


@pytest.fixture(params=[False, True], ids=["like IMAP", "like Gmail"])
def world(request: pytest.FixtureRequest, company: Workspace) -> Iterator[MailboxWorld]:
    """The company's mailboxes on a server of either manner."""
    with mailbox_world(company, refs_stay_when_moved=request.param) as made:
        yield made


@pytest.fixture
def like_imap(company: Workspace) -> Iterator[MailboxWorld]:
    """The same on a server where refs change when mails and labels move."""
    with mailbox_world(company) as made:
        yield made


@pytest.fixture(autouse=True)
def _logs_say_nothing(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, no log line holds an address, a subject or a secret (I6, S7)."""
    caplog.set_level("DEBUG", "postroom")
    yield
    for record in (*caplog.get_records("setup"), *caplog.get_records("call")):
        if record.name.startswith("postroom"):
            line = f"{record.getMessage()} {record.exc_text or ''}"
            assert not any(said in line for said in ("@", "acme", "Mail ", "token-", "told")), line
