"""Proving anew who one is, at a provider or beside it: for what only a fresh proof opens (S2)."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oidc_provider import Provider
from provider_visits import come_in, is_in
from shelf import PASSWORD, Shelf, text_of

from postroom.actions.second_factor import begin_second_factor
from postroom.core.one_time_code import code_at
from postroom.store.models import SecondFactor, User
from postroom.store.secrets import decrypt
from postroom.web import openid
from postroom.web.sessions import FRESH_SECONDS

CONFIRM = "/security/confirm?next=%2Fsecurity%2Fsecond-factor"


def confirmed(client: Client, provider: Provider, **edited: str | None) -> Any:
    """Prove anew at the provider, by the link on the page that asks for it; what setting up then answers.

    ``edited``: what somebody makes of the address there.
    """
    to = client.get("/security/second-factor").headers["Location"]
    [link] = re.findall(r'href="(/sign-in/with/oidc[^"]*)"', client.get(to).content.decode())
    address = client.get(html.unescape(link)).headers["Location"]
    assert "&prompt=login&max_age=0" in address
    for name, value in edited.items():
        address = re.sub(f"&{name}=[^&]*", f"&{name}={value}" if value else "", address)
    back = client.get("/sign-in/from/oidc", provider.sign_in(address))
    assert back.headers["Location"] == "/security/second-factor"
    return client.get("/security/second-factor")


@pytest.fixture
def without_password(shelf: Shelf, provider: Provider) -> Client:
    """A browser of somebody who came in by the provider, and has no password."""
    provider.claims = {"email": "s1@us.com"}
    client = Client()
    come_in(client, provider)
    return client


def test_who_has_no_password_proves_anew_at_the_provider_S2(
    without_password: Client, provider: Provider
) -> None:
    now = int(time.time())
    provider.claims = {"auth_time": now - openid.FRESH_SECONDS + 60}
    answer = confirmed(without_password, provider)
    assert (openid.FRESH_SECONDS, answer.status_code) == (300, 200)
    session = without_password.session
    session["proved_at"] -= FRESH_SECONDS
    session.save()
    assert without_password.get("/security/second-factor").status_code == 302


@pytest.mark.parametrize(
    "age", [None, 302, 86_400, -3_600, "soon", True], ids=["silent", "late", "old", "future", "text", "flag"]
)
def test_signing_in_at_the_provider_without_proving_anew_is_no_proof_S2(
    without_password: Client, provider: Provider, age: Any
) -> None:
    at = int(time.time()) - age if type(age) is int else age
    provider.claims = {"auth_time": at}
    answer = confirmed(without_password, provider, prompt=None, max_age=None)
    assert answer.headers["Location"] == CONFIRM
    assert "Keys did not say that you proved just now who you are." in text_of(
        without_password.get(answer.headers["Location"])
    )


def test_only_a_proof_that_was_asked_for_counts_S2(without_password: Client, provider: Provider) -> None:
    provider.claims = {"auth_time": int(time.time())}
    come_in(without_password, provider)
    assert without_password.get("/security/second-factor").status_code == 302


def test_who_has_a_password_proves_by_it_and_not_at_a_provider_S2(member: User, provider: Provider) -> None:
    provider.claims = {"auth_time": int(time.time())}
    client = Client()
    back = client.get("/sign-in/with/oidc?anew=1&next=/security/second-factor").headers["Location"]
    client.get("/sign-in/from/oidc", provider.sign_in(back))
    to = client.get("/security/second-factor").headers["Location"]
    assert to == CONFIRM
    page = client.get(to)
    assert ("Password" in text_of(page), "/sign-in/with/" in page.content.decode()) == (True, False)
    assert "did not say" not in text_of(page)
    client.post("/security/confirm", {"password": PASSWORD})
    assert client.get("/security/second-factor").status_code == 200


def test_a_code_after_a_provider_makes_no_fresh_proof_of_it_S2(member: User, provider: Provider) -> None:
    begin_second_factor(member.login)
    SecondFactor.objects.update(confirmed_at=timezone.now())
    client = Client()
    come_in(client, provider)
    code = code_at(decrypt(SecondFactor.objects.get().sealed_secret), int(time.time()) // 30)
    client.post("/sign-in/code", {"code": code})
    assert client.get("/security/second-factor/off").headers["Location"].startswith("/security/confirm")


def test_the_second_factor_is_asked_after_a_provider_too_S2(member: User, provider: Provider) -> None:
    login = member.login
    begin_second_factor(login)
    SecondFactor.objects.update(confirmed_at=timezone.now())
    client = Client()
    assert come_in(client, provider, "/accounts").headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    code = code_at(decrypt(SecondFactor.objects.get().sealed_secret), int(time.time()) // 30)
    assert client.post("/sign-in/code", {"code": code}).headers["Location"] == "/accounts"
    assert is_in(client)
