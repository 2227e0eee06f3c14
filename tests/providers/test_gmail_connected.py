"""A mailbox at Google, from the button to the engagement, on npm's ``emulate`` (M1-M4, M14)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from contract_world import AT
from django.test import Client
from gmail_emulate import OF_COMPANY, emulate, listening, signed_in
from gmail_kept import KeptGmail
from gmail_shim import Shim
from gmail_world import CLIENT, GmailWorld
from mail_world import K1, mail, the_company
from mailbox_world import decisions

from postroom.actions.choose_labels import choose_labels
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.sync_mailbox import look
from postroom.config import config
from postroom.providers.gmail import Gmail
from postroom.store.models import Copy, Engagement, Label, Login, Mailbox, User

pytestmark = [pytest.mark.servers, pytest.mark.django_db]

ACTOR = "boss@us.com"
PAGE = "/profile/email"


@pytest.fixture
def google(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shim]:
    """Google, at its own address, where Postroom looks for the real one."""
    shim = Shim(KeptGmail())
    shim.clients[CLIENT] = "secret of the client"
    with listening(shim) as base, emulate(tmp_path_factory.mktemp("emulate"), base) as behind:
        shim.backend = behind
        for name, address in (
            ("login", base),
            ("token", f"{base}/token"),
            ("api", base),
            ("directory", base),
        ):
            monkeypatch.setattr(config(), f"google_{name}", address)
        yield shim


@pytest.fixture
def sam() -> User:
    workspace = the_company()
    settings = {"client_id": CLIENT, "client_secret": "secret of the client"}
    set_up_source(workspace, "google", settings, actor=ACTOR)
    user = User.objects.get(workspace=workspace, email=OF_COMPANY)
    user.login = Login.objects.create(email=user.email)
    user.role = "Member"
    user.save()
    return user


@pytest.fixture
def browser(sam: User) -> Client:
    made = Client()
    made.force_login(sam.login)
    return made


def test_mailbox_is_connected_and_what_is_chosen_comes_in_M1_M4(
    google: Shim, sam: User, browser: Client
) -> None:
    left = browser.get(f"{PAGE}/connect/google")
    asked = parse_qs(urlsplit(left["Location"]).query)
    assert (asked["code_challenge_method"], asked["access_type"], asked["prompt"]) == (
        ["S256"],
        ["offline"],
        ["consent"],
    )
    back = signed_in(left["Location"], OF_COMPANY)
    assert browser.get(back.removeprefix("http://testserver"))["Location"] == PAGE
    mailbox = Mailbox.objects.get()
    assert (mailbox.user, mailbox.address, mailbox.is_central) == (sam, OF_COMPANY, False)

    assert look(mailbox.pk).listed == 0
    inbox = Label.objects.get(role="inbox")
    choose_labels(mailbox, {inbox.pk: True}, origin="user", actor=sam.email, now=AT - 60)
    assert look(mailbox.pk).listed == 0
    world = GmailWorld(google, Gmail(), {}, OF_COMPANY, "user000@us.example")
    ref = world.put(mail(K1, [OF_COMPANY], id="new@acme.com", at=int(time.time())), "INBOX")
    world.put(
        mail("stranger@nowhere.org", [OF_COMPANY], id="strange@nowhere.org", at=int(time.time())), "INBOX"
    )
    assert look(mailbox.pk).listed == 2
    assert (Engagement.objects.count(), Copy.objects.count()) == (1, 2)
    assert decisions() == {("import", "imported"): 1, ("skip", "unknown_sender"): 1}
    whole = [line for line in google.log if "format=raw" in line]
    assert whole == [f"GET /gmail/v1/users/me/messages/{ref}?format=raw&fields=raw"]


def test_mailbox_of_somebody_else_is_not_connected_M14(google: Shim, browser: Client) -> None:
    left = browser.get(f"{PAGE}/connect/google")
    back = signed_in(left["Location"], "user001@us.example")
    assert browser.get(back.removeprefix("http://testserver")).status_code == 422
    assert Mailbox.objects.count() == 0


def test_code_is_good_once_and_only_in_the_browser_that_began(
    google: Shim, sam: User, browser: Client
) -> None:
    back = signed_in(browser.get(f"{PAGE}/connect/google")["Location"], OF_COMPANY).removeprefix(
        "http://testserver"
    )
    other = Client()
    other.force_login(sam.login)
    assert [each.get(back).status_code for each in (other, browser, browser)] == [400, 302, 400]
    assert Mailbox.objects.count() == 1
