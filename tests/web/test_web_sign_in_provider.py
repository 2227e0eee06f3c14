"""Signing in with a provider: who comes in, and who does not whatever the token says (S2)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone
from oidc_provider import CLIENT, SECRET, Provider, another_key, elliptic_key, shared_key
from provider_visits import come_in, heading, is_in, leave
from shelf import PASSWORD, Shelf, a_shelf, another_workspace, text_of

from postroom.actions import sign_in_providers
from postroom.actions.add_users import add_users
from postroom.actions.invite import accept_invitation, invite
from postroom.actions.rejection import Rejected
from postroom.actions.reset_login import reset_login
from postroom.config import config
from postroom.store.models import Identity, Login, SignedIn, User
from postroom.web.pages.sign_in_provider import BEGUN_COOKIE, BEGUN_SECONDS

# Who comes in


def test_the_sign_in_page_offers_only_providers_that_are_set_up_S2(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Sign in with" not in text_of(Client().get("/sign-in"))
    assert Client().get("/sign-in/with/google").status_code == 404
    monkeypatch.setattr(config(), "google_client_id", "x")
    page = Client().get("/sign-in?next=/accounts?a=1%26b=2")
    assert "Sign in with Google" in text_of(page)
    assert 'href="/sign-in/with/google?next=%2Faccounts%3Fa%3D1%26b%3D2"' in page.content.decode()


def test_a_user_comes_in_by_the_address_the_provider_vouches_for_S2(member: User, provider: Provider) -> None:
    client = Client()
    assert come_in(client, provider).headers["Location"] == "/"
    assert client.get("/").context["me"] == member
    [bound] = Identity.objects.all()
    assert (bound.login, bound.issuer, bound.subject) == (member.login, provider.issuer, "1001")
    [session] = SignedIn.objects.all()
    assert (session.login, session.way) == (member.login, "Keys")


def test_the_address_is_folded_before_it_is_compared(member: User, provider: Provider) -> None:
    provider.claims = {"email": "Member@US.com"}
    assert come_in(Client(), provider).headers["Location"] == "/"


def test_a_user_who_was_only_added_comes_in_and_has_no_password_S2(shelf: Shelf, provider: Provider) -> None:
    provider.claims = {"email": "s1@us.com"}
    client = Client()
    come_in(client, provider)
    me = client.get("/").context["me"]
    assert (me.email, me.login.has_usable_password()) == ("s1@us.com", False)


def test_signing_in_leads_back_where_one_came_from(member: User, provider: Provider) -> None:
    assert come_in(Client(), provider, "/accounts?q=a").headers["Location"] == "/accounts?q=a"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_elsewhere(member: User, provider: Provider, back: str) -> None:
    assert come_in(Client(), provider, back).headers["Location"] == "/"


def test_signing_in_begins_a_session_with_a_new_id(member: User, provider: Provider) -> None:
    client = Client()
    client.force_login(member.login)
    before = client.session.session_key
    back = provider.sign_in(leave(client))
    client.get("/sign-in/from/oidc", back)
    assert client.session.session_key not in (before, None)
    assert SignedIn.objects.get().session_id == client.session.session_key


def test_the_provider_is_asked_with_pkce_state_and_nonce_S2(member: User, provider: Provider) -> None:
    client = Client()
    address = leave(client)
    back = provider.sign_in(address)
    asked = provider.codes[back["code"]]
    begun = signing.loads(client.cookies[BEGUN_COOKIE].value, salt=BEGUN_COOKIE)
    assert {name: asked[name] for name in ("response_type", "scope", "code_challenge_method")} == {
        "response_type": "code",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
    }
    assert asked["redirect_uri"] == "http://testserver/sign-in/from/oidc"
    assert (asked["state"], asked["nonce"]) == (begun["state"], begun["nonce"])
    assert begun["verifier"] not in address and SECRET not in address


def test_behind_a_web_server_of_ours_one_comes_back_by_https(
    member: User, provider: Provider, settings: Any
) -> None:
    settings.IS_BEHIND_PROXY = True
    client = Client()
    back = provider.sign_in(leave(client))
    assert provider.codes[back["code"]]["redirect_uri"] == "https://testserver/sign-in/from/oidc"
    assert client.get("/sign-in/from/oidc", back).headers["Location"] == "/"


def test_keys_of_elliptic_curves_are_good_too(member: User, provider: Provider) -> None:
    provider.key, provider.algorithm = elliptic_key(), "ES256"
    assert come_in(Client(), provider).headers["Location"] == "/"


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post", "client_secret_basic"]])
def test_the_client_proves_itself_as_the_provider_asks(
    member: User, provider: Provider, methods: list[str]
) -> None:
    provider.document = {"token_endpoint_auth_methods_supported": methods}
    assert come_in(Client(), provider).headers["Location"] == "/"


def test_a_provider_that_refuses_our_client_lets_nobody_in(
    member: User, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(config(), "oidc_client_secret", "another secret")
    assert heading(come_in(Client(), provider)) == "That did not work"
    assert "A sign-in with oidc ended: refused_by_provider." in caplog.messages


def test_keys_of_kinds_we_do_not_know_are_left_out(member: User, provider: Provider) -> None:
    provider.more_keys = [
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "X448", "x": "AAAA"},
        {"kty": "AKP", "pub": "AAAA"},
        {},
        "text",
    ]
    assert come_in(Client(), provider).headers["Location"] == "/"


# Who does not


def test_an_unknown_address_makes_no_user_S2(member: User, provider: Provider) -> None:
    provider.claims = {"email": "nobody@us.com"}
    client = Client()
    answer = come_in(client, provider)
    assert (answer.status_code, heading(answer)) == (403, "No user here")
    assert not is_in(client)
    assert list(Login.objects.values_list("email", flat=True)) == ["member@us.com"]
    assert Identity.objects.count() == 0


def test_a_disabled_user_gets_the_same_answer_as_an_unknown_one_S2(member: User, provider: Provider) -> None:
    provider.claims = {"email": "nobody@us.com"}
    unknown = come_in(Client(), provider)
    User.objects.update(disabled_at=timezone.now())
    provider.claims = {}
    disabled = come_in(Client(), provider)
    assert (disabled.status_code, disabled.content) == (403, unknown.content)


def test_a_user_disabled_after_the_first_time_is_out_too_S2(member: User, provider: Provider) -> None:
    come_in(Client(), provider)
    User.objects.filter(pk=member.pk).update(disabled_at=timezone.now())
    assert heading(come_in(Client(), provider)) == "No user here"


@pytest.mark.parametrize("verified", [False, "false", 0, None, "yes"])
def test_an_address_the_provider_does_not_vouch_for_opens_nothing_S2(
    member: User, provider: Provider, verified: object
) -> None:
    provider.claims = {"email_verified": verified}
    client = Client()
    answer = come_in(client, provider)
    assert (answer.status_code, heading(answer)) == (403, "Address not confirmed")
    assert not is_in(client)


def test_after_the_first_time_the_account_counts_and_not_its_address_S2(
    shelf: Shelf, member: User, provider: Provider
) -> None:
    other = shelf.user("Viewer")
    come_in(Client(), provider)
    # The account got the address of somebody else: it goes on opening its own login alone.
    provider.claims = {"email": "viewer@us.com"}
    client = Client()
    come_in(client, provider)
    assert client.get("/").context["me"] == member
    assert not Identity.objects.filter(login=other.login).exists()


def test_another_account_with_the_same_address_is_not_let_in_S2(member: User, provider: Provider) -> None:
    come_in(Client(), provider)
    provider.claims = {"sub": "2002"}
    client = Client()
    answer = come_in(client, provider)
    assert (answer.status_code, heading(answer)) == (403, "Another account is known")
    assert not is_in(client)
    reset_login("member@us.com", actor="command line")
    assert come_in(client, provider).headers["Location"] == "/"


PAST, FUTURE = 1_700_000_000, 4_000_000_000


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": PAST + 300, "iat": PAST},
        {"aud": "another client"},
        {"aud": ["another client"], "azp": CLIENT},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"aud": None},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": ["1001"]},
        {"sub": "x" * 256},
        {"exp": None},
        {"exp": "soon"},
        {"iat": FUTURE},
        {"nbf": FUTURE},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing_S2(
    member: User, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    client = Client()
    answer = come_in(client, provider)
    assert (answer.status_code, heading(answer)) == (400, "That did not work")
    assert not is_in(client)


def test_a_token_signed_by_somebody_else_opens_nothing_S2(member: User, provider: Provider) -> None:
    provider.signs_with = another_key()
    assert heading(come_in(Client(), provider)) == "That did not work"


def test_a_token_without_signature_opens_nothing_S2(member: User, provider: Provider) -> None:
    provider.algorithm = "none"
    assert heading(come_in(Client(), provider)) == "That did not work"


def test_a_token_signed_with_the_shared_secret_opens_nothing_S2(member: User, provider: Provider) -> None:
    provider.key = provider.signs_with = shared_key()
    provider.algorithm = "HS256"
    assert heading(come_in(Client(), provider)) == "That did not work"


def test_coming_back_works_once_S2(member: User, provider: Provider) -> None:
    client = Client()
    back = provider.sign_in(leave(client))
    assert client.get("/sign-in/from/oidc", back).status_code == 302
    client.post("/sign-out")
    answer = client.get("/sign-in/from/oidc", back)
    assert (answer.status_code, heading(answer)) == (400, "That did not work")
    assert provider.asked.count("/token") == 1


def test_who_did_not_go_does_not_come_back_S2(member: User, provider: Provider) -> None:
    theirs = provider.sign_in(leave(Client()))
    # Sent to a browser that began nothing, or something else: nobody is signed in as somebody by a link.
    for client in (Client(), Client()):
        assert heading(client.get("/sign-in/from/oidc", theirs)) == "That did not work"
        leave(client)
    assert "/token" not in provider.asked


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}])
def test_another_state_or_issuer_opens_nothing_S2(member: User, provider: Provider, change: Any) -> None:
    client = Client()
    back = provider.sign_in(leave(client))
    assert heading(client.get("/sign-in/from/oidc", {**back, **change})) == "That did not work"
    # And what was begun is used up by that.
    assert heading(client.get("/sign-in/from/oidc", back)) == "That did not work"


def test_one_has_ten_minutes_at_the_provider(
    member: User, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    back = provider.sign_in(leave(client))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + BEGUN_SECONDS + 1)
    assert (BEGUN_SECONDS, heading(client.get("/sign-in/from/oidc", back))) == (600, "That did not work")
    assert "/token" not in provider.asked


def test_what_was_begun_is_remembered_in_the_browser_alone_S2(member: User, provider: Provider) -> None:
    client = Client()
    for _ in range(3):
        leave(client, "/accounts")
    assert Session.objects.count() == 0
    kept = client.cookies[BEGUN_COOKIE]
    assert {name: kept[name] for name in ("max-age", "path", "httponly", "samesite", "secure")} == {
        "max-age": 600,
        "path": "/",
        "httponly": True,
        "samesite": "Lax",
        "secure": "",
    }
    client.get("/sign-in/from/oidc")
    assert client.cookies[BEGUN_COOKIE].value == ""


def test_what_was_begun_cannot_be_written_by_hand_S2(member: User, provider: Provider) -> None:
    client = Client()
    back = provider.sign_in(leave(client))
    kept = signing.loads(client.cookies[BEGUN_COOKIE].value, salt=BEGUN_COOKIE)
    for salt in ("django.core.signing", "postroom"):
        client.cookies[BEGUN_COOKIE] = signing.dumps(kept, salt=salt)
        assert heading(client.get("/sign-in/from/oidc", back)) == "That did not work"
    client.cookies[BEGUN_COOKIE] = signing.dumps(kept, salt=BEGUN_COOKIE)
    assert client.get("/sign-in/from/oidc", back).headers["Location"] == "/"


def test_an_address_to_go_back_to_that_fits_no_cookie_is_left_out(member: User, provider: Provider) -> None:
    assert come_in(Client(), provider, "/accounts?q=" + "a" * 488).headers["Location"].startswith("/accounts")
    assert come_in(Client(), provider, "/accounts?q=" + "a" * 489).headers["Location"] == "/"


def test_a_provider_that_failed_is_left_alone_for_half_a_minute(
    member: User, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.document = {"issuer": "https://evil.example"}
    assert [Client().get("/sign-in/with/oidc").status_code for _ in range(3)] == [502] * 3
    assert provider.asked == ["/.well-known/openid-configuration"]
    provider.document = {}
    assert Client().get("/sign-in/with/oidc").status_code == 502
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 30)
    assert come_in(Client(), provider).headers["Location"] == "/"


def test_who_turns_back_at_the_provider_is_told_so(member: User, provider: Provider) -> None:
    client = Client()
    state = provider.sign_in(leave(client))["state"]
    answer = client.get("/sign-in/from/oidc", {"error": "access_denied", "state": state})
    assert (answer.status_code, heading(answer)) == (400, "Not signed in")


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_says_it_is_another_is_not_asked_S2(
    member: User, provider: Provider, document: dict[str, Any]
) -> None:
    provider.document = document
    answer = Client().get("/sign-in/with/oidc")
    assert (answer.status_code, heading(answer)) == (502, "Keys does not answer")


def test_a_provider_that_cannot_be_reached_is_told(
    member: User, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(config(), "oidc_issuer", "http://127.0.0.1:9")
    answer = Client().get("/sign-in/with/oidc")
    assert (answer.status_code, heading(answer)) == (502, "Keys does not answer")
    assert [record.getMessage() for record in caplog.records if record.name == "postroom.web.sign_in"] == [
        "A sign-in with oidc ended: unreachable."
    ]


def test_the_log_names_no_address_subject_or_code_S7(
    member: User, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.claims = {"email": "canary@us.com", "sub": "canary"}
    come_in(Client(), provider)
    provider.claims = {"sub": "canary", "aud": "canary"}
    come_in(Client(), provider)
    assert [record.getMessage() for record in caplog.records if record.name == "postroom.web.sign_in"] == [
        "A sign-in with oidc ended: unknown.",
        "A sign-in with oidc ended: id_token_refused.",
    ]
    assert "canary" not in caplog.text


# One human, several workspaces


def test_an_account_opens_all_workspaces_that_have_its_user_S2(shelf: Shelf, provider: Provider) -> None:
    a_shelf(another_workspace())
    provider.claims = {"email": "s1@us.com"}
    client = Client()
    come_in(client, provider)
    assert [user.workspace.name for user in client.get("/workspaces").context["users"]] == ["Them", "Us"]


def test_a_password_set_in_one_workspace_does_not_come_along_to_another_S2(
    shelf: Shelf, member: User, provider: Provider
) -> None:
    """Whoever set it there may not be whose address it is: the invitation asks for the password."""
    theirs = another_workspace()
    add_users(theirs, [{"email": "member@us.com"}], actor="boss@them.example")
    client = Client()
    come_in(client, provider)
    assert client.get("/").context["me"] == member
    assert User.objects.get(workspace=theirs).login is None


def test_no_administrator_sets_a_password_for_what_a_provider_opens_elsewhere_S2(
    shelf: Shelf, provider: Provider
) -> None:
    a_shelf(another_workspace())
    provider.claims = {"email": "s1@us.com"}
    come_in(Client(), provider)
    secret = invite(shelf.workspace, "s1@us.com", actor="boss@us.com").path.rpartition("/")[2]
    with pytest.raises(Rejected, match="another workspace"):
        accept_invitation(secret, PASSWORD)
    assert not Login.objects.get(email="s1@us.com").has_usable_password()


def test_signing_in_erases_sessions_that_are_over(member: User, provider: Provider) -> None:
    Session.objects.create(
        session_key="over", session_data="", expire_date=timezone.now() - timedelta(seconds=1)
    )
    come_in(Client(), provider)
    assert not Session.objects.filter(pk="over").exists()


@pytest.mark.parametrize("key", ["google", "microsoft"])
def test_google_and_microsoft_go_the_same_way_S2(
    member: User, provider: Provider, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(sign_in_providers, key.upper(), provider.issuer)
    monkeypatch.setattr(config(), f"{key}_client_id", CLIENT)
    monkeypatch.setattr(config(), f"{key}_client_secret", SECRET)
    provider.claims = {"email_verified": None}
    assert heading(come_in(Client(), provider, key=key)) == "Address not confirmed"
    vouching = {"google": {"hd": "us.com"}, "microsoft": {"preferred_username": "member@us.com"}}
    provider.claims = vouching[key]
    assert come_in(Client(), provider, key=key).headers["Location"] == "/"
