"""Who may ask the stand-in of Gmail, and for what: grants of people, and service accounts, as Google has them."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

from gmail_answers import Answer, given
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

READ = "https://www.googleapis.com/auth/gmail.readonly"
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
AUDIENCE = "https://oauth2.googleapis.com/token"


@dataclass
class Issued:
    """An access token."""

    email: str
    scopes: frozenset[str]
    good_until: float


class Tokens:
    """What was granted to whom, and the access tokens that came of it."""

    def __init__(self) -> None:
        self.clients: dict[str, str] = {}
        """The secrets of clients, by their ids."""
        self.refresh_tokens: dict[str, tuple[str, frozenset[str]]] = {}
        self.issued: dict[str, Issued] = {}
        self.rotates = False
        """Each refresh token is good once; with its answer comes another."""
        self.delegated: dict[str, tuple[RSAKey, set[str]]] = {}
        """Service accounts, by their addresses: their public keys, and the scopes they may act for others with."""
        self.mailboxes: set[str] = set()

    def exchanged_by(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]] | Answer:
        """Whom a code was given for, and what else was; or why it is not good."""
        raise NotImplementedError

    def grant(self, email: str, *scopes: str) -> str:
        """Let somebody's mailbox be read. Returns a refresh token."""
        self.mailboxes.add(email)
        refresh = token_urlsafe(12)
        self.refresh_tokens[refresh] = (email, frozenset(scopes or (READ,)))
        return refresh

    def revoke(self, refresh: str) -> None:
        """Take a grant back, with the access tokens that came of it."""
        email, _ = self.refresh_tokens.pop(refresh)
        self.expire(email)

    def expire(self, email: str) -> None:
        """End all access tokens of a mailbox."""
        self.issued = {token: issued for token, issued in self.issued.items() if issued.email != email}

    def answer_token(self, form: Mapping[str, str]) -> Answer:
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._exchanged(form)
        if kind == "refresh_token":
            return self._refreshed(form)
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._asserted(form.get("assertion", ""))
        return _no("unsupported_grant_type", "Invalid grant_type")

    def _exchanged(self, form: Mapping[str, str]) -> Answer:
        signed_in = self.exchanged_by(form)
        if isinstance(signed_in, Answer):
            return signed_in
        email, given_too = signed_in
        scopes = given_too["scope"].split()
        more = {"refresh_token": self.grant(email, *scopes), "id_token": given_too["id_token"]}
        return self._issue(email, frozenset(scopes), more)

    def _refreshed(self, form: Mapping[str, str]) -> Answer:
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret", ""):
            return _no("invalid_client", "The OAuth client was not found.", 401)
        if form["refresh_token"] not in self.refresh_tokens:
            return _no("invalid_grant", "Token has been expired or revoked.")
        email, scopes = self.refresh_tokens[form["refresh_token"]]
        more = {}
        if self.rotates:
            del self.refresh_tokens[form["refresh_token"]]
            more["refresh_token"] = self.grant(email, *scopes)
        return self._issue(email, scopes, more)

    def _asserted(self, assertion: str) -> Answer:
        try:
            issuer = json.loads(urlsafe_b64decode(assertion.split(".")[1] + "=="))["iss"]
            key, scopes = self.delegated[issuer]
            claims = jwt.decode(assertion, key, algorithms=["RS256"]).claims
        except (JoseError, KeyError, ValueError, IndexError):
            return _no("invalid_grant", "Invalid JWT Signature.")
        if (
            claims["aud"] != AUDIENCE
            or not claims["iat"] <= time.time() + 60
            or claims["exp"] - claims["iat"] > 3600
        ):
            return _no("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes).")
        if not set(claims["scope"].split()) <= scopes:
            says = "Client is unauthorized to retrieve access tokens using this method"
            return _no(
                "unauthorized_client",
                f"{says}, or client not authorized for any of the scopes requested.",
                401,
            )
        if claims["sub"] not in self.mailboxes:
            return _no("invalid_grant", "Invalid email or User ID")
        return self._issue(claims["sub"], frozenset(claims["scope"].split()), {})

    def _issue(self, email: str, scopes: frozenset[str], more: Mapping[str, str]) -> Answer:
        token = token_urlsafe(12)
        self.issued[token] = Issued(email, scopes, time.monotonic() + 3600)
        return given(
            {
                "access_token": token,
                "expires_in": 3599,
                "token_type": "Bearer",
                "scope": " ".join(sorted(scopes)),
                **more,
            }
        )


def _no(error: str, description: str, status: int = 400) -> Answer:
    return Answer(status, json.dumps({"error": error, "error_description": description}).encode())
