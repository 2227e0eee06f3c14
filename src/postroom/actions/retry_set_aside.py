"""Run a mail that was set aside again: perhaps it can be read by now (L6).

What a mailbox still lists is fetched again from there, and read as it stands; all else is read as it was kept.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from typing import Literal, TypedDict

from postroom.actions.fetch_again import FETCH_AGAIN
from postroom.actions.import_batch import ImportRun
from postroom.actions.import_mail import run_to_the_end
from postroom.actions.mailbox_reading import depth_at
from postroom.actions.place import SOURCE, Place
from postroom.actions.process_uploads import process_items, retry_items
from postroom.actions.rejection import NotFound
from postroom.core.mailbox import NOT_SELECTED, Mode, mode_in_force
from postroom.core.upload import CUSTOMER, lens_bits
from postroom.reader import ReaderPool
from postroom.reader.one_mail import OneMail
from postroom.store.models import Decision, SetAside, User, Workspace
from postroom.store.read.fetched_again import first_of, set_aside_listed
from postroom.store.read.mailbox_sources import mailbox_of, mailbox_source_of, strictest_mode
from postroom.store.read.set_aside import raw_of, set_aside
from postroom.store.secrets import hash_key_of, seal_of
from postroom.store.write.fetched_again import be_fetched_again, let_go, note_what_became


class Retried(TypedDict):
    """What became of the mail."""

    id: int
    status: Literal["filed", "set_aside", "fetch_again", "rejected"]
    reason: str
    """Of the decision, or why it still cannot be read. Where it was too large to keep, ``file_needed``, or
    ``mailbox_needed`` where a mailbox has it. Empty where it is fetched again."""


def retry_set_aside(workspace: Workspace, set_aside_id: int) -> Retried:
    """Read the mail again and file it where it can be read now, or have it fetched again. Raises ``NotFound``."""
    row = SetAside.objects.filter(workspace=workspace, pk=set_aside_id).select_related("user").first()
    if row is None:
        raise NotFound
    if row.item is not None:
        return _retry_upload(workspace, row, row.item)
    if listed := set_aside_listed([row.pk]):
        be_fetched_again(listed, int(time.time()))
        return Retried(id=row.pk, status=FETCH_AGAIN, reason="")
    raw = raw_of(row)
    if raw is None or row.user is None:
        return Retried(id=row.pk, status="rejected", reason=_needed(row))
    listings = let_go(row)
    run = _read(row, _place(workspace, row, row.user, listings), raw)
    note_what_became(listings, workspace, bytes(row.fingerprint))
    still = set_aside(workspace).filter(pk=row.pk).values_list("why", flat=True).first()
    if still is not None:
        return Retried(id=row.pk, status="set_aside", reason=still)
    [(_, reason)] = run.summary.outcomes or run.summary.people
    return Retried(id=row.pk, status="filed", reason=reason)


def _read(row: SetAside, place: Place, raw: bytes) -> ImportRun[OneMail]:
    """Read it where it was met, as the very copy that it is."""
    run: ImportRun[OneMail] = ImportRun(place, reconsider=True)
    with ReaderPool(hash_key_of(place.workspace), 1) as pool:
        run_to_the_end(run, pool, [OneMail(raw, row.locator)])
    return run


def _place(workspace: Workspace, row: SetAside, user: User, listings: Collection[int]) -> Place:
    """Where it was met, as ``listings`` say; what its mailbox lets in and keeps now holds (C2, P9, S8)."""
    source = mailbox_source_of(workspace, row.source)
    place = Place(
        workspace,
        user.pk,
        seal_of(workspace).sealed(user.email),
        row.label,
        row.label_role,
        lens_bits(source.feeds_customer, source.feeds_people) if source else CUSTOMER,
        row.source,
        bytes(row.fingerprint),
    )
    if row.source == SOURCE:
        return place
    mailbox, listing = mailbox_of(user), first_of(listings)
    is_selected = listing is not None and listing.label.gone_at is None
    starts_at = listing.label.starts_at if listing is not None and is_selected else None
    return replace(
        place,
        received_at=None if listing is None else listing.received_at,
        depth_at=None if mailbox is None else depth_at(mailbox),
        starts_at=NOT_SELECTED if starts_at is None else starts_at,
        mode=mode_in_force(Mode.FULL if mailbox is None else mailbox.mode, strictest_mode(workspace)),
    )


def _needed(row: SetAside) -> str:
    return "file_needed" if row.source == SOURCE else "mailbox_needed"


def _retry_upload(workspace: Workspace, row: SetAside, item: int) -> Retried:
    """The item keeps the original itself."""
    retry_items(workspace, [item])
    process_items(workspace, [item])
    still = set_aside(workspace).filter(pk=row.pk).values_list("why", flat=True).first()
    if still is not None:
        return Retried(id=row.pk, status="set_aside", reason=still)
    return Retried(id=row.pk, status="filed", reason=_reason(item))


def _reason(item: int) -> str:
    """Of the decision on what the item became: the customer lens's, where it was asked."""
    decided = Decision.objects.filter(message__copies__items=item, is_current=True).order_by("lens", "pk")
    return decided.values_list("reason", flat=True).first() or ""
