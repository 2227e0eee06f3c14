"""Setting up what mailboxes are read through: mistakes named beside their field, secrets never told (M1, M2, S1)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from postroom.actions.mailbox_secrets import opened, sealed
from postroom.actions.mailbox_source import set_up_source, shown_source, ways_to_connect
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Label, Mailbox, Source, User, Workspace
from postroom.store.write.sources import store_source

ACTOR = "boss@us.com"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = {"client_id": "c-1", "client_secret": "s-1"}
MASTER = {"host": "imap.us.com", "master_user": "reader", "master_password": " m p "}


@lru_cache(maxsize=1)
def service_account() -> str:
    """The JSON key of a made-up service account."""
    return json.dumps(
        {
            "type": "service_account",
            "client_id": "1234567890",
            "client_email": "reader@project.iam.gserviceaccount.com",
            "private_key_id": "k-1",
            "private_key": RSAKey.generate_key(2048).as_pem(private=True).decode(),
        }
    )


def a_mailbox(source: Source, user: User, **fields: Any) -> Mailbox:
    """A connected mailbox of the user's."""
    return Mailbox.objects.create(
        **{
            "workspace": source.workspace,
            "user": user,
            "source": source,
            "address": user.email,
            "connected_at": datetime.now(UTC),
            "connected_by": ACTOR,
        }
        | fields
    )


def refused(workspace: Workspace, kind: str, sent: Any) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refusal:
        set_up_source(workspace, kind, sent, actor=ACTOR)
    return refusal.value.reason, refusal.value.field


@pytest.mark.parametrize(
    ("kind", "name"), [("google", "Google Workspace"), ("microsoft", "Microsoft 365"), ("imap", "IMAP")]
)
def test_a_source_feeds_both_lenses_and_goes_back_a_year_F5(
    workspace: Workspace, kind: str, name: str
) -> None:
    source = set_up_source(workspace, kind, {}, actor=ACTOR)

    assert (source.kind, source.name, source.created_by) == (kind, name, ACTOR)
    assert (source.feeds_customer, source.feeds_people, source.is_central) == (True, True, False)
    assert source.crawling_depth == (datetime.now(UTC) - timedelta(days=365)).date()


def test_there_is_one_of_each_kind_and_its_name_gives_way_to_others(workspace: Workspace) -> None:
    store_source(workspace, "IMAP", False, True, None, ACTOR)

    first = set_up_source(workspace, "imap", {}, actor=ACTOR)
    again = set_up_source(workspace, "imap", {"host": "imap.us.com"}, actor=ACTOR)

    assert (first.pk, first.name) == (again.pk, "IMAP 2")


def test_an_unknown_kind_is_not_there(workspace: Workspace) -> None:
    for kind in ("api", "memory", "exchange"):
        with pytest.raises(NotFound):
            set_up_source(workspace, kind, {}, actor=ACTOR)


def test_what_is_not_named_stays_and_null_takes_out(workspace: Workspace) -> None:
    set_up_source(workspace, "google", {**CLIENT, "units_per_minute": 15000}, actor=ACTOR)
    source = set_up_source(workspace, "google", {"client_secret": "s-2"}, actor=ACTOR)

    assert source.settings == {"client_id": "c-1", "units_per_minute": 15000}
    assert opened(source.sealed_secret) == {"client_secret": "s-2"}

    source = set_up_source(workspace, "google", {"client_id": None, "client_secret": ""}, actor=ACTOR)

    assert (source.settings, source.sealed_secret) == ({"units_per_minute": 15000}, None)


def test_secrets_are_encrypted_and_only_their_names_are_told_S1(workspace: Workspace) -> None:
    source = set_up_source(workspace, "imap", MASTER, actor=ACTOR)

    source.refresh_from_db()
    assert opened(source.sealed_secret) == {"master_user": "reader", "master_password": " m p "}
    assert b"m p" not in bytes(source.sealed_secret)
    shown = shown_source(source)
    assert shown.settings == {"host": "imap.us.com", "port": 993, "security": "tls"}
    assert shown.secrets == {"master_user", "master_password"}
    assert " m p " not in repr(shown)
    assert (shown.can_be_central, shown.has_client) == (True, False)


