"""Signing in at Google: an access token for one mailbox, by its owner's grant or by a service account.

A service account that the company delegated its users' mail to acts in the name of one user at a time: there is no
token that opens two mailboxes. Where its key says that tokens come from is not looked at: anybody could write it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import httpx2

from postroom.core.trouble import CannotEver, SignInAgain
from postroom.providers import oauth
from postroom.providers.port import Access

TOKEN: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 # an address
"""Where access tokens come from; also whom an assertion is for, wherever it is handed in."""
SCOPE: Final = "https://www.googleapis.com/auth/gmail.readonly"
DIRECTORY_SCOPE: Final = "https://www.googleapis.com/auth/admin.directory.user.readonly"


def grant_of(http: httpx2.Client, access: Access) -> oauth.Grant:
    """The grant by which this mailbox is read. Raises ``CannotEver`` (``key_unreadable``)."""
    if access.is_central:
        return central_grant(http, access.settings, access.secret, access.address, SCOPE)
    endpoint, client_id = _endpoint(access.settings), str(access.settings.get("client_id", ""))
    client_secret = access.secret.get("client_secret", "")

    def ask(refresh: str) -> oauth.Tokens:
        if not refresh:
            raise SignInAgain("grant_missing")
        return oauth.by_refresh_token(http, endpoint, client_id, client_secret, refresh)

    def keep(refresh: str) -> None:
        access.keep_secret({"refresh_token": refresh})

    owner = ("gmail", endpoint, client_id, access.address)
    return oauth.Grant(owner, access.secret.get("refresh_token", ""), ask, keep)


def central_grant(
    http: httpx2.Client, settings: Mapping[str, Any], secret: Mapping[str, str], subject: str, scope: str
) -> oauth.Grant:
    """The grant of the service account in the name of ``subject``. Raises ``CannotEver`` (``key_unreadable``)."""
    endpoint, key = _endpoint(settings), service_account(secret)

    def ask(_: str) -> oauth.Tokens:
        try:
            return oauth.by_assertion(http, endpoint, oauth.signed_assertion(key, TOKEN, subject, scope))
        except SignInAgain as refused:
            # Google says the same of a key that is no longer good and of a user it does not know.
            if "email" in refused.told.lower() or "user id" in refused.told.lower():
                raise CannotEver("no_mailbox", refused.told) from None
            raise

    owner = ("gmail", endpoint, sha256(repr(sorted(key.items())).encode()).hexdigest(), subject, scope)
    return oauth.Grant(owner, "", ask, lambda _: None)


def service_account(secret: Mapping[str, str]) -> Mapping[str, Any]:
    """The JSON key of the service account. Raises ``CannotEver`` (``key_unreadable``)."""
    try:
        key = json.loads(secret.get("service_account", ""))
    except ValueError:
        key = None
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise CannotEver("key_unreadable")
    return key


def _endpoint(settings: Mapping[str, Any]) -> str:
    return str(settings.get("token") or TOKEN)
