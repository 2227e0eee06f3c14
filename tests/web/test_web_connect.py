"""Connecting one's own mailbox on pages: by signing in at the provider, by IMAP, and the end of it (M2, M14, R2)."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from mailbox_rows import a_mailbox
from oidc_provider import CLIENT, SECRET, Provider, another_key, running_provider
from shelf import Shelf, text_of

from postroom.actions.mailbox_secrets import opened
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.sign_in import TRIES_OF_BOTH
from postroom.config import config
from postroom.core.trouble import CannotEver, NotAllowed, TryLater
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.store.models import Job, Mailbox, Source, User
from postroom.web import openid

TENANT = "11111111-2222-3333-4444-555555555555"
READING = {
    "google": "https://www.googleapis.com/auth/gmail.readonly openid",
    "microsoft": "openid https://graph.microsoft.com/Mail.Read",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryServer]:
    """A mail server with the mailboxes of Member and Manager, in the place of every provider."""
    for kind in ("imap", "google", "microsoft"):
        monkeypatch.setitem(registry._WHERE, kind, "postroom.providers.memory")  # type: ignore[index]
    with memory_server("ours") as made:
        for address in ("member@us.com", "manager@us.com"):
            made.add_user(address, password="open sesame")
        yield made


@pytest.fixture
def client(member: User, as_user: Callable[[User], Client]) -> Client:
    return as_user(member)


def set_up(shelf: Shelf, kind: str, **sent: Any) -> Source:
    source = set_up_source(shelf.workspace, kind, sent, actor="boss@us.com")
    source.settings["server"] = "ours"
    source.save()
    return source


@pytest.fixture(params=["google", "microsoft"])
def provider(
    request: pytest.FixtureRequest, shelf: Shelf, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Provider]:
    """Google, then Microsoft, as a provider of our own; a person who signs in there allows reading."""
    openid._kept.clear()
    openid._failed.clear()
    kind = request.param
    with running_provider(f"/{TENANT}/v2.0" if kind == "microsoft" else "") as made:
        made.kind = kind  # type: ignore[attr-defined]
        made.grants = {"refresh_token": "token-1-of-member@us.com", "scope": READING[kind]}
        made.claims = {"hd": "us.com", "preferred_username": "member@us.com"}
        base = made.issuer.removesuffix(f"/{TENANT}/v2.0")
        monkeypatch.setattr(config(), f"{kind}_login", base)
        tenant = {"tenant": TENANT} if kind == "microsoft" else {}
        set_up(shelf, kind, client_id=CLIENT, client_secret=SECRET, **tenant)
        yield made


def leave(client: Client, provider: Provider) -> str:
    answer = client.get(f"/profile/email/connect/{provider.kind}")  # type: ignore[attr-defined]
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"])


def come_back(client: Client, provider: Provider) -> Any:
    """Go to the provider, allow it there, and come back."""
    return client.get("/profile/email/back", provider.sign_in(leave(client, provider)))


def heading(answer: Any) -> str:
    return html.unescape(answer.content.decode().split("<h1>")[1].split("</h1>")[0])


def said(client: Client) -> str:
    return text_of(client.get("/profile/email"))


# At the provider


def test_a_person_is_sent_to_allow_reading_and_nothing_more_M2(client: Client, provider: Provider) -> None:
    asked = dict(parse_qsl(urlsplit(leave(client, provider)).query))

    assert asked["redirect_uri"] == "http://testserver/profile/email/back"
    assert (asked["code_challenge_method"], asked["login_hint"]) == ("S256", "member@us.com")
    assert len(asked["state"]) >= 40 and len(asked["nonce"]) >= 40
    if provider.kind == "google":  # type: ignore[attr-defined]
        assert asked["scope"] == "openid email https://www.googleapis.com/auth/gmail.readonly"
        assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    else:
        graph = "https://graph.microsoft.com"
        assert asked["scope"] == f"openid email profile offline_access {graph}/User.Read {graph}/Mail.Read"


def test_who_comes_back_has_a_mailbox_connected_and_nothing_selected_M3(
    client: Client, provider: Provider, member: User
) -> None:
    answer = come_back(client, provider)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/profile/email")
    mailbox = Mailbox.objects.select_related("source").get()
    assert (mailbox.user, mailbox.address, mailbox.is_central) == (member, "member@us.com", False)
    assert mailbox.source.kind == provider.kind  # type: ignore[attr-defined]
    assert opened(mailbox.sealed_secret) == {"refresh_token": "token-1-of-member@us.com"}
    assert "member@us.com is connected." in said(client)
    assert not mailbox.labels.filter(selected_at__isnull=False).exists()


def test_what_was_begun_comes_back_once(client: Client, provider: Provider) -> None:
    came = provider.sign_in(leave(client, provider))
    client.get("/profile/email/back", came)

    answer = client.get("/profile/email/back", came)

    assert (answer.status_code, heading(answer)) == (400, "Your mailbox was not connected")


def test_nobody_elses_way_is_ended_here(
    client: Client, provider: Provider, shelf: Shelf, as_user: Any
) -> None:
    """A link with somebody's code, made by an attacker, connects nothing to the mailbox of who follows it."""
    victim = as_user(shelf.user("Manager"))
    came = provider.sign_in(leave(client, provider))

    assert victim.get("/profile/email/back", came).status_code == 400
    leave(victim, provider)
    assert victim.get("/profile/email/back", came).status_code == 400
    assert not Mailbox.objects.exists()


