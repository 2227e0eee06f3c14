"""Gmail and Google Workspace as a provider of mailboxes (see ``providers.port``)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

import httpx2

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, TryLater
from postroom.providers import oauth
from postroom.providers.gmail import directory, units
from postroom.providers.gmail.client import Client
from postroom.providers.gmail.mailbox import ME, GmailMailbox
from postroom.providers.gmail.missing import missing
from postroom.providers.gmail.sign_in import DIRECTORY_SCOPE, SCOPE, central_grant, grant_of, service_account
from postroom.providers.port import Access, Missing, OpenMailbox

API: Final = "https://gmail.googleapis.com"
DIRECTORY: Final = "https://admin.googleapis.com"


class Gmail:
    """Mailboxes at Google. ``transport`` is where requests go; ``None``: to the network."""

    kind = "google"
    name = "Google Workspace"

    def __init__(
        self, transport: httpx2.BaseTransport | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._transport, self._sleep = transport, sleep

    def open(self, access: Access) -> OpenMailbox:
        http = oauth.client(self._transport)
        try:
            grant = self._signed_in(http, access)
        except BaseException:
            http.close()
            raise
        quota = units.Quota(access.spend, access.settings, self._sleep)
        base = str(access.settings.get("api") or API)
        return GmailMailbox(http, Client(http, base, grant, quota, self._sleep))

    def _signed_in(self, http: httpx2.Client, access: Access) -> oauth.Grant:
        """The grant, with an access token. In the name of an alias Google gives none: then it is that of its user."""
        grant = grant_of(http, access)
        try:
            grant.token()
        except CannotEver as unknown:
            primary = self._primary(http, access) if unknown.code == "no_mailbox" else ""
            if primary in ("", access.address):
                raise
            grant = grant_of(http, replace(access, address=primary))
            grant.token()
        return grant

    def _primary(self, http: httpx2.Client, access: Access) -> str:
        admin = str(access.settings.get("admin") or "")
        if not admin:
            return ""
        try:
            return directory.primary_of(
                self._directory(http, access.settings, access.secret, admin), access.address
            )
        except (NotAllowed, CannotEver):
            return ""

    def check(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], address: str
    ) -> Sequence[Missing]:
        key: Mapping[str, Any] = {}
        try:
            key = service_account(secret)
            with oauth.client(self._transport) as http:
                client = self._central(
                    http, settings, secret, address, SCOPE, str(settings.get("api") or API)
                )
                client.get(f"{ME}/profile", units=0)
        except TryLater:
            raise
        except ProviderError as error:
            return [missing(error, key, address)]
        return []

    def addresses(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Iterator[str] | None:
        if not admin:
            return None
        http = oauth.client(self._transport)
        try:
            client = self._directory(http, settings, secret, admin)
            first = directory.first_page(client)
        except (NotAllowed, CannotEver):
            # The list of users need not be delegated, and only in an administrator's name it is given.
            http.close()
            return None
        except BaseException:
            http.close()
            raise
        return _closing(http, directory.addresses(client, first))

    def _directory(
        self, http: httpx2.Client, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Client:
        base = str(settings.get("directory") or DIRECTORY)
        return self._central(http, settings, secret, admin, DIRECTORY_SCOPE, base)

    def _central(
        self,
        http: httpx2.Client,
        settings: Mapping[str, Any],
        secret: Mapping[str, str],
        subject: str,
        scope: str,
        base: str,
    ) -> Client:
        grant = central_grant(http, settings, secret, subject, scope)
        return Client(http, base, grant, units.Quota(lambda *_: None, settings, self._sleep), self._sleep)


def _closing(http: httpx2.Client, found: Iterator[str]) -> Iterator[str]:
    with closing(http):
        yield from found