@pytest.mark.parametrize(
    ("kind", "sent", "reason", "field"),
    [
        ("google", {"client_id": "c"}, "client_incomplete", "client_secret"),
        ("google", {"client_secret": "s"}, "client_incomplete", "client_id"),
        ("google", {"service_account": "{"}, "service_account_invalid", "service_account"),
        ("google", {"service_account": "[" * 100_000}, "service_account_invalid", "service_account"),
        (
            "google",
            {"service_account": '{"type": "authorized_user"}'},
            "service_account_invalid",
            "service_account",
        ),
        (
            "google",
            {"service_account": '{"type": "service_account"}'},
            "service_account_invalid",
            "service_account",
        ),
        ("google", {"service_account": {}}, "wrong_type", "service_account"),
        ("google", {"admin": "boss"}, "email_invalid", "admin"),
        ("google", {"units_per_minute": 0}, "units_invalid", "units_per_minute"),
        ("google", {"units_per_minute": True}, "units_invalid", "units_per_minute"),
        ("google", {"tenant": TENANT}, "unknown_field", "tenant"),
        ("google", {"client_secret": "a\nb", "client_id": "c"}, "text_invalid", "client_secret"),
        ("microsoft", {"tenant": "common", **CLIENT}, "tenant_invalid", "tenant"),
        ("microsoft", CLIENT, "client_incomplete", "tenant"),
        ("microsoft", {"tenant": TENANT, "client_id": "c"}, "client_incomplete", "client_secret"),
        ("imap", {"host": "https://imap.us.com"}, "host_invalid", "host"),
        ("imap", {"host": "imap us"}, "host_invalid", "host"),
        ("imap", {"host": "imap.us.com:993"}, "host_invalid", "host"),
        ("imap", {"host": "a..b"}, "host_invalid", "host"),
        ("imap", {"port": 0}, "port_invalid", "port"),
        ("imap", {"port": "993"}, "port_invalid", "port"),
        ("imap", {"security": "ssl"}, "security_unknown", "security"),
        ("imap", {"security": ["tls"]}, "security_unknown", "security"),
        ("imap", {"host": "imap.us.com", "security": "none"}, "plain_not_allowed", "security"),
        ("imap", {"host": "imap.us.com", "master_user": "r"}, "master_incomplete", "master_password"),
        ("imap", {"master_user": "r", "master_password": "p"}, "master_incomplete", "host"),
        ("imap", {"separator": "a b"}, "separator_invalid", "separator"),
        ("imap", "host", "not_an_object", None),
    ],
)
def test_each_mistake_is_named_beside_its_field_and_nothing_is_stored(
    workspace: Workspace, kind: str, sent: Any, reason: str, field: str | None
) -> None:
    assert refused(workspace, kind, sent) == (reason, field)
    assert not Source.objects.exists()


def test_a_service_account_is_taken_as_google_made_it_M2(workspace: Workspace) -> None:
    source = set_up_source(
        workspace, "google", {"service_account": service_account(), "admin": "Boss@US.com"}, actor=ACTOR
    )

    shown = shown_source(source)
    assert (shown.settings, shown.secrets) == ({"admin": "boss@us.com"}, {"service_account"})
    assert (shown.can_be_central, shown.has_client) == (True, False)


def test_reading_without_encryption_is_for_an_administrator_to_allow_S4(workspace: Workspace) -> None:
    sent = {"host": "IMAP.us.com.", "security": "none", "allow_plain": True}
    source = set_up_source(workspace, "imap", sent, actor=ACTOR)

    assert source.settings == {"host": "imap.us.com", "port": 143, "security": "none", "allow_plain": True}
    assert refused(workspace, "imap", {"allow_plain": False}) == ("plain_not_allowed", "security")


