"""OpenID Connect, as far as it is needed here: the code flow with PKCE, state and nonce, by discovery.

Talks to the provider that was set up and to no other address than its own documents name. What comes back counts
only once the id token is proved: signature, issuer, audience, time, nonce. Must not know users or sessions.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from postroom.actions.sign_in_providers import SignInProvider

TIMEOUT_SECONDS: Final = 5
MAX_BYTES: Final = 1_000_000
CLOCK_SECONDS: Final = 60
"""By how much the provider's clock may differ from ours."""
ALGORITHMS: Final = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
"""Signatures by a key of the provider's alone; never ``none``, nor those made with a shared secret."""
_NOT_READABLE: Final = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""What is raised for a key or token that is not what it should be."""
FRESH_SECONDS: Final = 5 * 60
"""For how long after proving who one is at the provider that counts here as just now."""
_KEPT_SECONDS: Final = 600
_FAILED_SECONDS: Final = 30
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_failed: dict[str, tuple[float, str]] = {}
"""Why the document could not be had, by issuer, so that not everybody who asks waits for the same."""


class ProviderProblem(Exception):
    """A provider cannot be used; ``reason`` says why in a word that names nobody."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Begun:
    """What has to be remembered until the provider sends the person back."""

    state: str
    nonce: str
    verifier: str


def begin() -> Begun:
    """Make the secrets of one sign-in."""
    return Begun(*(secrets.token_urlsafe(32) for _ in range(3)))


class Exchanged(NamedTuple):
    """What a code was exchanged for."""

    claims: Mapping[str, Any]
    """What the id token says, proved."""
    answer: Mapping[str, Any]
    """All that the provider answered, as it stands there."""


def address_to_ask(
    provider: SignInProvider,
    begun: Begun,
    back: str,
    *,
    is_anew: bool = False,
    scope: str = "openid email profile",
    more: Mapping[str, str] | None = None,
) -> str:
    """The provider's address to send the person to; ``back`` is ours. Raises ``ProviderProblem``.

    ``scope`` is what they are asked to allow, ``more`` what this provider wants to be asked beside it.

    ``is_anew`` asks the provider to make the person prove again who they are, and to say when they did. The person
    may take that out of the address: whether it happened is said by ``is_proved_lately`` alone.
    """
    challenge = urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": scope,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **(more or {}),
        **({"prompt": provider.asks_anew, "max_age": "0"} if is_anew else {}),
    }
    address = _named(provider, "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def proved_claims(provider: SignInProvider, begun: Begun, code: str, back: str) -> Mapping[str, Any]:
    """Exchange the code for an id token and answer what it says, once it is proved. Raises ``ProviderProblem``."""
    return exchanged(provider, begun, code, back).claims


def exchanged(provider: SignInProvider, begun: Begun, code: str, back: str) -> Exchanged:
    """Exchange the code; what came counts only with an id token that is proved. Raises ``ProviderProblem``."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": begun.verifier,
    }
    headers = {}
    methods = _document(provider).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_post" in methods:
        asked |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    else:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    given = _asked(_named(provider, "token_endpoint"), urlencode(asked).encode(), headers)
    id_token = given.get("id_token")
    if not isinstance(id_token, str):
        raise ProviderProblem("no_id_token")
    return Exchanged(_proved(provider, begun, id_token), given)


def is_proved_lately(claims: Mapping[str, Any]) -> bool:
    """Whether a proved id token says that the person proved just now who they are; one that is silent does not."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float):
        return False
    return -CLOCK_SECONDS <= time.time() - at <= FRESH_SECONDS


def _proved(provider: SignInProvider, begun: Begun, id_token: str) -> Mapping[str, Any]:
    keys = _keys(_asked(_named(provider, "jwks_uri")))
    says = jwt.JWTClaimsRegistry(
        leeway=CLOCK_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        nonce={"essential": True, "value": begun.nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        claims = jwt.decode(id_token, keys, registry=registry).claims
        says.validate(claims)
    except _NOT_READABLE:
        raise ProviderProblem("id_token_refused") from None
    if claims.get("azp", provider.client_id) != provider.client_id or not _is_subject(claims["sub"]):
        raise ProviderProblem("id_token_refused")
    return claims


def _keys(document: Mapping[str, Any]) -> KeySet:
    """The keys the provider signs with; those of a kind we do not know are left out."""
    kinds: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    keys: list[Key] = []
    for given in document.get("keys") or ():
        with contextlib.suppress(*_NOT_READABLE):
            keys.append(kinds[given["kty"]].import_key(given))
    return KeySet(keys)


def _is_subject(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255 and "\0" not in value


def _named(provider: SignInProvider, name: str) -> str:
    """An address that the provider's document names."""
    address = _document(provider).get(name)
    if not isinstance(address, str) or not _may_be_asked(address, provider):
        raise ProviderProblem("document_refused")
    return address


def _may_be_asked(address: str, provider: SignInProvider) -> bool:
    return address.startswith("https://") or not provider.issuer.startswith("https://")


def _document(provider: SignInProvider) -> dict[str, Any]:
    """What the provider says of itself, kept for some minutes; that it could not be had, for half of one."""
    at, document = _kept.get(provider.issuer, (0.0, {}))
    if document and time.monotonic() - at < _KEPT_SECONDS:
        return document
    failed_at, reason = _failed.get(provider.issuer, (0.0, ""))
    if reason and time.monotonic() - failed_at < _FAILED_SECONDS:
        raise ProviderProblem(reason)
    try:
        document = _discovered(provider)
    except ProviderProblem as problem:
        _failed[provider.issuer] = (time.monotonic(), problem.reason)
        raise
    _kept[provider.issuer] = (time.monotonic(), document)
    return document


def _discovered(provider: SignInProvider) -> dict[str, Any]:
    document = _asked(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise ProviderProblem("another_issuer")
    return document


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def _asked(
    address: str, form: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object at this address; raises ``ProviderProblem``."""
    request = urllib.request.Request(  # noqa: S310 # only what was set up, and what its document names
        address, form, {"Accept": "application/json", **(headers or {})}
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            given = json.loads(response.read(MAX_BYTES))
    except urllib.error.HTTPError:
        raise ProviderProblem("refused_by_provider") from None
    except (OSError, http.client.HTTPException):
        raise ProviderProblem("unreachable") from None
    except ValueError:
        raise ProviderProblem("unreadable_answer") from None
    if not isinstance(given, dict):
        raise ProviderProblem("unreadable_answer")
    return given
