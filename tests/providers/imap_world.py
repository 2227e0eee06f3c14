"""The contract's world on a real IMAP server: what happens to the mailbox, another client does."""

from __future__ import annotations

from dataclasses import replace

from dovecot import MASTER_PASSWORD, Dovecot

from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience

PAGE = 10
"""So many mails are a page here, so that a test needs few of them."""
QUICK = Patience(silence=20, answer=40)


class DovecotWorld:
    """Two new mailboxes on Dovecot."""

    def __init__(self, server: Dovecot, security: str = "tls") -> None:
        self.provider = ImapProvider(QUICK, page=PAGE)
        self._server = server
        self.user, self._other = server.new_user(), server.new_user()
        self.mine = self.user.access(security)
        self.theirs = self._other.access(security)
        self.wrong = replace(self.mine, secret={"password": "of nobody"})
        self.central = self.user.central(security)
        self.central_wrong = replace(
            self.central, secret={**self.central.secret, "master_password": MASTER_PASSWORD.upper()}
        )
        self.hand = self.user.hand()

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

    def lose_cursor(self, label: str) -> None:
        self._server.change_uidvalidity(self.user.address, label)
