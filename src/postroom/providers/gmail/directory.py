"""The users of a company at Google, by the Admin SDK: whose mailboxes there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from postroom.core.address import normalise_address
from postroom.core.trouble import CannotEver
from postroom.providers.gmail.client import Answer, Client

_USERS: Final = "/admin/directory/v1/users"
_ASKED: Final = (
    ("customer", "my_customer"),
    ("maxResults", "500"),
    ("fields", "nextPageToken,users(primaryEmail,aliases,nonEditableAliases,suspended,isMailboxSetup)"),
)


def addresses(client: Client, first: Answer) -> Iterator[str]:
    """The normalised addresses of all who have a mailbox, aliases too. Raises one of the five errors."""
    page = first
    while True:
        yield from _of_page(page)
        token = page.get("nextPageToken")
        if not token:
            return
        page = client.get(_USERS, [*_ASKED, ("pageToken", token)], units=0)
        if page.get("nextPageToken") == token:
            raise CannotEver("protocol")


def first_page(client: Client) -> Answer:
    """The first page of the users. Raises one of the five errors."""
    return client.get(_USERS, _ASKED, units=0)


def primary_of(client: Client, address: str) -> str:
    """The primary address of the user who has this one; empty: nobody has. Raises one of the five errors."""
    user = client.ask(f"{_USERS}/{quote(address, safe='')}", [("fields", "primaryEmail")], units=0)
    return normalise_address(str((user or {}).get("primaryEmail", ""))) or ""


def _of_page(page: Answer) -> Iterator[str]:
    for user in page.get("users", ()):
        if user.get("suspended") or user.get("isMailboxSetup") is False:
            continue
        for text in (user.get("primaryEmail"), *user.get("aliases", ()), *user.get("nonEditableAliases", ())):
            if address := normalise_address(str(text)):
                yield address
