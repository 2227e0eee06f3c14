"""Signing in at Microsoft Entra: an access token for Graph, and what Entra's refusals mean.

Entra says by a number (``AADSTS…``) in the text what is wrong in particular; by that one tells whether the owner or
the admin has to act.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

import httpx2

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers import oauth
from postroom.providers.port import Access

LOGIN: Final = "https://login.microsoftonline.com"
GRAPH: Final = "https://graph.microsoft.com"

_AADSTS = re.compile(r"AADSTS(\d{4,8})")
_MEANS: Final[Mapping[str, ProviderError]] = {
    "50173": SignInAgain("password_changed"),
    "50074": SignInAgain("second_factor_needed"),
    "50076": SignInAgain("second_factor_needed"),
    "50079": SignInAgain("second_factor_needed"),
    "50089": SignInAgain("grant_expired"),
    "70008": SignInAgain("grant_expired"),
    "70043": SignInAgain("grant_expired"),
    "700082": SignInAgain("grant_expired"),
    "65001": SignInAgain("consent_missing"),
    "50057": NotAllowed("account_disabled"),
    "50105": NotAllowed("not_assigned"),
    "53000": NotAllowed("conditional_access"),
    "53001": NotAllowed("conditional_access"),
    "53003": NotAllowed("conditional_access"),
    "530036": NotAllowed("conditional_access"),
    "650052": NotAllowed("service_not_subscribed"),
    "700016": CannotEver("client_unknown"),
    "7000112": CannotEver("client_disabled"),
    "7000215": CannotEver("client_secret_wrong"),
    "7000216": CannotEver("client_secret_wrong"),
    "7000218": CannotEver("client_secret_wrong"),
    "7000222": CannotEver("client_secret_expired"),
    "90002": CannotEver("tenant_unknown"),
    "900023": CannotEver("tenant_unknown"),
    "50011": CannotEver("redirect_address"),
    "50196": TryLater("throttled_at_sign_in"),
    "90024": TryLater("throttled_at_sign_in"),
    "90033": TryLater("throttled_at_sign_in"),
}


def grant_of(http: httpx2.Client, access: Access) -> oauth.Grant:
    """The grant by which this mailbox is read: the owner's own, or the application's for all."""
    if access.is_central:
        return central_grant(http, access.settings, access.secret)
    endpoint = _endpoint(access.settings)
    client_id, secret = str(access.settings.get("client_id", "")), access.secret.get("client_secret", "")

    def ask(refresh: str) -> oauth.Tokens:
        if not refresh:
            raise SignInAgain("grant_missing")
        return _asked(lambda: oauth.by_refresh_token(http, endpoint, client_id, secret, refresh))

    def keep(refresh: str) -> None:
        access.keep_secret({"refresh_token": refresh})

    owner = ("graph", endpoint, client_id, _digest(secret), access.address)
    return oauth.Grant(owner, access.secret.get("refresh_token", ""), ask, keep)


def central_grant(http: httpx2.Client, settings: Mapping[str, Any], secret: Mapping[str, str]) -> oauth.Grant:
    """The grant of the application itself: client credentials."""
    endpoint, scope = _endpoint(settings), f"{graph_of(settings)}/.default"
    client_id, client_secret = str(settings.get("client_id", "")), secret.get("client_secret", "")

    def ask(_: str) -> oauth.Tokens:
        return _asked(lambda: oauth.by_client_secret(http, endpoint, client_id, client_secret, scope))

    owner = ("graph", endpoint, client_id, _digest(client_secret), "")
    return oauth.Grant(owner, "", ask, lambda _: None)


def graph_of(settings: Mapping[str, Any]) -> str:
    """Where Graph is, without a slash at the end."""
    return str(settings.get("graph") or GRAPH).rstrip("/")


def refined(error: ProviderError) -> ProviderError:
    """The same error, or the one that Entra's number stands for."""
    if isinstance(error, TryLater):
        return error
    found = _AADSTS.search(error.told)
    means = _MEANS.get(found[1]) if found else None
    return type(means)(means.code, error.told) if means else error


def _asked(ask: Callable[[], oauth.Tokens]) -> oauth.Tokens:
    try:
        return ask()
    except ProviderError as error:
        raise refined(error) from None


def _endpoint(settings: Mapping[str, Any]) -> str:
    login = str(settings.get("login") or LOGIN).rstrip("/")
    return f"{login}/{quote(str(settings.get('tenant', '')), safe='')}/oauth2/v2.0/token"


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
