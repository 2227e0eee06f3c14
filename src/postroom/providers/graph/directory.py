"""The directory of an organization at Microsoft: who has a mailbox, and by which addresses.

Needs the application permission ``User.Read.All``, which reading mail does not: without it nothing is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from postroom.core.address import normalise_address
from postroom.core.trouble import CannotEver
from postroom.providers.graph import trail
from postroom.providers.graph.answer import Answer
from postroom.providers.graph.client import Client
from postroom.providers.graph.refusals import error_of

_USERS: Final = "/users?$select=mail,userPrincipalName,proxyAddresses&$top=999"
_SMTP: Final = "smtp:"


def addresses(client: Client) -> Iterator[str] | None:
    """The normalised addresses of all users with a mailbox, each once; ``None`` where the directory may not be read."""
    first = client.try_get(client.link(_USERS))
    if first.status == 403:
        return None
    if not first.is_good:
        raise error_of(first)
    return _addresses(client, first)


def user_with(client: Client, address: str) -> str:
    """The id of the user who has this address, be it an alias; empty where nobody is known to have it."""
    text = quote(address.replace("'", "''"), safe="")
    path = f"/users?$select=id&$top=2&$filter=proxyAddresses/any(p:p%20eq%20'{_SMTP}{text}')"
    answer = client.try_get(client.link(path))
    if not answer.is_good:
        return ""
    ids = [user.get("id") for user in answer.values()]
    return ids[0] if len(ids) == 1 and isinstance(ids[0], str) else ""


def _addresses(client: Client, first: Answer) -> Iterator[str]:
    met: set[str] = set()
    answer, way = first, trail.begin()
    while True:
        for user in answer.values():
            new = [each for each in _of(user) if each not in met]
            met.update(new)
            yield from new
        link = answer.link("nextLink")
        if not link:
            return
        if not client.is_ours(link):
            raise CannotEver("protocol", "Microsoft Graph names a link that is not its own.")
        way = way.then(link)
        answer = client.get(link)


def _of(user: Mapping[str, Any]) -> list[str]:
    """The addresses of one user; none where there is no mailbox."""
    if not user.get("mail"):
        return []
    proxies = user.get("proxyAddresses")
    others = [text[len(_SMTP) :] for text in proxies or () if str(text).lower().startswith(_SMTP)]
    found = (
        normalise_address(str(text or "")) for text in (user["mail"], user.get("userPrincipalName"), *others)
    )
    return list(dict.fromkeys(address for address in found if address))
