"""Mails of mailboxes that are to be fetched or read again, and decided again."""

from __future__ import annotations

from collections.abc import Collection

from postroom.core.seal import Token
from postroom.store.models import Copy, Listing, SetAside, Workspace
from postroom.store.read.fetched_again import StillListed
from postroom.store.rows import batched
from postroom.store.write.mailboxes import be_due


def be_fetched_again(listed: Collection[StillListed], now: int) -> None:
    """Note that these are due, and have their mailboxes looked at as soon as somebody can.

    The mailboxes first, as sync does.
    """
    be_due(sorted({one.mailbox for one in listed}), now)
    for some in batched(sorted({one.listing for one in listed})):
        Listing.objects.filter(pk__in=some).update(is_due=True)


def let_go(row: SetAside) -> list[int]:
    """Have listings no longer say that they are this mail, which is being read again; returns their ids.

    Should nobody come to note what it became, they are due.
    """
    listings = Listing.objects.filter(set_aside=row)
    ids = list(listings.values_list("pk", flat=True))
    listings.update(set_aside=None, is_due=True)
    return ids


def note_what_became(listings: Collection[int], workspace: Workspace, fingerprint: Token) -> None:
    """Note on these listings the copy that has this fingerprint now, or the mail set aside under it still."""
    copies = Copy.objects.filter(fingerprint=fingerprint)
    aside = SetAside.objects.filter(workspace=workspace, fingerprint=fingerprint)
    Listing.objects.filter(pk__in=listings).update(
        copy=copies.values("pk")[:1], set_aside=aside.values("pk")[:1], is_due=False
    )
