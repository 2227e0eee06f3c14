"""A mailbox of the company on a server in memory, its labels, and what looks into it come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from mail_world import NOON, S1
from reading import reading

from postroom.actions.mailbox_reading import Met
from postroom.actions.mailbox_secrets import sealed
from postroom.actions.sync_mailbox import look
from postroom.providers.memory import KeptMailbox, MemoryServer, memory_server
from postroom.reader import ReaderPool
from postroom.store.models import Decision, Label, Listing, Mailbox, Source, User, Vanished, Workspace
from postroom.store.secrets import hash_key_of

DAY = 86_400
_names = (f"server {number}" for number in count(1))


class MailboxWorld:
    """One workspace, one server, mailboxes connected with a password, and a clock that tests move."""

    def __init__(self, workspace: Workspace, server: MemoryServer, name: str) -> None:
        self.workspace = workspace
        self.server = server
        self.now = NOON
        self.pool: ReaderPool | None = None
        self.source = Source.objects.create(
            workspace=workspace,
            name="Memory",
            kind="memory",
            feeds_customer=True,
            feeds_people=True,
            crawling_depth=date(2025, 3, 2),
            settings={"server": name},
            created_by="boss@us.com",
        )

    def connect(self, email: str = S1, **fields: Any) -> tuple[KeptMailbox, Mailbox]:
        """A mailbox at the server and here; nothing of it is selected."""
        kept = self.server.add_user(email)
        row = Mailbox.objects.create(
            workspace=self.workspace,
            user=User.objects.get(workspace=self.workspace, email=email),
            source=self.source,
            address=email,
            sealed_secret=sealed({"password": "password"}),
            connected_at=datetime.fromtimestamp(self.now, UTC),
            connected_by=email,
            **fields,
        )
        self.look(row)
        return kept, row

    def select(self, row: Mailbox, *roles: str, days: int = 0) -> list[Label]:
        """Select labels by their roles or names, in this order, from now on or so many days back."""
        there = Label.objects.filter(mailbox=row, gone_at=None).order_by("pk")
        chosen = [label for name in roles for label in there if name in (label.role, label.path[-1])]
        for label in chosen:
            Label.objects.filter(pk=label.pk).update(
                selected_at=self.now, starts_at=self.now - days * DAY, origin="user", chosen_at=self.now
            )
        return chosen

    def deselect(self, label: Label) -> None:
        """As the action does."""
        Label.objects.filter(pk=label.pk).update(
            selected_at=None, starts_at=None, cursor=None, begun_at=None, walked_to=None
        )

    def look(self, row: Mailbox, **how: Any) -> Met:
        """Look now."""
        met = look(row.pk, clock=lambda: self.now, pool=self.pool, **how)
        assert met is not None
        row.refresh_from_db()
        return met

    def later(self, seconds: int) -> None:
        """Move the clock."""
        self.now += seconds


@contextmanager
def mailbox_world(workspace: Workspace, *, refs_stay_when_moved: bool = False) -> Iterator[MailboxWorld]:
    """A world, whose server ends with the block."""
    name = next(_names)
    with (
        memory_server(name, refs_stay_when_moved=refs_stay_when_moved) as server,
        reading(hash_key_of(workspace)) as pool,
    ):
        world = MailboxWorld(workspace, server, name)
        world.pool = pool
        yield world


def decisions(lens: str = "customer") -> Counter[tuple[str, str]]:
    """How many decisions are in force, by outcome and reason."""
    rows = Decision.objects.filter(lens=lens, is_current=True)
    return Counter(rows.values_list("outcome", "reason"))


def listed(label: Label) -> tuple[int, int, int]:
    """How many mails the label is known to list, how many are gone, how many vanished."""
    rows = Listing.objects.filter(label=label)
    return (
        rows.filter(gone_at=None).count(),
        rows.exclude(gone_at=None).count(),
        Vanished.objects.filter(label=label).count(),
    )
