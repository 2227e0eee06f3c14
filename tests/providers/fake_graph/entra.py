"""The token endpoint of the fake: code with PKCE, refresh tokens that rotate, client credentials.

Refuses in Entra's words, with its numbers. A refresh token that was replaced stays good, as Entra's do.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT_ID = "66666666-7777-8888-9999-000000000000"
SECRET = "the~client~secret"
DELEGATED = frozenset({"Mail.Read", "offline_access", "openid", "email"})


@dataclass(frozen=True, slots=True)
class Grant:
    """Who was let in as what: a user with scopes, or the application with roles."""

    address: str = ""
    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


class Refused(Exception):
    """Entra says no."""

    def __init__(self, error: str, number: int, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status
        self.body = {
            "error": error,
            "error_description": f"AADSTS{number}: {text}\r\nTrace ID: 0\r\nTimestamp: 2026-03-01 00:00:00Z",
            "error_codes": [number],
        }


@dataclass(slots=True)
class _Code:
    grant: Grant
    back: str
    challenge: str


@dataclass
class Entra:
    """Issues tokens and knows which are good."""

    tenant: str = TENANT
    client_id: str = CLIENT_ID
    secret: str = SECRET
    is_secret_expired: bool = False
    roles: frozenset[str] = frozenset({"Mail.Read", "User.Read.All"})
    """The application permissions that an administrator consented to."""
    refusal: Refused | None = None
    """What every request for a token gets, while set."""
    access: dict[str, Grant] = field(default_factory=dict)
    """The access tokens that are good."""
    refresh: dict[str, Grant] = field(default_factory=dict)
    """The refresh tokens that are good."""
    seconds: int = 3599
    asked: list[str] = field(default_factory=list)
    """The grant types that were asked for, in order."""
    _codes: dict[str, _Code] = field(default_factory=dict)
    _number: count[int] = field(default_factory=lambda: count(1))

    def consent(self, address: str, scopes: frozenset[str] = DELEGATED) -> str:
        """A user consented: a refresh token."""
        token = f"0.refresh-{next(self._number)}"
        self.refresh[token] = Grant(address, scopes)
        return token

    def code_for(self, address: str, back: str, challenge: str, scopes: frozenset[str] = DELEGATED) -> str:
        """A user consented in the browser and comes back with this code."""
        code = f"0.code-{next(self._number)}"
        self._codes[code] = _Code(Grant(address, scopes), back, challenge)
        return code

    def expire_access(self) -> None:
        """No access token that was issued is good any more."""
        self.access.clear()

    def withdraw(self, address: str) -> None:
        """The user, or their new password, ended all that they had granted."""
        for tokens in (self.access, self.refresh):
            for token in [token for token, grant in tokens.items() if grant.address == address]:
                del tokens[token]

    def answer(self, tenant: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a request for a token. Raises ``Refused``."""
        kind = form.get("grant_type", "")
        self.asked.append(kind)
        if self.refusal:
            raise self.refusal
        self._check_client(tenant, form)
        if kind == "client_credentials":
            if not form.get("scope", "").endswith("/.default"):
                raise Refused("invalid_scope", 1002012, "The provided value for scope is not valid.")
            return self._given(Grant(roles=self.roles))
        if kind == "refresh_token":
            grant = self.refresh.get(form.get("refresh_token", ""))
            if grant is None:
                raise Refused("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
            return self._given(grant) | {"refresh_token": self.consent(grant.address, grant.scopes)}
        if kind == "authorization_code":
            return self._by_code(form)
        raise Refused("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")

    def _by_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        code = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if code is None:
            raise Refused("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
        if code.challenge != challenge:
            raise Refused("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if code.back != form.get("redirect_uri"):
            raise Refused("invalid_grant", 500112, "The reply address does not match the requested one.")
        return self._given(code.grant) | {
            "refresh_token": self.consent(code.grant.address, code.grant.scopes)
        }

    def _check_client(self, tenant: str, form: Mapping[str, str]) -> None:
        if tenant != self.tenant:
            raise Refused("invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("client_id") != self.client_id:
            raise Refused("unauthorized_client", 700016, "Application was not found in the directory.")
        if self.is_secret_expired:
            raise Refused("invalid_client", 7000222, "The provided client secret keys are expired.", 401)
        if form.get("client_secret") != self.secret:
            raise Refused("invalid_client", 7000215, "Invalid client secret provided.", 401)

    def _given(self, grant: Grant) -> dict[str, Any]:
        claims = {"scp": " ".join(sorted(grant.scopes))} if grant.address else {"roles": sorted(grant.roles)}
        claims["jti"] = str(next(self._number))
        token = ".".join([_part({"typ": "JWT", "alg": "RS256"}), _part(claims), "signature"])
        self.access[token] = grant
        return {"token_type": "Bearer", "expires_in": self.seconds, "access_token": token}


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
