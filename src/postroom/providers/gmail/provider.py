"""Gmail and Google Workspace as a provider of mailboxes (see ``providers.port``)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
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
            grant = grant_of(http, access)
            grant.token()
        except BaseException:
            http.close()
            raise
        quota = units.Quota(access.spend, access.settings, self._sleep)
        base = str(access.settings.get("api") or API)
        return GmailMailbox(http, Client(http, base, grant, quota, self._sleep))

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
        base = str(settings.get("directory") or DIRECTORY)
        http = oauth.client(self._transport)
        try:
            client = self._central(http, settings, secret, admin, DIRECTORY_SCOPE, base)
            first = directory.first_page(client)
        except (NotAllowed, CannotEver):
            # The list of users need not be delegated, and only in an administrator's name it is given.
            http.close()
            return None
        except BaseException:
            http.close()
            raise
        return _closing(http, directory.addresses(client, first))

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
