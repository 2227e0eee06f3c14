"""What a look into a mailbox found becomes rows: labels, listings, cursors, health. Each write asks for the lease.

A claim is a lease with a fence, as of jobs: a worker that lost it (killed, stalled) can no longer write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from postroom.core.schedule import LEASE_SECONDS
from postroom.core.sync import Found, Reconciled
from postroom.store.models import Label, Listing, Mailbox, SetAside, Vanished
from postroom.store.read.mailboxes import is_free
from postroom.store.rows import batched
from postroom.store.write.jobs import LeaseLost
from postroom.store.write.rows import change, insert, reserve_ids


class NewListing(NamedTuple):
    """A mail as a label lists it, and what became of it."""

    ref: str
    received_at: int
    copy: int | None
    set_aside: int | None
    missed_at: int | None = None


def claim(mailbox_id: int, now: int) -> int | None:
    """Claim a mailbox that nobody has; returns the fence, or ``None`` where somebody has it."""
    with transaction.atomic():
        # It stays due until it is released, and what is asked for from this second on is another look.
        taken = Mailbox.objects.filter(is_free(now), pk=mailbox_id, connected_at__isnull=False).update(
            leased_until=now + LEASE_SECONDS, fence=F("fence") + 1, look_at=now - 1
        )
        return Mailbox.objects.values_list("fence", flat=True).get(pk=mailbox_id) if taken else None


def renew(mailbox_id: int, fence: int, now: int) -> None:
    """Keep the lease; within the transaction that writes. Raises ``LeaseLost``, also where it was disconnected."""
    mine = Mailbox.objects.filter(pk=mailbox_id, fence=fence, connected_at__isnull=False)
    if not mine.update(leased_until=now + LEASE_SECONDS):
        raise LeaseLost


def release(mailbox: Mailbox, fence: int, **found: Any) -> None:
    """Give the mailbox back, with what the look ``found``; nothing where somebody else has it by now.

    ``mailbox``: as it was claimed. Where somebody asked for a look since, that stays as it was asked for.
    """
    if "look_at" in found:
        asked_for = When(~Q(look_at=mailbox.look_at), then=F("look_at"))
        found["look_at"] = Case(asked_for, default=Value(found["look_at"]))
    Mailbox.objects.filter(pk=mailbox.pk, fence=fence).update(leased_until=None, **found)


def be_due(mailbox_ids: Iterable[int], now: int) -> None:
    """Have mailboxes looked at as soon as somebody can, and again where somebody does so now; not those in trouble."""
    is_later = Q(look_at__gt=now) | Q(leased_until__gt=now)
    Mailbox.objects.filter(is_later, pk__in=list(mailbox_ids), trouble="").update(look_at=now)


def store_labels(mailbox: Mailbox, fence: int, plan: Reconciled, now: int) -> None:
    """Remember labels as the provider has them; a renamed one keeps its selection. Raises ``LeaseLost``."""
    with transaction.atomic():
        renew(mailbox.pk, fence, now)
        Label.objects.bulk_create([Label(mailbox=mailbox, **_fields(found)) for found in plan.new], 500)
        _change_labels(plan.changed)
        Label.objects.filter(pk__in=list(plan.gone)).update(gone_at=now)
        Mailbox.objects.filter(pk=mailbox.pk).update(labels_at=now)
    mailbox.labels_at = now


def _change_labels(changed: Mapping[int, Found]) -> None:
    labels = Label.objects.in_bulk(list(changed))
    renamed = [id_ for id_, found in changed.items() if labels[id_].ref != found.ref]
    # A name that passes from one label to another is free for a moment.
    change("UPDATE store_label SET ref = %s WHERE id = %s", [(f"\x01{id_}", id_) for id_ in renamed])
    for id_, found in changed.items():
        for name, value in _fields(found).items():
            setattr(labels[id_], name, value)
        labels[id_].gone_at = None
    Label.objects.bulk_update(labels.values(), [*Found._fields, "gone_at"], 100)


def _fields(found: Found) -> dict[str, Any]:
    return found._asdict() | {"path": list(found.path)}


def update_label(label: Label, fields: Mapping[str, Any]) -> bool:
    """Change what sync knows of a label, as long as it is selected as it was; says whether it is.

    Deselected and selected again as it was, it is not: sync begins afresh then.
    """
    same = Label.objects.filter(pk=label.pk, selected_at=label.selected_at, begun_at=label.begun_at)
    if not fields:
        return same.exists()
    if not same.update(**fields):
        return False
    for name, value in fields.items():
        setattr(label, name, value)
    return True


def selection(label: Label) -> tuple[int | None, int | None, int | None]:
    """When the label was selected, from when its mail comes in, and when sync with it began, as of now.

    Locks it where the database can.
    """
    rows = Label.objects.filter(pk=label.pk)
    locked = rows.select_for_update() if connection.features.has_select_for_update else rows
    return locked.values_list("selected_at", "starts_at", "begun_at").get()


def add_listings(label_id: int, listings: Sequence[NewListing]) -> None:
    """Store mails as a label lists them; one known by its ref gets what became of it anew, and is due no more.

    None of them vanished, whatever was noted before.
    """
    insert_rows = [
        (id_, label_id, x.ref, x.received_at, x.copy, x.set_aside, False, x.missed_at, None)
        for id_, x in zip(reserve_ids(Listing, len(listings)), listings, strict=True)
    ]
    change(
        "UPDATE store_listing SET copy_id = %s, set_aside_id = %s, is_due = %s, gone_at = NULL, received_at = %s "
        "WHERE label_id = %s AND ref = %s",
        [(x.copy, x.set_aside, False, x.received_at, label_id, x.ref) for x in listings],
    )
    insert(
        "store_listing",
        "id, label_id, ref, received_at, copy_id, set_aside_id, is_due, missed_at, gone_at",
        insert_rows,
        ignore_known=True,
    )
    Vanished.objects.filter(label=label_id, ref__in=[x.ref for x in listings]).delete()


def read_after_all(workspace_id: int, copies: Mapping[bytes, int]) -> None:
    """Note for all listings of mails set aside under these fingerprints what copy they became."""
    aside = SetAside.objects.filter(workspace=workspace_id, fingerprint__in=list(copies))
    for set_aside, fingerprint in aside.values_list("pk", "fingerprint"):
        Listing.objects.filter(set_aside=set_aside).update(copy=copies[bytes(fingerprint)], set_aside=None)


def add_vanished(label_id: int, refs: Iterable[str], now: int) -> None:
    """Note mails that were gone before they could be fetched."""
    insert("store_vanished", "label_id, ref, at", [(label_id, ref, now) for ref in refs], ignore_known=True)


def mark_gone(label_id: int, refs: Iterable[str], now: int) -> None:
    """Note that a label lists these no more; what came of them stays, and that they are due, should they come back."""
    change(
        "UPDATE store_listing SET gone_at = %s WHERE label_id = %s AND ref = %s AND gone_at IS NULL",
        [(now, label_id, ref) for ref in refs],
    )


def pass_on_due(label_id: int) -> None:
    """Have mails fetched again that were due when they went, and are listed by another ref now (C13)."""
    there = Listing.objects.filter(label=label_id, copy=OuterRef("copy"), gone_at=None)
    gone = Listing.objects.filter(Exists(there), label=label_id, is_due=True, gone_at__isnull=False)
    copies = set(gone.values_list("copy", flat=True))
    for some in batched(copies):
        same = Listing.objects.filter(label=label_id, copy__in=some)
        same.update(is_due=Case(When(gone_at=None, then=True), default=False))


def there_after_all(label_id: int, since: int) -> None:
    """Take back that mails were found gone at or after ``since``."""
    Listing.objects.filter(label=label_id, gone_at__gte=since).update(gone_at=None)
