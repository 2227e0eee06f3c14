"""Earlier messages as pages offer them: what is counted after a change, and the note that says what was found.

Importing and removing have a page of their own (``pages.earlier``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.urls import reverse

from postroom.actions.earlier_messages import Offer, look_for_earlier, offer_of, offers_of_blocklist
from postroom.store.models import AccountDomain, PersonAddress
from postroom.store.read.earlier import ACCOUNT, BLOCKLIST, PERSON, entries_of
from postroom.web.access import PageRequest, may_open

SHOWN_FOR: Final = timedelta(days=1)
"""So long after it was asked for, a count is offered without going to look for it."""
MOST_LOOKS: Final = 20
"""Of many entries of the blocklist added at once, so many are looked for."""
_PAGES: Final = {PERSON: "person-earlier", ACCOUNT: "account-earlier", BLOCKLIST: "blocklist-earlier"}


class Note(NamedTuple):
    """An offer, and where one decides on it."""

    offer: Offer

    @property
    def path(self) -> str:
        """The page that says what follows."""
        return path_of(self.offer.about, self.offer.id)


def path_of(about: str, id_: int) -> str:
    """The page of the earlier messages of a person, an account or a blocklist entry."""
    return reverse(f"web:{_PAGES[about]}", args=[id_])


def days_of(entries: Iterable[PersonAddress | AccountDomain]) -> dict[bytes, int]:
    """Since when each address or domain is known, by its token."""
    return {bytes(entry.token): entry.known_since for entry in entries}


def look_after_change(request: PageRequest, about: str, id_: int, before: Mapping[bytes, int]) -> None:
    """Count earlier messages where an address or domain is known that was not ``before``, or not so early."""
    entries = [
        e for e in entries_of(request.workspace, about, id_) if isinstance(e, PersonAddress | AccountDomain)
    ]
    if any(since < before.get(token, since + 1) for token, since in days_of(entries).items()):
        look_for_earlier(request.workspace, about, id_, actor=request.me.email)


def look_for_blocked(request: PageRequest, entries: Iterable[int]) -> None:
    """Count what is here that these entries of the blocklist would have kept out."""
    for entry in list(entries)[:MOST_LOOKS]:
        look_for_earlier(request.workspace, BLOCKLIST, entry, actor=request.me.email)


def note_of(request: PageRequest, about: str, id_: int) -> Note | None:
    """What to say on the page of a person or account, to whom may decide."""
    if not may_open(_PAGES[about], request):
        return None
    offer = offer_of(request.workspace, about, id_)
    return Note(offer) if offer is not None and is_worth_saying(offer) else None


def is_worth_saying(offer: Offer) -> bool:
    """Whether it is new, and may come to something."""
    return offer.job.created_at > datetime.now(UTC) - SHOWN_FOR and (offer.is_under_way or offer.count > 0)


def notes_of_blocklist(request: PageRequest) -> list[Note]:
    """The same for the entries of the blocklist."""
    offers = offers_of_blocklist(request.workspace, datetime.now(UTC) - SHOWN_FOR)
    return [Note(offer) for offer in offers if is_worth_saying(offer)]
