"""Which mails a mailbox still lists, so that they can be fetched and decided again (C13, F6, L6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db.models import F, QuerySet

from postroom.core.message import KEPT_OUT
from postroom.core.upload import BOTH, CUSTOMER
from postroom.store.models import Listing
from postroom.store.rows import batched

_FETCHED: Final = {
    "gone_at": None,
    "label__gone_at": None,
    "label__selected_at__isnull": False,
    "label__mailbox__connected_at__isnull": False,
    "label__mailbox__user__disabled_at": None,
}
"""The label lists it and is followed, and somebody looks into the mailbox."""


class StillListed(NamedTuple):
    """A mail that a mailbox still lists."""

    of: int
    """The message, or the mail set aside."""
    listing: int
    mailbox: int


def messages_listed(message_ids: Iterable[int]) -> list[StillListed]:
    """Where mailboxes still list these messages, so that they may come in from there (C1, C2)."""
    may_come_in = Listing.objects.filter(
        **_FETCHED,
        received_at__gte=F("label__starts_at"),
        copy__last_seen_by=None,
        copy__lenses__in=(CUSTOMER, BOTH),
    ).exclude(copy__label_role__in=KEPT_OUT)
    return _of(may_come_in, "copy__message", message_ids)


def set_aside_listed(set_aside_ids: Iterable[int]) -> list[StillListed]:
    """Where mailboxes still list these mails that were set aside."""
    return _of(Listing.objects.filter(**_FETCHED), "set_aside", set_aside_ids)


def first_of(listings: Iterable[int]) -> Listing | None:
    """The first of these listings, with its label."""
    return Listing.objects.filter(pk__in=listings).select_related("label").order_by("pk").first()


def _of(listings: QuerySet[Listing], field: str, ids: Iterable[int]) -> list[StillListed]:
    found: list[StillListed] = []
    for some in batched(ids):
        rows = listings.filter(**{f"{field}__in": some}).order_by("pk")
        found += [StillListed(*row) for row in rows.values_list(field, "pk", "label__mailbox")]
    return found
