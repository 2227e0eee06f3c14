"""An OpenID Connect provider of our own, on loopback: it signs what the tests tell it to, rightly or wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "postroom-client", "a secret of the client"


@dataclass
class Provider:
    """What the provider says of who signs in, and how it errs where a test wants it to."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over those of a right token; ``None`` leaves one out."""
    document: dict[str, Any] = field(default_factory=dict)
    """Put over the right discovery document."""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    more_keys: list[Any] = field(default_factory=list)
    """Published beside it."""
    signs_with: Any = None
    """Another key to sign with than the one published."""
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    """Given beside the id token: a refresh token, the scope that was allowed."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""

    def sign_in(self, address: str) -> dict[str, str]:
        """Take a person who was sent to ``address``, and answer what they come back with."""
        at = urlsplit(address)
        assert f"{at.scheme}://{at.netloc}{at.path}" == f"{self.issuer}/authorize"
        asked = dict(parse_qsl(at.query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """Exchange a code, once, for an id token."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or not self._is_client(form, authorization):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return None
        if form["redirect_uri"] != asked["redirect_uri"] or asked["code_challenge_method"] != "S256":
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1001",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "member@us.com",
            "email_verified": True,
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return {
                "id_token": ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
            }
        key = self.signs_with or self.key
        return {"id_token": jwt.encode(header, claims, key, algorithms=[self.algorithm]), **self.grants}

    def _is_client(self, form: dict[str, str], authorization: str) -> bool:
        """Whether the client proves itself in the way that the provider's document asks for, and in no other."""
        if "client_secret_post" in self.document.get("token_endpoint_auth_methods_supported", []):
            return (form.get("client_id"), form.get("client_secret"), authorization) == (CLIENT, SECRET, "")
        pair = base64.b64encode(f"{CLIENT}:a%20secret%20of%20the%20client".encode()).decode()
        return "client_secret" not in form and authorization == f"Basic {pair}"

    def answer(self, path: str) -> dict[str, Any] | None:
        """A document of the provider."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.document
        if path == "/keys":
            return {"keys": [*self.more_keys, self.key.as_dict(private=False)]}
        return None


def another_key() -> Any:
    """A key that the provider does not publish, under the name of the one that it does."""
    return RSAKey.generate_key(2048, {"kid": "one"})


def elliptic_key() -> Any:
    """A key of the other kind that providers use."""
    return ECKey.generate_key("P-256", {"kid": "one"})


def shared_key() -> Any:
    """A key made of the client's secret, with which a token must not be signed."""
    return OctKey.import_key(SECRET, {"kid": "one"})


@contextmanager
def running_provider(path: str = "") -> Iterator[Provider]:
    """The provider, answering on a port of its own; its issuer has this ``path``."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.removeprefix(path)
            provider.asked.append(asked)
            if asked.startswith("/authorize?"):
                self._send_back(f"{provider.issuer}{asked}")
            else:
                self._send(provider.answer(asked))

        def _send_back(self, address: str) -> None:
            back = dict(parse_qsl(urlsplit(address).query))["redirect_uri"]
            self.send_response(302)
            self.send_header("Location", f"{back}?{urlencode(provider.sign_in(address))}")
            self.end_headers()

        def do_POST(self) -> None:
            provider.asked.append(self.path.removeprefix(path))
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(provider.token(form, self.headers.get("Authorization", "")))

        def _send(self, document: dict[str, Any] | None) -> None:
            self.send_response(200 if document is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}{path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
