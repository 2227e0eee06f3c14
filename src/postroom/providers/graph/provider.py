"""Microsoft 365 as a provider: opens a mailbox, says what is missing for reading all, lists who has one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import quote

import httpx2

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, TryLater
from postroom.providers import oauth
from postroom.providers.graph import directory
from postroom.providers.graph.client import Client
from postroom.providers.graph.mailbox import GraphMailbox
from postroom.providers.graph.missing import missing_at_sign_in, no_mailbox, no_permission, out_of_scope
from postroom.providers.graph.sign_in import central_grant, grant_of, graph_of
from postroom.providers.port import Access, Missing

READING: Final = frozenset({"Mail.Read", "Mail.ReadWrite"})
"""Application permissions by which mail can be read, where they are given for all mailboxes."""


class GraphProvider:
    """Mailboxes of Microsoft 365. ``transport`` is where requests go; ``None``: to the network."""

    kind = "microsoft"
    name = "Microsoft 365"

    def __init__(self, transport: httpx2.BaseTransport | None = None) -> None:
        self._transport = transport

    def open(self, access: Access) -> GraphMailbox:
        """Get a token; with the application's own, find the mailbox too, which may go by an alias here."""
        with ExitStack() as opened:
            http = opened.enter_context(oauth.client(self._transport))
            grant = grant_of(http, access)
            grant.token()
            client = Client(http, graph_of(access.settings), grant, access.spend)
            root = _root(client, access.address) if access.is_central else "/me"
            opened.pop_all()
            return GraphMailbox(http, client, root)

    def check(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], address: str
    ) -> Sequence[Missing]:
        """Sign in as the application and open this mailbox, and say what Microsoft did not let through."""
        with oauth.client(self._transport) as http:
            grant, token = central_grant(http, settings, secret), ""
            try:
                token = grant.token()
                _root(Client(http, graph_of(settings), grant, lambda *_: None), address)
            except TryLater:
                raise
            except ProviderError as error:
                return [_missing(error, token, address)]
        return []

    def addresses(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Iterator[str] | None:
        """By the directory, where the application may read it (``User.Read.All``)."""
        with ExitStack() as opened:
            http = opened.enter_context(oauth.client(self._transport))
            grant = central_grant(http, settings, secret)
            found = directory.addresses(Client(http, graph_of(settings), grant, lambda *_: None))
            return found and _to_the_end(found, opened.pop_all())


def _to_the_end(addresses: Iterator[str], opened: ExitStack) -> Iterator[str]:
    with opened:
        yield from addresses


def _missing(error: ProviderError, token: str, address: str) -> Missing:
    """What an error says of the set-up; without a ``token`` it came at sign-in."""
    if token and isinstance(error, NotAllowed):
        return out_of_scope(error, address) if READING & _roles(token) else no_permission(error)
    if error.code == "no_mailbox":
        return no_mailbox(error, address)
    return missing_at_sign_in(error)


def _root(client: Client, address: str) -> str:
    """The path of the mailbox with this address. Raises one of the five errors."""
    root = f"/users/{quote(address, safe='')}"
    try:
        _look_into(client, root)
    except CannotEver as error:
        user = directory.user_with(client, address) if error.code == "no_mailbox" else ""
        if not user:
            raise
        root = f"/users/{quote(user, safe='')}"
        _look_into(client, root)
    return root


def _look_into(client: Client, root: str) -> None:
    client.get(client.link(f"{root}/mailFolders/inbox?$select=id"))


def _roles(token: str) -> frozenset[str]:
    """The application permissions that an access token names; none where it cannot be read.

    Only to choose between two explanations: nothing is allowed or refused by it.
    """
    try:
        part = token.split(".")[1]
        roles = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))).get("roles")
    except (IndexError, ValueError, AttributeError):
        return frozenset()
    return (
        frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
    )