def test_what_was_begun_as_one_user_is_not_ended_as_another(
    client: Client, provider: Provider, shelf: Shelf
) -> None:
    came = provider.sign_in(leave(client, provider))
    session = client.session
    session["connecting"] |= {"user": shelf.user("Manager").pk}
    session.save()

    assert client.get("/profile/email/back", came).status_code == 400
    assert not Mailbox.objects.exists()


def test_who_took_too_long_begins_again(client: Client, provider: Provider) -> None:
    came = provider.sign_in(leave(client, provider))
    session = client.session
    session["connecting"] |= {"until": 1}
    session.save()

    assert client.get("/profile/email/back", came).status_code == 400
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}]
)
def test_an_id_token_that_is_not_proved_connects_nothing(
    client: Client, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.claims |= wrong

    assert come_back(client, provider).status_code == 400
    assert not Mailbox.objects.exists()


def test_an_id_token_by_another_key_connects_nothing(client: Client, provider: Provider) -> None:
    provider.signs_with = another_key()

    assert come_back(client, provider).status_code == 400
    assert not Mailbox.objects.exists()


def test_who_turns_back_is_told_so(client: Client, provider: Provider) -> None:
    came = provider.sign_in(leave(client, provider))

    answer = client.get("/profile/email/back", {"error": "access_denied", "state": came["state"]})

    assert answer.status_code == 400
    assert "or you turned back. Nothing was connected." in text_of(answer)


def test_a_mailbox_that_is_not_the_users_is_refused_and_it_is_said_what_to_do_M14(
    client: Client, provider: Provider
) -> None:
    provider.claims |= {"email": "manager@us.com", "preferred_username": "manager@us.com"}
    provider.grants["refresh_token"] = "token-1-of-manager@us.com"

    answer = come_back(client, provider)

    assert (answer.status_code, heading(answer)) == (422, "This mailbox is not yours here")
    assert "Yours is: member@us.com" in text_of(answer)
    assert not Mailbox.objects.exists()


def test_another_mailbox_than_before_is_refused_by_name_M14(
    client: Client, provider: Provider, member: User
) -> None:
    a_mailbox(member, "imap", address="member.before@us.com")

    answer = come_back(client, provider)

    assert (answer.status_code, heading(answer)) == (422, "This is another mailbox")
    assert "member.before@us.com" in text_of(answer)
    assert Mailbox.objects.get().address == "member.before@us.com"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (
            NotAllowed("grant_not_allowed", "AADSTS90094"),
            422,
            "The provider's rules do not allow this connection.",
        ),
        (TryLater("unreachable"), 502, "The mail server cannot be reached."),
        (CannotEver("never_heard_of"), 422, "It cannot work the way it is set up."),
    ],
)
def test_what_the_provider_refuses_is_said_in_words_M14(
    client: Client, provider: Provider, server: MemoryServer, error: Any, status: int, words: str
) -> None:
    server.faults.fail_next("open", error)

    answer = come_back(client, provider)

    assert (answer.status_code, heading(answer)) == (status, "Your mailbox was not connected")
    assert words in text_of(answer)
    assert not error.told or error.told in text_of(answer)
    assert not Mailbox.objects.exists()


