"""Which pages change what decides: where an advice leads, for each reason. Only pages one may open are shown."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse

from postroom.web.access import PageRequest, may_open


class Way(NamedTuple):
    """A page that changes what decides."""

    title: str
    address: str


_TITLES: Final = {
    "blocklist": "Blocklist",
    "organization": "Organization",
    "accounts": "Accounts",
    "persons": "Persons",
    "set-aside": "Set aside",
}
_WAYS: Final = {
    "blocked": ("blocklist",),
    "internal": ("organization",),
    "unknown_sender": ("persons", "accounts"),
    "unknown_recipients": ("persons", "accounts"),
    "no_customer": ("persons", "accounts"),
    "before_person": ("persons", "accounts"),
    "person_without_address": ("persons",),
    "no_person": ("persons",),
    "no_person_and_no_account": ("persons", "accounts"),
    "unparsable": ("set-aside",),
}


def ways_to_change(reason: str, request: PageRequest) -> list[Way]:
    """The pages where whoever asks can change what decides with this reason."""
    # Accounts and persons may be looked at by many; only who holds this changes them.
    if "manage_rules" not in request.permissions:
        return []
    pages = [page for page in _WAYS.get(reason, ()) if may_open(page, request)]
    return [Way(_TITLES[page], reverse(f"web:{page}")) for page in pages]
