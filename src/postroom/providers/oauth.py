"""OAuth 2.0, as far as reading mailboxes needs it: how an access token is come by, and how it is kept.

A token is asked for with a refresh token, an application's own secret or an assertion that a service account signed;
how somebody comes by a refresh token is no business of this module. Access tokens are kept in memory only. A refresh
token that the provider replaced is stored durably before the access token that came with it is used. Knows no provider
in particular; talks to the address it is given and follows no redirect.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final, NamedTuple

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater

TIMEOUT_SECONDS: Final = 30
ASSERTION_SECONDS: Final = 3600
"""For how long a signed assertion may be used: the most that Google takes."""
_EARLY_SECONDS: Final = 60
"""So long before its end an access token is replaced."""
_KEPT: Final = 5_000
_WANTED_AGAIN: Final = ("invalid_grant", "interaction_required", "consent_required", "login_required")
_NOT_ALLOWED: Final = (
    "unauthorized_client",
    "access_denied",
    "invalid_scope",
    "admin_policy_enforced",
    "org_internal",
)


class Tokens(NamedTuple):
    """What a token endpoint gave."""

    access: str
    seconds: int
    """How long the access token is good."""
    refresh: str = ""
    """The refresh token, or the one to use from now on; empty: none was given, an earlier one stays good."""


def client(transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """Make the client with which a provider is talked to."""
    if transport is None:
        return httpx2.Client(verify=_trusted(), timeout=TIMEOUT_SECONDS, follow_redirects=False)
    return httpx2.Client(transport=transport, timeout=TIMEOUT_SECONDS, follow_redirects=False)


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are trusted, read once: it takes a while."""
    return httpx2.create_ssl_context()


def by_refresh_token(
    http: httpx2.Client, endpoint: str, client_id: str, client_secret: str, refresh_token: str
) -> Tokens:
    """Ask for a new access token of a grant that a person gave. Raises one of the five errors."""
    form = _client(client_id, client_secret) | {"refresh_token": refresh_token}
    return _asked(http, endpoint, form | {"grant_type": "refresh_token"})


def by_client_secret(
    http: httpx2.Client, endpoint: str, client_id: str, client_secret: str, scope: str
) -> Tokens:
    """Ask for an access token in an application's own name. Raises one of the five errors."""
    form = _client(client_id, client_secret) | {"scope": scope}
    return _asked(http, endpoint, form | {"grant_type": "client_credentials"})


def by_assertion(http: httpx2.Client, endpoint: str, assertion: str) -> Tokens:
    """Ask for an access token with what ``signed_assertion`` made. Raises one of the five errors."""
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return _asked(http, endpoint, form)


def signed_assertion(key: Mapping[str, Any], audience: str, subject: str, scope: str) -> str:
    """Sign, as the service account of this JSON key, that it acts for ``subject``.

    Raises ``CannotEver`` (``key_unreadable``) where it is no such key.
    """
    now = int(time.time())
    claims = {"aud": audience, "sub": subject, "scope": scope, "iat": now, "exp": now + ASSERTION_SECONDS}
    try:
        header = {"alg": "RS256", "typ": "JWT", "kid": key["private_key_id"]}
        signer = RSAKey.import_key(key["private_key"])
        return jwt.encode(header, claims | {"iss": key["client_email"]}, signer, algorithms=["RS256"])
    except (JoseError, KeyError, TypeError, ValueError, AttributeError):
        raise CannotEver("key_unreadable") from None


@dataclass(slots=True)
class _Kept:
    """The access token of one grant, for all threads of this process."""

    refresh: str
    stored: str
    """The refresh token that is known to be stored."""
    access: str = ""
    good_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept: dict[tuple[str, ...], _Kept] = {}
_kept_lock = threading.Lock()


class Grant:
    """Hands out an access token of one grant, and asks for another when it is time; one thread at a time asks.

    ``owner`` names the grant, ``refresh`` is its refresh token (empty where there is none). ``ask`` gets the newest
    refresh token and answers what the provider gave; ``keep`` stores a replaced one durably before it returns.
    """

    def __init__(
        self, owner: tuple[str, ...], refresh: str, ask: Callable[[str], Tokens], keep: Callable[[str], None]
    ) -> None:
        self._owner, self._ask, self._keep = owner, ask, keep
        self._kept = _remembered((*owner, refresh), _Kept(refresh, refresh))

    def token(self, refused: str = "") -> str:
        """An access token that is good, and another one than ``refused``. Raises one of the five errors."""
        kept = self._kept
        with kept.lock:
            if not kept.access or kept.access == refused or time.monotonic() > kept.good_until:
                self._renew(kept)
            return kept.access

    def _renew(self, kept: _Kept) -> None:
        kept.access = ""
        given = self._ask(kept.refresh)
        if given.refresh and given.refresh != kept.refresh:
            kept.refresh = given.refresh
            _remembered((*self._owner, given.refresh), kept)
        if kept.refresh != kept.stored:
            self._keep(kept.refresh)
            kept.stored = kept.refresh
        kept.good_until = time.monotonic() + given.seconds - _EARLY_SECONDS
        kept.access = given.access


def _remembered(key: tuple[str, ...], new: _Kept) -> _Kept:
    with _kept_lock:
        while len(_kept) >= _KEPT:
            del _kept[next(iter(_kept))]
        return _kept.setdefault(key, new)


def seconds_to_wait(response: httpx2.Response) -> float | None:
    """How long the server wants to be left alone (Retry-After, as seconds or as a date); ``None``: it does not say."""
    says = response.headers.get("Retry-After", "").strip()
    if says.isascii() and says.isdigit():
        return float(says)
    try:
        at = parsedate_to_datetime(says)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - time.time())


def _client(client_id: str, client_secret: str) -> dict[str, str]:
    return {"client_id": client_id} | ({"client_secret": client_secret} if client_secret else {})


def _asked(http: httpx2.Client, endpoint: str, form: Mapping[str, str]) -> Tokens:
    try:
        response = http.post(endpoint, data=dict(form), headers={"Accept": "application/json"})
    except httpx2.RequestError:
        raise TryLater("unreachable") from None
    try:
        given = json.loads(response.content)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        given = {}
    if response.status_code != httpx2.codes.OK:
        raise _refusal(response, given)
    access = given.get("access_token")
    if not isinstance(access, str) or not access:
        raise CannotEver("token_answer_unreadable")
    return Tokens(access, _seconds(given.get("expires_in")), _text(given.get("refresh_token")))


def _refusal(response: httpx2.Response, given: Mapping[str, Any]) -> ProviderError:
    error, told = _text(given.get("error")), _text(given.get("error_description"))
    if response.status_code == httpx2.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
        return TryLater("throttled_at_sign_in", told, after_seconds=seconds_to_wait(response))
    if error in ("temporarily_unavailable", "server_error", "slow_down"):
        return TryLater("throttled_at_sign_in", told, after_seconds=seconds_to_wait(response))
    if error in _WANTED_AGAIN:
        return SignInAgain("grant_refused", told)
    if error in _NOT_ALLOWED:
        return NotAllowed(
            "client_not_allowed" if error == "unauthorized_client" else "grant_not_allowed", told
        )
    if error == "invalid_client":
        return CannotEver("client_refused", told)
    return CannotEver("token_request_refused", told or error)


def _seconds(value: object) -> int:
    """Of how long an access token is good; an hour where the provider does not say, as both usually do."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 3600


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
