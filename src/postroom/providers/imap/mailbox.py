"""A mailbox on an IMAP server, signed in to (``port.OpenMailbox``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple, Self

from postroom.core.trouble import ProviderError, StartOver
from postroom.providers.imap import changes, labels, reading, troubles
from postroom.providers.imap.answers import NotUnderstood
from postroom.providers.imap.folder import examine, ref_of, search, uids_of, window
from postroom.providers.imap.reading import FoundHead
from postroom.providers.imap.session import Session
from postroom.providers.imap.troubles import Refused
from postroom.providers.port import (
    HEADS,
    Changes,
    Cursor,
    FoundLabel,
    Head,
    Listed,
    NotGiven,
    Page,
    Whole,
)


class _Search(NamedTuple):
    """The mails of a listing that is under way."""

    label: str
    since: int
    until: int
    uidvalidity: int
    uids: Sequence[int]


class OpenImapMailbox:
    """One session with the server; one folder of it is open at a time."""

    at_once = HEADS

    def __init__(self, session: Session, page: int) -> None:
        self.requests = 0
        self._session = session
        self._page = page
        self._open: tuple[str, int] | None = None
        """The label that is open, and its UIDVALIDITY."""
        self._search: _Search | None = None
        self._sizes: dict[int, int | None] = {}
        """Of the mails whose heads were told last, in the label that is open, by UID."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProviderError):
            self._session.wire.send(b"P0 LOGOUT\r\n")
        self._session.wire.close()

    def address(self) -> str:
        """Nothing: IMAP does not say it."""
        return ""

    def labels(self) -> Sequence[FoundLabel]:
        with self._understood():
            return labels.labels_of(self._session)

    def changes(self, label: str, cursor: Cursor | None) -> Changes:
        self._open, self._sizes = None, {}
        with self._understood():
            found = changes.changes(self._session, label, cursor, self._page)
        self._open = (label, int(found.cursor["uidvalidity"]))
        return found

    def list(self, label: str, since: int, until: int, position: str | None = None) -> Page:
        with self._understood():
            found = self._found(label, since, until, position)
            below = int(position.partition(":")[2]) if position else None
            uids = [uid for uid in found.uids if below is None or uid < below]
            page = uids[: self._page]
            at = reading.dates(self._session, page)
            listed = [
                Listed(ref_of(found.uidvalidity, uid), at[uid])
                for uid in sorted(at, key=lambda uid: (at[uid] or 0, uid), reverse=True)
                if _is_within(at[uid], since, until)
            ]
            return Page(listed, ref_of(found.uidvalidity, page[-1]) if len(uids) > len(page) else None)

    def count(self, label: str, since: int) -> int:
        with self._understood():
            self._examine(label)
            return len(search(self._session, *window(since, None)))

    def heads(self, label: str, refs: Sequence[str]) -> Sequence[Head | NotGiven]:
        if len(refs) > HEADS:
            raise ValueError(f"at most {HEADS} heads at once")
        with self._understood():
            self._open = None  # a session may go on seeing what is gone until the label is opened anew
            uids = self._uids(label, refs)
            heads = list(reading.heads(self._session, [*uids]))
            self._sizes = {head.uid: head.size for head in heads if isinstance(head, FoundHead)}
            return [_told(uids[head.uid], head) for head in heads]

    def wholes(self, label: str, refs: Sequence[str]) -> Iterator[Whole | NotGiven]:
        with self._understood():
            uids = self._uids(label, refs)
            found = reading.wholes(self._session, [*uids], self._sizes)
        while True:
            with self._understood():
                given = next(found, None)
            if given is None:
                return
            if isinstance(given, reading.Refusal):
                yield NotGiven(uids[given.uid])
            else:
                uid, raw = given
                yield Whole(uids[uid], raw)

    def wait(self, label: str, seconds: float) -> bool:
        if b"IDLE" not in self._session.capabilities:
            return False
        with self._understood():
            if self._open is None or self._open[0] != label:
                self._examine(label)
            may_have_changed = self._session.has_stirred or self._session.idle(seconds)
            self._session.has_stirred = False  # told once
            return may_have_changed

    def _examine(self, label: str) -> int:
        """Open the label anew. Returns its UIDVALIDITY."""
        self._open, self._sizes = None, {}
        uidvalidity = examine(self._session, label).uidvalidity
        self._open = (label, uidvalidity)
        return uidvalidity

    def _uids(self, label: str, refs: Sequence[str]) -> dict[int, str]:
        if not refs:
            return {}
        if self._open is None or self._open[0] != label:
            self._examine(label)
        return uids_of(refs, self._open[1] if self._open else 0)

    def _found(self, label: str, since: int, until: int, position: str | None) -> _Search:
        """The mails of a listing, searched for once; newest first."""
        found = self._search
        if position and found and found[:3] == (label, since, until) and self._is_open(found):
            return found
        uidvalidity = self._examine(label)
        if position and position.partition(":")[0] != str(uidvalidity):
            raise StartOver("cursor_lost")
        uids = search(self._session, *window(since, until))[::-1]
        self._search = _Search(label, since, until, uidvalidity, uids)
        return self._search

    def _is_open(self, found: _Search) -> bool:
        return self._open == (found.label, found.uidvalidity)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Whatever goes wrong within is one of the five errors."""
        try:
            yield
        except Refused as refused:
            raise troubles.of_command(refused.status) from None
        except NotUnderstood:
            raise self._session.wire.broken() from None
        finally:
            self.requests = self._session.requests


def _is_within(at: int | None, since: int, until: int) -> bool:
    """Whether a mail was received in this time, or may have been: the server does not say when."""
    return at is None or since <= at < until


def _told(ref: str, head: FoundHead | reading.Refusal) -> Head | NotGiven:
    if isinstance(head, reading.Refusal):
        return NotGiven(ref, head.received_at)
    return Head(ref, head.header, head.received_at, head.size, "drafts" if head.is_draft else "")
