"""Changes mailboxes on IMAP servers in tests, with the standard library's client: another one than is tested."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any


class ImapHand:
    """A mail program's session: makes labels, puts mails into them, moves and deletes; by the provider's refs."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port, timeout=30)
        self._client.login(user, password)

    def close(self) -> None:
        """Sign out."""
        self._client.shutdown()

    def add_label(self, *path: str) -> str:
        """Make a label; returns its ref."""
        for depth in range(1, len(path) + 1):
            self._client.create(_quoted(name_of(path[:depth])))
        return name_of(path)

    def rename_label(self, label: str, *path: str) -> None:
        self._done(self._client.rename(_quoted(label), _quoted(name_of(path))))

    def remove_label(self, label: str) -> None:
        self._done(self._client.delete(_quoted(label)))

    def deliver(self, label: str, raw: bytes, received_at: int, flags: str = "") -> None:
        """Put a mail into a label."""
        at = f'"{datetime.fromtimestamp(received_at, UTC):%d-%b-%Y %H:%M:%S +0000}"'
        mangled, imaplib.MapCRLF = imaplib.MapCRLF, _AsItIs()
        try:
            self._done(self._client.append(_quoted(label), flags, at, raw))
        finally:
            imaplib.MapCRLF = mangled

    def move(self, label: str, ref: str, to: str) -> None:
        """Move a mail to another label."""
        self._select(label)
        self._done(self._client.uid("COPY", _uid(ref), _quoted(to)))
        self._expunge([ref])

    def expunge(self, label: str, ref: str) -> None:
        """Delete a mail for good."""
        self._select(label)
        self._expunge([ref])

    def make_anew(self, label: str) -> None:
        """Delete a label, and make it and its mails again: its UIDVALIDITY is another then."""
        self._select(label)
        fetched = self._done(self._client.fetch("1:*", "(INTERNALDATE BODY.PEEK[])"))
        mails = [one for one in fetched if isinstance(one, tuple)]
        self._done(self._client.close())
        self.remove_label(label)
        self._done(self._client.create(_quoted(label)))
        for said, raw in mails:
            at = imaplib.Internaldate2tuple(said)
            assert at
            self.deliver(label, raw, int(time.mktime(at)))

    def mark(self, label: str, ref: str, flags: str) -> None:
        """Give a mail flags."""
        self._select(label)
        self._done(self._client.uid("STORE", _uid(ref), "+FLAGS", flags))

    def flags(self, label: str) -> list[bytes]:
        """What FETCH says of the flags of each mail."""
        self._select(label)
        return [line for line in self._done(self._client.fetch("1:*", "(FLAGS)")) if line]

    def _select(self, label: str) -> None:
        self._done(self._client.select(_quoted(label)))

    def _expunge(self, refs: Iterable[str]) -> None:
        for ref in refs:
            self._done(self._client.uid("STORE", _uid(ref), "+FLAGS", r"(\Deleted)"))
        self._done(self._client.close())

    def _done(self, answer: Any) -> list[Any]:
        kind, data = answer
        assert kind == "OK", data
        return list(data)


class _AsItIs:
    """Stands where the client would change the ends of lines."""

    def sub(self, _: bytes, raw: bytes) -> bytes:
        return raw


def name_of(path: Iterable[str]) -> str:
    """The name of a folder, in modified UTF-7."""
    return "/".join(_shifted(part) for part in path)


def _shifted(text: str) -> str:
    coded = ""
    beyond = ""
    for letter in [*text, ""]:
        if letter and not " " <= letter <= "~":
            beyond += letter
            continue
        if beyond:
            coded += "&" + beyond.encode("utf-7").decode()[1:].replace("/", ",").rstrip("-") + "-"
            beyond = ""
        coded += letter.replace("&", "&-")
    return coded


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _uid(ref: str) -> str:
    return ref.partition(":")[2]