def test_what_all_mailboxes_are_read_with_is_not_taken_out_under_them_M2(workspace: Workspace) -> None:
    source = set_up_source(workspace, "imap", MASTER, actor=ACTOR)
    Source.objects.update(is_central=True)

    assert refused(workspace, "imap", {"master_user": None, "master_password": None}) == (
        "central_is_on",
        None,
    )
    source.refresh_from_db()
    assert opened(source.sealed_secret)["master_user"] == "reader"


def test_a_new_secret_has_waiting_mailboxes_looked_at_at_once_M14(workspace: Workspace, admin: User) -> None:
    source = set_up_source(workspace, "imap", MASTER, actor=ACTOR)
    mailbox = a_mailbox(source, admin, is_central=True, trouble="sign_in_again", tries=9, look_at=2**40)

    set_up_source(workspace, "imap", {}, actor=ACTOR)
    mailbox.refresh_from_db()
    assert (mailbox.look_at, mailbox.tries) == (2**40, 9)

    set_up_source(workspace, "imap", {"master_password": "new"}, actor=ACTOR)
    mailbox.refresh_from_db()
    assert mailbox.look_at < 2**40 and mailbox.tries == 0


def test_another_host_has_the_central_mailboxes_followed_from_anew_and_keeps_what_is_selected_M13(
    workspace: Workspace, admin: User
) -> None:
    source = set_up_source(workspace, "imap", MASTER, actor=ACTOR)
    mailbox = a_mailbox(source, admin, is_central=True)
    Label.objects.create(
        mailbox=mailbox,
        ref="INBOX",
        selected_at=5,
        starts_at=5,
        cursor={"uidnext": "7"},
        begun_at=6,
        walked_to=5,
    )

    set_up_source(workspace, "imap", {"host": "new.us.com", "master_password": "m"}, actor=ACTOR)

    label = Label.objects.get()
    assert (label.selected_at, label.starts_at) == (5, 5)
    assert (label.cursor, label.begun_at, label.walked_to) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "sent", "secret"),
    [
        ("imap", {"host": "elsewhere.net"}, "master_password"),
        ("imap", {"port": 10993}, "master_password"),
        ("imap", {"security": "starttls"}, "master_password"),
        ("imap", {"security": "none", "allow_plain": True}, "master_password"),
        ("imap", {"host": "elsewhere.net", "master_user": "other"}, "master_password"),
        ("microsoft", {"tenant": TENANT.replace("1", "9")}, "client_secret"),
    ],
)
def test_a_stored_secret_is_never_sent_to_another_place_S1(
    workspace: Workspace, kind: str, sent: dict[str, Any], secret: str
) -> None:
    first = MASTER if kind == "imap" else {"tenant": TENANT, **CLIENT}
    source = set_up_source(workspace, kind, first, actor=ACTOR)
    before = source.settings, opened(source.sealed_secret)

    assert refused(workspace, kind, sent) == ("secret_again", secret)
    source.refresh_from_db()
    assert (source.settings, opened(source.sealed_secret)) == before

    after = set_up_source(workspace, kind, {**sent, secret: "typed again"}, actor=ACTOR)
    assert opened(after.sealed_secret)[secret] == "typed again"


def test_without_its_secrets_a_mail_server_may_be_another_S1(workspace: Workspace) -> None:
    set_up_source(workspace, "imap", MASTER, actor=ACTOR)

    sent = {"host": "new.us.com", "master_user": None, "master_password": None}
    source = set_up_source(workspace, "imap", sent, actor=ACTOR)

    assert (source.settings["host"], source.sealed_secret) == ("new.us.com", None)


def test_imap_is_always_a_way_and_others_once_their_client_is_set_up_M1(workspace: Workspace) -> None:
    assert ways_to_connect(workspace) == ["imap"]

    set_up_source(workspace, "google", {"service_account": service_account()}, actor=ACTOR)
    set_up_source(workspace, "microsoft", {"tenant": TENANT, **CLIENT}, actor=ACTOR)
    assert ways_to_connect(workspace) == ["microsoft", "imap"]


def test_a_secret_with_nothing_in_it_is_none() -> None:
    assert sealed({"client_secret": ""}) is None
    assert opened(None) == {}