def test_who_allowed_signing_in_and_not_reading_is_told_M14(client: Client, provider: Provider) -> None:
    provider.grants["scope"] = "openid email"

    answer = come_back(client, provider)

    assert answer.status_code == 422
    assert "Reading mail was not among what was allowed." in text_of(answer)


def test_nothing_secret_stands_in_the_log_S7(
    client: Client, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.claims |= {"email": "manager@us.com", "preferred_username": "manager@us.com"}
    provider.grants["refresh_token"] = "token-1-of-manager@us.com"
    with caplog.at_level(logging.DEBUG, "postroom"):
        come_back(client, provider)

    assert f"Connecting a mailbox at {provider.kind} ended: not_your_address." in caplog.text  # type: ignore[attr-defined]
    for secret in ("token-1", "@us.com", SECRET):
        assert secret not in caplog.text


def test_a_provider_that_is_not_set_up_leads_nowhere(client: Client, server: MemoryServer) -> None:
    answer = client.get("/profile/email/connect/google")

    assert answer.headers["Location"] == "/profile/email"
    assert "An administrator has to set this up first." in said(client)
    assert client.get("/profile/email/connect/exchange").status_code == 404


# By IMAP


def test_the_imap_form_knows_what_the_company_set_up_M2(
    client: Client, shelf: Shelf, server: MemoryServer
) -> None:
    set_up(shelf, "imap", host="imap.us.com")

    page = client.get("/profile/email/connect/imap").content.decode()

    assert re.search(r'name="host" value="imap\.us\.com"', page)
    assert re.search(r'name="username" value="member@us\.com"', page)
    assert 'value="none"' not in page


def test_a_mailbox_is_connected_by_imap_M2(client: Client, shelf: Shelf, server: MemoryServer) -> None:
    set_up(shelf, "imap", host="imap.us.com")
    typed = {
        "host": "imap.us.com",
        "port": "",
        "security": "tls",
        "username": "member@us.com",
        "password": "open sesame",
    }

    answer = client.post("/profile/email/connect/imap", typed)

    assert answer.headers["Location"] == "/profile/email"
    mailbox = Mailbox.objects.get()
    assert mailbox.settings == {
        "host": "imap.us.com",
        "port": 993,
        "security": "tls",
        "username": "member@us.com",
    }
    assert opened(mailbox.sealed_secret) == {"password": "open sesame"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"password": "wrong"}, "password", "The mail server did not accept user name and password."),
        ({"password": ""}, "password", "This field is a must."),
        ({"host": "not a host"}, "host", "Write the mail server's name alone, such as imap.us.example."),
        ({"port": "x"}, "port", "A port is a number from 1 to 65,535."),
        ({"security": "none"}, "security", "An administrator has to allow reading without encryption first."),
        (
            {"username": "manager@us.com"},
            "username",
            "This is none of your addresses: member@us.com. An administrator can add it as an alias.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    client: Client, shelf: Shelf, server: MemoryServer, typed: dict[str, str], field: str, words: str
) -> None:
    set_up(shelf, "imap", host="imap.us.com")
    sent = {
        "host": "imap.us.com",
        "security": "tls",
        "username": "member@us.com",
        "password": "open sesame",
    }

    answer = client.post("/profile/email/connect/imap", {**sent, **typed})

    assert answer.status_code == 422
    page = html.unescape(answer.content.decode())
    assert f'id="{field}-problem">{words}</p>' in page
    assert f'value="{typed.get("username", "member@us.com")}"' in page
    assert "open sesame" not in page and "wrong<" not in page
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "typed", "words"),
    [
        (
            TryLater("unreachable"),
            {"port": "144"},
            "The mail server cannot be reached. The name of the server may be wrong, or its port 144.",
        ),
        (
            CannotEver("tls_failed"),
            {"port": "143"},
            "Port 143 may not speak TLS from the start: choose STARTTLS then.",
        ),
        (
            TryLater("silent"),
            {"security": "starttls", "port": "993"},
            "Port 993 may speak TLS from the start: choose TLS then.",
        ),
        (TryLater("silent"), {}, "The mail server said nothing for a minute. Try again in a minute."),
    ],
)
def test_a_server_or_port_that_may_be_wrong_is_named(
    client: Client, shelf: Shelf, server: MemoryServer, trouble: Any, typed: dict[str, str], words: str
) -> None:
    set_up(shelf, "imap", host="imap.us.com")
    server.faults.fail_next("open", trouble)
    sent = {"host": "imap.us.com", "security": "tls", "username": "member@us.com", "password": "x"}

    answer = client.post("/profile/email/connect/imap", {**sent, **typed})

    assert (answer.status_code, words in text_of(answer)) == (422, True)


