"""The contract's world on a real IMAP server: what happens to the mailbox, another client does."""

from __future__ import annotations

from dataclasses import replace

from dovecot import Dovecot, ImapUser
from pymap_server import Pymap, PymapUser

from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience

PAGE = 10
"""So many mails are a page here, so that a test needs few of them."""
QUICK = Patience(silence=20, answer=40)


class ImapWorld:
    """Two new mailboxes on a server."""

    def __init__(self, user: ImapUser | PymapUser, other: ImapUser | PymapUser) -> None:
        self.provider = ImapProvider(QUICK, page=PAGE)
        self.mine = user.access()
        self.theirs = other.access()
        self.wrong = replace(self.mine, secret={"password": "of nobody"})
        self.hand = user.hand()
        self.central = user.central()
        self.central_wrong = replace(
            self.central, secret={**self.central.secret, "master_password": "of nobody"}
        )
        self._other = other

    def close(self) -> None:
        self.hand.close()

    def add_label(self, *path: str) -> str:
        return self.hand.add_label(*path)

    def rename_label(self, label: str, *path: str) -> None:
        self.hand.rename_label(label, *path)

    def remove_label(self, label: str) -> None:
        self.hand.remove_label(label)

    def deliver(self, label: str, raw: bytes, received_at: int) -> None:
        self.hand.deliver(label, raw, received_at)

    def deliver_to_them(self, raw: bytes, received_at: int) -> None:
        hand = self._other.hand()
        hand.deliver("INBOX", raw, received_at)
        hand.close()

    def move(self, label: str, ref: str, to: str) -> None:
        self.hand.move(label, ref, to)

    def expunge(self, label: str, ref: str) -> None:
        self.hand.expunge(label, ref)


class DovecotWorld(ImapWorld):
    """Two new mailboxes on Dovecot."""

    def __init__(self, server: Dovecot) -> None:
        user = server.new_user()
        super().__init__(user, server.new_user())
        self.server = server
        self.user = user

    def lose_cursor(self, label: str) -> None:
        self.server.change_uidvalidity(self.user.address, label)


class PymapWorld(ImapWorld):
    """Two new mailboxes on pymap."""

    def __init__(self, server: Pymap) -> None:
        super().__init__(server.new_user(), server.new_user())

    def lose_cursor(self, label: str) -> None:
        """Delete the label, and make it and its mails anew."""
        self.hand.make_anew(label)
