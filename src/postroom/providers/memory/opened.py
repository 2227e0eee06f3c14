"""The provider port over a mailbox in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Self

from postroom.core.trouble import NotAllowed, StartOver
from postroom.providers.memory.kept import KeptLabel, KeptMail, KeptMailbox
from postroom.providers.memory.server import MemoryServer
from postroom.providers.port import (
    HEADS,
    Access,
    Changes,
    Cursor,
    FoundLabel,
    Head,
    Listed,
    NotGiven,
    Page,
    Whole,
)

_END_OF_HEADER: Final = re.compile(rb"^\r?\n", re.MULTILINE)


class OpenMemoryMailbox:
    """A mailbox that was signed in to (``port.OpenMailbox``)."""

    at_once = HEADS

    def __init__(self, server: MemoryServer, mailbox: KeptMailbox, access: Access) -> None:
        self.requests = 0
        self._server = server
        self._mailbox = mailbox
        self._access = access
        self._told: dict[str, int] = {}
        """How much of each label's log was told, for ``wait``."""

    def __enter__(self) -> Self:
        with self._server.changed:
            self._server.open_mailboxes += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._server.changed:
            self._server.open_mailboxes -= 1

    def address(self) -> str:
        self._ask("address")
        return self._mailbox.address

    def labels(self) -> Sequence[FoundLabel]:
        self._ask("labels")
        with self._server.changed:
            return [self._found(label) for label in self._mailbox.labels()]

    def changes(self, label: str, cursor: Cursor | None) -> Changes:
        self._ask("changes")
        faults = self._server.faults
        with self._server.changed:
            kept = self._label(label)
            begin = len(kept.log) if cursor is None else _told(kept, cursor)
            end = min(len(kept.log), begin + faults.page_size)
            if faults.repeat_cursor and cursor is not None:
                return Changes([], [], cursor, more=True)
            last = {ref: came for came, ref in kept.log[begin:end] if ref not in faults.untold}
            self._told[label] = end
            return Changes(
                [Listed(ref, kept.mails[ref].received_at) for ref in _newest_first(kept, last)],
                [ref for ref, came in last.items() if not came],
                {"epoch": str(kept.epoch), "generation": str(kept.generation), "told": str(end)},
                more=end < len(kept.log),
            )

    def list(self, label: str, since: int, until: int, position: str | None = None) -> Page:
        self._ask("list")
        faults = self._server.faults
        with self._server.changed:
            kept = self._label(label)
            before = _place(position)
            waiting = [
                (mail.received_at, mail.serial, ref)
                for ref, mail in kept.mails.items()
                if since <= mail.received_at < until and (mail.received_at, mail.serial) < before
            ]
        if faults.empty_listing:
            return Page([], None)
        waiting.sort(reverse=True)
        page = waiting[: faults.page_size]
        listed = [Listed(ref, at) for at, _, ref in page]
        if faults.repeat_cursor and page:
            return Page(listed, position or f"{page[0][0] + 1}:0")
        more = f"{page[-1][0]}:{page[-1][1]}" if len(waiting) > len(page) else None
        return Page(listed, more, is_newest_first=True)

    def count(self, label: str, since: int) -> int:
        self._ask("count")
        with self._server.changed:
            mails = self._label(label).mails.values()
            return (
                0 if self._server.faults.empty_listing else sum(mail.received_at >= since for mail in mails)
            )

    def heads(self, label: str, refs: Sequence[str]) -> Sequence[Head | NotGiven]:
        if len(refs) > HEADS:
            raise ValueError(f"at most {HEADS} heads at once")
        self._ask("heads")
        with self._server.changed:
            kept = self._label(label)
            heads = [self._head(ref, kept.mails[ref]) for ref in refs if ref in kept.mails]
            for ref in self._server.faults.gone_between_head_and_whole.intersection(refs):
                if ref in kept.mails:
                    self._mailbox.expunge(label, ref)
        return heads

    def wholes(self, label: str, refs: Sequence[str]) -> Iterator[Whole | NotGiven]:
        for ref in refs:
            self._ask("wholes")
            with self._server.changed:
                mail = self._label(label).mails.get(ref)
                if mail is None:
                    continue
                is_given = ref not in self._server.faults.not_given | self._server.faults.head_alone
                if is_given:
                    self._server.given_whole.append(ref)
            yield Whole(ref, mail.raw) if is_given else NotGiven(ref, mail.received_at)

    def wait(self, label: str, seconds: float) -> bool:
        if not self._server.can_wait:
            return False
        self._ask("wait")
        with self._server.changed:
            told = self._told.get(label, len(self._label(label).log))
            return self._server.changed.wait_for(lambda: len(self._label(label).log) != told, seconds)

    def _ask(self, method: str) -> None:
        quota = self._server.faults.quota
        if quota is not None:
            self._access.spend("mailbox", 1, *quota)
        self.requests += 1
        self._server.asked(method)

    def _label(self, ref: str) -> KeptLabel:
        label = self._mailbox.label(ref)
        if not label.is_selectable or ref in self._server.faults.denied:
            raise NotAllowed("label_not_allowed")
        return label

    def _found(self, label: KeptLabel) -> FoundLabel:
        trait = "" if self._mailbox.refs_stay else str(label.epoch)
        total = len(label.mails) if label.is_selectable else None
        return FoundLabel(label.ref, label.path, label.role, label.is_selectable, total, trait)

    def _head(self, ref: str, mail: KeptMail) -> Head | NotGiven:
        if ref in self._server.faults.not_given:
            return NotGiven(ref, mail.received_at)
        return Head(
            ref, _header(mail.raw), mail.received_at, len(mail.raw), self._mailbox.kept_out(ref, mail)
        )


def _told(label: KeptLabel, cursor: Cursor) -> int:
    """How much of the log the cursor has seen. Raises ``StartOver``."""
    if (cursor.get("epoch"), cursor.get("generation")) != (str(label.epoch), str(label.generation)):
        raise StartOver("cursor_lost")
    return int(cursor["told"])


def _newest_first(label: KeptLabel, last: dict[str, bool]) -> list[str]:
    came = [ref for ref, is_in in last.items() if is_in and ref in label.mails]
    return sorted(came, key=lambda ref: (label.mails[ref].received_at, label.mails[ref].serial), reverse=True)


def _place(position: str | None) -> tuple[float, float]:
    """The time and serial of the last mail before the position."""
    if position is None:
        return (float("inf"), 0)
    at, _, serial = position.partition(":")
    return (int(at), int(serial))


def _header(raw: bytes) -> bytes:
    """The header block with the empty line that ends it."""
    end = _END_OF_HEADER.search(raw)
    return raw[: end.end()] if end else raw