def test_what_the_server_said_is_shown_to_who_tries_and_to_nobody_else_S7(
    client: Client, shelf: Shelf, server: MemoryServer, caplog: pytest.LogCaptureFixture
) -> None:
    set_up(shelf, "imap", host="imap.us.com")
    server.faults.fail_next("open", TryLater("unreachable", "too many <connections> of member"))
    sent = {
        "host": "imap.us.com",
        "security": "tls",
        "username": "member@us.com",
        "password": "open sesame",
    }

    answer = client.post("/profile/email/connect/imap", sent)

    assert answer.status_code == 422
    assert "The server said: too many &lt;connections&gt; of member" in answer.content.decode()
    assert "too many" not in caplog.text


def test_whoever_guesses_passwords_is_made_to_wait_S2(
    client: Client, shelf: Shelf, server: MemoryServer
) -> None:
    set_up(shelf, "imap", host="imap.us.com")
    sent = {"host": "imap.us.com", "security": "tls", "username": "member@us.com", "password": "wrong"}
    for _ in range(TRIES_OF_BOTH):
        client.post("/profile/email/connect/imap", sent)

    answer = client.post("/profile/email/connect/imap", {**sent, "password": "open sesame"})

    assert answer.status_code == 422
    assert "Too many wrong passwords lately; wait a quarter of an hour." in text_of(answer)
    assert server.faults.requests["open"] == TRIES_OF_BOTH


# The end


def test_disconnecting_says_first_what_stays_and_what_goes_M10(client: Client, member: User) -> None:
    mailbox = a_mailbox(member, "imap", settings={"username": "member@us.com"})

    page = text_of(client.get("/profile/email/disconnect"))
    assert "Disconnect member@us.com?" in page
    assert "No further mail comes in from it" in page and "What came in stays" in page
    mailbox.refresh_from_db()
    assert mailbox.connected_at is not None

    answer = client.post("/profile/email/disconnect")

    assert answer.headers["Location"] == "/profile/email"
    mailbox.refresh_from_db()
    assert mailbox.connected_at is None
    assert "Your mailbox is disconnected. What came in stays." in said(client)


def test_where_the_companys_connection_takes_over_it_is_said_M2(
    client: Client, member: User, shelf: Shelf, server: MemoryServer
) -> None:
    source = set_up(shelf, "imap", host="imap.us.com", master_user="r", master_password="master")
    Source.objects.update(is_central=True)
    a_mailbox(member, "imap")

    assert "that takes over" in text_of(client.get("/profile/email/disconnect"))
    client.post("/profile/email/disconnect")

    assert Job.objects.get().asked == {"source": source.pk, "only": member.pk}


def test_what_an_administrator_connected_is_not_ended_here_M2(client: Client, member: User) -> None:
    a_mailbox(member, "imap", is_central=True)

    assert client.get("/profile/email/disconnect").headers["Location"] == "/profile/email"
    client.post("/profile/email/disconnect")

    assert Mailbox.objects.get().connected_at is not None
    assert "An administrator connected this mailbox; only an administrator ends that." in said(client)


def test_ones_own_mailbox_is_nobody_elses_to_end_W3(
    client: Client, shelf: Shelf, as_user: Callable[[User], Client]
) -> None:
    manager = shelf.user("Manager")
    a_mailbox(manager, "imap")

    client.post("/profile/email/disconnect")

    assert Mailbox.objects.get(user=manager).connected_at is not None


@pytest.mark.parametrize(
    ("kind", "path"), [("imap", "/profile/email/connect/imap"), ("google", "/profile/email/connect/google")]
)
def test_whose_connection_is_no_longer_good_is_led_to_connect_again_M14(
    client: Client, member: User, kind: str, path: str
) -> None:
    mailbox = a_mailbox(member, kind, trouble="sign_in_again", trouble_code="grant_refused", trouble_since=1)
    again = f'href="{path}">Connect again</a>'

    assert again in client.get("/profile/email").content.decode()

    Mailbox.objects.filter(pk=mailbox.pk).update(is_central=True)
    assert again not in client.get("/profile/email").content.decode()
