"""Mails of mailboxes that are to be fetched and decided again: the next look takes them up."""

from __future__ import annotations

from collections.abc import Collection

from postroom.store.models import Listing
from postroom.store.read.fetched_again import StillListed
from postroom.store.rows import batched
from postroom.store.write.mailboxes import be_due


def be_fetched_again(listed: Collection[StillListed], now: int) -> None:
    """Note that these are due, and have their mailboxes looked at as soon as somebody can."""
    for some in batched(sorted({one.listing for one in listed})):
        Listing.objects.filter(pk__in=some).update(is_due=True)
    be_due(sorted({one.mailbox for one in listed}), now)
