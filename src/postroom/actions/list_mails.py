"""Note what a label lists, and what became of each mail: its copy, what is set aside, or that it is gone (L5, L6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from postroom.actions.mailbox_reading import MailboxReading
from postroom.core.seal import Token
from postroom.providers.port import Head, NotGiven
from postroom.store.models import Label
from postroom.store.read.mailboxes import KnownListing, set_aside_by_fingerprint
from postroom.store.write import mailboxes as write
from postroom.store.write.set_aside import Unreadable, put_aside, take_back


class Left(NamedTuple):
    """A mail that does not come to a decision: set aside, or ``gone``."""

    why: str
    raw: bytes | None = b""
    """``None``: it could not be had."""
    size: int = 0


def headless(mail: NotGiven, met_at: int) -> Head:
    """What stands for the head of a mail that the provider does not give, so that it is known by its ref."""
    received_at = met_at if mail.received_at is None else mail.received_at
    return Head(mail.ref, b"\0not given\0" + mail.ref.encode(), received_at)


class Listed(NamedTuple):
    """What is known of the mails of a batch, by ref."""

    reading: MailboxReading
    label: Label
    heads: Mapping[str, Head]
    """Those that the provider does not give stand for themselves by their refs."""
    prints: Mapping[str, Token]
    """What their copies are known by."""
    instead: Mapping[str, Token]
    """What those were known by that the provider gives at last, and did not before."""
    before: Mapping[str, KnownListing]
    """Those that the label was known to list."""
    missed: Callable[[int], bool]
    """Whether a mail received then should have been met before."""


def list_mails(listed: Listed, copies: Mapping[str, int], left: Mapping[str, Left], now: int) -> None:
    """Store it, within the transaction of the batch; ``copies`` and ``left`` by ref."""
    workspace, label = listed.reading.workspace, listed.label
    readable = {listed.prints[ref]: copy for ref, copy in copies.items() if ref in listed.prints}
    write.read_after_all(workspace.pk, readable)
    take_back(workspace.pk, list(readable))
    aside = {ref: mail for ref, mail in left.items() if mail.why != "gone" and ref not in copies}
    put_aside(workspace.pk, [_unreadable(listed, ref, mail) for ref, mail in aside.items()], now)
    aside_ids = set_aside_by_fingerprint(workspace.pk, (listed.prints[ref] for ref in aside)) if aside else {}
    rows = [_row(listed, ref, copy, None, now) for ref, copy in copies.items()]
    rows += [_row(listed, ref, None, aside_ids[listed.prints[ref]], now) for ref in aside]
    write.add_listings(label.pk, rows)
    take_back(workspace.pk, [listed.instead[ref] for ref in listed.instead if ref in copies or ref in aside])
    gone = [ref for ref, mail in left.items() if mail.why == "gone"]
    write.mark_gone(label.pk, [ref for ref in gone if ref in listed.before], now)
    write.add_vanished(label.pk, [ref for ref in gone if ref not in listed.before], now)


def _row(listed: Listed, ref: str, copy: int | None, aside: int | None, now: int) -> write.NewListing:
    received_at = listed.heads[ref].received_at
    missed_at = now if ref not in listed.before and listed.missed(received_at) else None
    return write.NewListing(ref, received_at, copy, aside, missed_at)


def _unreadable(listed: Listed, ref: str, mail: Left) -> Unreadable:
    mailbox, head = listed.reading.mailbox, listed.heads[ref]
    return Unreadable(
        listed.prints[ref],
        mailbox.source.kind,
        mailbox.user_id,
        "/".join(listed.label.path)[:200],
        head.kept_out or listed.label.role,
        "mailbox",
        mail.size or head.size or 0,
        mail.why,
        mail.raw,
    )
