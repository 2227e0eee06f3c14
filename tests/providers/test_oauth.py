"""Access tokens: how they are asked for, when anew, and what a refusal means (S1, M14)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from email.utils import formatdate
from time import sleep, time
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers import oauth

ENDPOINT = "https://provider.example/token"
CREDENTIALS = "client", "client secret"


def server(answer: Callable[[dict[str, str]], httpx2.Response]) -> httpx2.Client:
    """A token endpoint that answers a form."""

    def answered(request: httpx2.Request) -> httpx2.Response:
        assert (request.method, str(request.url)) == ("POST", ENDPOINT)
        return answer({name: values[0] for name, values in parse_qs(request.content.decode()).items()})

    return oauth.client(httpx2.MockTransport(answered))


def refusing(status: int, given: Any, headers: Mapping[str, str] | None = None) -> httpx2.Client:
    return server(lambda _: httpx2.Response(status, json=given, headers=headers))


def refused(http: httpx2.Client) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        oauth.by_refresh_token(http, ENDPOINT, *CREDENTIALS, "refresh")
    return caught.value


def test_forms_of_the_grants() -> None:
    forms = []

    def answer(form: dict[str, str]) -> httpx2.Response:
        forms.append(form)
        given = {"access_token": "a", "expires_in": "3599", "refresh_token": "r2", "scope": "mail openid"}
        return httpx2.Response(
            200, json=given if len(forms) == 1 else {"access_token": "a", "token_type": "Bearer"}
        )

    http = server(answer)
    first = oauth.by_refresh_token(http, ENDPOINT, *CREDENTIALS, "r")
    assert first == oauth.Tokens("a", 3599, "r2")
    assert oauth.by_refresh_token(http, ENDPOINT, "public client", "", "r") == oauth.Tokens("a", 3600)
    oauth.by_client_secret(http, ENDPOINT, *CREDENTIALS, "https://graph.example/.default")
    oauth.by_assertion(http, ENDPOINT, "signed")
    secret = {"client_id": "client", "client_secret": "client secret"}
    assert forms == [
        secret | {"refresh_token": "r", "grant_type": "refresh_token"},
        {"client_id": "public client", "refresh_token": "r", "grant_type": "refresh_token"},
        secret | {"scope": "https://graph.example/.default", "grant_type": "client_credentials"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "signed"},
    ]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("invalid_grant", SignInAgain, "grant_refused"),
        ("interaction_required", SignInAgain, "grant_refused"),
        ("unauthorized_client", NotAllowed, "client_not_allowed"),
        ("access_denied", NotAllowed, "grant_not_allowed"),
        ("invalid_scope", NotAllowed, "grant_not_allowed"),
        ("invalid_client", CannotEver, "client_refused"),
        ("redirect_uri_mismatch", CannotEver, "token_request_refused"),
        ("temporarily_unavailable", TryLater, "throttled_at_sign_in"),
    ],
)
def test_refusals_are_of_the_five_kinds_M14(error: str, kind: type[ProviderError], code: str) -> None:
    trouble = refused(refusing(400, {"error": error, "error_description": "Why it is so."}))
    assert (type(trouble), trouble.code, trouble.told) == (kind, code, "Why it is so.")
    assert str(trouble) == code


def test_busy_token_endpoint_is_tried_later_as_it_says_row_38() -> None:
    trouble = refused(refusing(429, {"error": "invalid_grant"}, {"Retry-After": "17"}))
    assert isinstance(trouble, TryLater) and trouble.after_seconds == 17
    trouble = refused(refusing(503, "busy", {"Retry-After": formatdate(time() + 100, usegmt=True)}))
    assert isinstance(trouble, TryLater) and 90 < trouble.after_seconds <= 100
    trouble = refused(refusing(500, []))
    assert isinstance(trouble, TryLater) and trouble.after_seconds is None


@pytest.mark.parametrize("says", ["", "soon", "-5", "1e3", "²"])
def test_retry_after_that_says_nothing(says: str) -> None:
    assert oauth.seconds_to_wait(httpx2.Response(429, headers={"Retry-After": says.encode()})) is None


def test_retry_after_of_a_time_gone_by_is_now() -> None:
    response = httpx2.Response(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    assert oauth.seconds_to_wait(response) == 0


def test_what_cannot_be_reached_is_tried_later() -> None:
    def away(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route to secret.example")

    trouble = refused(oauth.client(httpx2.MockTransport(away)))
    assert (type(trouble), trouble.code, trouble.told) == (TryLater, "unreachable", "")
    assert trouble.__suppress_context__


@pytest.mark.parametrize("body", ["", "[]", "null", '{"access_token": ""}', '{"access_token": 5}', "<html>"])
def test_answer_without_a_token_is_set_up_wrongly(body: str) -> None:
    trouble = refused(server(lambda _: httpx2.Response(200, text=body)))
    assert (type(trouble), trouble.code) == (CannotEver, "token_answer_unreadable")


def test_redirect_is_not_followed() -> None:
    elsewhere = {"Location": "https://evil.example/token"}
    trouble = refused(refusing(307, {}, elsewhere))
    assert (type(trouble), trouble.code) == (CannotEver, "token_request_refused")


class Rotating:
    """A provider that gives another refresh token each time, and takes only the newest."""

    def __init__(self) -> None:
        self.newest = uuid4().hex
        self.asked = 0

    def ask(self, refresh: str) -> oauth.Tokens:
        if refresh != self.newest:
            raise SignInAgain("grant_refused")
        self.asked += 1
        sleep(0.01)
        self.newest = uuid4().hex
        return oauth.Tokens(f"access {self.asked}", 3600, self.newest)


def test_access_token_is_kept_while_it_is_good_and_replaced_once_where_it_was_refused_row_44() -> None:
    provider = Rotating()
    grant = oauth.Grant(("owner",), provider.newest, provider.ask, lambda _: None)
    assert [grant.token(), grant.token()] == ["access 1", "access 1"]
    assert grant.token(refused="access 1") == "access 2"
    assert grant.token(refused="access 1") == "access 2"
    assert provider.asked == 2


def test_access_token_is_replaced_before_it_ends() -> None:
    given = iter([oauth.Tokens("short", 59), oauth.Tokens("long", 3600)])
    grant = oauth.Grant(("owner",), uuid4().hex, lambda _: next(given), lambda _: None)
    assert [grant.token(), grant.token(), grant.token()] == ["short", "long", "long"]


def test_two_refreshes_at_once_ask_once_row_47() -> None:
    provider = Rotating()
    refresh, stored, tokens = provider.newest, [], []

    def look() -> None:
        tokens.append(oauth.Grant(("owner",), refresh, provider.ask, stored.append).token())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["access 1"] * 8
    assert (provider.asked, stored) == (1, [provider.newest])


def test_new_refresh_token_is_stored_before_the_access_token_is_used_row_47() -> None:
    provider = Rotating()
    first, stored = provider.newest, []

    def keep(refresh: str) -> None:
        if not stored:
            stored.append("failed")
            raise OSError("disk full")
        stored.append(refresh)

    grant = oauth.Grant(("owner",), first, provider.ask, keep)
    with pytest.raises(OSError, match="disk full"):
        grant.token()
    # What the provider gave first is not forgotten: only with it the next one is to be had.
    assert grant.token() == "access 2"
    assert stored == ["failed", provider.newest]
    later = oauth.Grant(("owner",), provider.newest, provider.ask, stored.append)
    assert (later.token(), provider.asked, len(stored)) == ("access 2", 2, 2)


def test_revoked_grant_says_so_each_time_row_45() -> None:
    provider = Rotating()
    grant = oauth.Grant(("owner",), provider.newest, provider.ask, lambda _: None)
    token = grant.token()
    provider.newest = "somebody else's"
    for _ in range(2):
        with pytest.raises(SignInAgain):
            grant.token(refused=token)


def test_grants_of_other_owners_are_apart() -> None:
    tokens = [
        oauth.Grant((owner,), "the same", lambda _, o=owner: oauth.Tokens(o, 3600), lambda _: None).token()
        for owner in ("one", "two")
    ]
    assert tokens == ["one", "two"]


def test_assertion_says_whom_it_acts_for_and_its_signature_holds() -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    key = {"client_email": "sync@project.example", "private_key_id": "k1", "private_key": pem}
    assertion = oauth.signed_assertion(key, ENDPOINT, "ann@us.com", "mail")
    proved = jwt.decode(assertion, RSAKey.import_key(pem), algorithms=["RS256"])
    at = proved.claims["iat"]
    assert proved.header == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert proved.claims == {
        "iss": "sync@project.example", "aud": ENDPOINT, "sub": "ann@us.com", "scope": "mail", "iat": at,
        "exp": at + 3600,
    }  # fmt: skip
    assert abs(at - time()) < 60


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"client_email": "a", "private_key_id": "b", "private_key": "no key"},
        {"private_key_id": 5},
        json.loads("[]"),
    ],
)
def test_assertion_needs_a_key(key: Any) -> None:
    with pytest.raises(CannotEver) as caught:
        oauth.signed_assertion(key, ENDPOINT, "ann@us.com", "mail")
    assert caught.value.code == "key_unreadable"
