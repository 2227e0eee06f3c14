"""What the contract of providers asks of a test server, and the mails it puts there."""

from __future__ import annotations

from email.utils import formatdate
from typing import Protocol

from postroom.providers.port import Access, Provider

AT = 1_741_000_000
"""3 March 2025, 11:06:40 UTC: when the mails of the contract begin to come in."""
DAY = 86_400


class World(Protocol):
    """Two mailboxes on a server, made anew for each test: the one under test, and somebody else's.

    Both have at least an inbox and hold no mail. The methods change the mailbox under test, not by the provider that
    is tested. Labels and mails go by the refs that the provider gives them. Each change can be seen by a mailbox that
    is opened, and by one that is open, once its method returned.
    """

    provider: Provider
    mine: Access
    """Opens the mailbox under test, with its owner's own secret."""
    theirs: Access
    """Opens the other mailbox, with its own secret."""
    wrong: Access
    """The mailbox under test, with a secret that is not good: a wrong password, a grant taken back."""

    def add_label(self, *path: str) -> str:
        """Make a label with no role, and those it is nested in where they are not there. Returns its ref."""
        ...

    def rename_label(self, label: str, *path: str) -> None:
        """Give a label another path."""
        ...

    def remove_label(self, label: str) -> None:
        """Delete a label."""
        ...

    def deliver(self, label: str, raw: bytes, received_at: int) -> None:
        """Put a mail into a label. Its Date header says ``received_at`` too."""
        ...

    def deliver_to_them(self, raw: bytes, received_at: int) -> None:
        """Put a mail into the inbox of the other mailbox."""
        ...

    def move(self, label: str, ref: str, to: str) -> None:
        """Move a mail from one label to another."""
        ...

    def expunge(self, label: str, ref: str) -> None:
        """Delete a mail for good."""
        ...

    def lose_cursor(self, label: str) -> None:
        """Make every cursor of the label worthless; the label and its mails stay, their refs need not."""
        ...


class CentralWorld(World, Protocol):
    """A world whose server knows a secret that opens all mailboxes (M2)."""

    central: Access
    """Opens the mailbox under test with it; ``is_central``."""
    central_wrong: Access
    """The same with a secret that is not good."""


def a_mail(
    name: str, received_at: int = AT, *, headers: bytes = b"", body: bytes = b"The text.\r\n"
) -> bytes:
    """Make a mail with the Message-ID ``NAME@contract.example``."""
    return (
        b"From: Kay Adler <kay@acme.example>\r\n"
        b"To: Sam Lee <sam@us.example>\r\n"
        b"Subject: No " + name.encode() + b"\r\n"
        b"Date: " + formatdate(received_at).encode() + b"\r\n"
        b"Message-ID: <" + name.encode() + b"@contract.example>\r\n"
        b"MIME-Version: 1.0\r\n" + headers + b"\r\n" + body
    )


RICH = (
    b"From: =?utf-8?Q?Kay_M=C3=BCller?= <kay@acme.example>\r\n"
    b'To: "Lee, Sam" <sam@us.example>,\r\n lea@us.example\r\n'
    b"Cc: =?iso-8859-1?Q?Jos=E9?= <jose@beta.example>\r\n"
    b"Subject: =?utf-8?B?R3LDvMOfZQ==?= from\r\n the coast\r\n"
    b"Date: " + formatdate(AT).encode() + b"\r\n"
    b"Message-ID: <rich@contract.example>\r\n"
    b"In-Reply-To: <third@contract.example>\r\n"
    b"Auto-Submitted: auto-replied\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"List-Id: News <news.acme.example>\r\n"
    b"References: <first@contract.example>\r\n <second@contract.example>\r\n"
    b"\r\n"
    b"Nobody reads this but the text's reader.\r\n"
)
"""A mail with everything that rules may look at."""

EXACT = {
    "plain": a_mail("plain"),
    "eight_bit": a_mail("eight_bit", body="Grüße – 日本 📮\r\n".encode()),
    "latin": a_mail("latin", body=b"Gr\xfc\xdfe \xff\xfe\x80\r\n"),
    "nul": a_mail("nul", body=b"before\0after\0\0\r\n"),
    "long_lines": a_mail("long_lines", body=b"x" * 70_000 + b"\r\n" + b"y" * 1_200 + b"\r\n"),
    "bare_line_feeds": a_mail("bare_line_feeds").replace(b"\r\n", b"\n"),
    "mixed_line_ends": a_mail("mixed_line_ends", body=b"one\ntwo\r\nthree\rfour\r\n"),
    "no_last_line_end": a_mail("no_last_line_end", body=b"The text ends here."),
    "no_body": a_mail("no_body", body=b""),
    "dots": a_mail("dots", body=b".\r\n..\r\nFrom here on\r\n)\r\nA1 OK done\r\n{5}\r\n"),
    "large": a_mail("large", body=b"0123456789abcdef" * 4 * 1024 * 16 + b"\r\n"),
}
"""Mails whose every byte counts, by name."""
