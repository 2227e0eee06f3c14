"""How a mailbox is opened: settings laid over one another, secrets encrypted, budgets shared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from postroom.actions.add_users import add_users
from postroom.actions.mailbox_access import access_of, provider_for, settings_for
from postroom.actions.mailbox_secrets import opened, sealed
from postroom.core.trouble import NotAllowed, TryLater
from postroom.stopping import Stopping
from postroom.store.models import Budget, Mailbox, Source, User, Workspace

SOURCE_SECRET = {"client_secret": "c-secret", "service_account": '{"private_key": "k"}'}


@pytest.fixture
def source(workspace: Workspace) -> Source:
    return Source.objects.create(
        workspace=workspace,
        name="Google Workspace",
        kind="google",
        settings={"client_id": "client-1"},
        sealed_secret=sealed(SOURCE_SECRET),
        created_by="boss@us.com",
    )


@pytest.fixture
def mailbox(source: Source, admin: User) -> Mailbox:
    return Mailbox.objects.create(
        workspace=source.workspace,
        user=admin,
        source=source,
        address="boss@us.com",
        sealed_secret=sealed({"refresh_token": "r-1"}),
        connected_at=datetime.now(UTC),
        connected_by="boss@us.com",
    )


def test_own_connection_gets_its_own_secret_and_the_clients_but_not_the_service_account_M2(
    mailbox: Mailbox,
) -> None:
    access = access_of(mailbox)

    assert (access.address, access.is_central) == ("boss@us.com", False)
    assert access.secret == {"client_secret": "c-secret", "refresh_token": "r-1"}
    assert access.settings == {
        "client_id": "client-1",
        "api": "https://gmail.googleapis.com",
        "directory": "https://admin.googleapis.com",
        "token": "https://oauth2.googleapis.com/token",
    }


def test_central_connection_gets_the_secret_of_its_source_and_no_settings_of_the_mailbox_M2(
    mailbox: Mailbox,
) -> None:
    mailbox.is_central, mailbox.settings = True, {"client_id": "of the user"}

    access = access_of(mailbox)

    assert access.is_central
    assert access.secret == SOURCE_SECRET
    assert access.settings["client_id"] == "client-1"
    access.keep_secret({"refresh_token": "of nobody"})
    mailbox.refresh_from_db()
    assert opened(mailbox.sealed_secret) == {"refresh_token": "r-1"}


@pytest.mark.parametrize("is_central", [True, False])
def test_a_mailbox_whose_address_is_the_users_no_more_is_not_opened_M14(
    mailbox: Mailbox, is_central: bool
) -> None:
    add_users(
        mailbox.workspace,
        [{"email": "boss@us.com", "aliases": ["chief@us.com"]}, {"email": "sam@us.com"}],
        actor="boss@us.com",
    )
    mailbox.address, mailbox.is_central = "chief@us.com", is_central
    assert access_of(mailbox).address == "chief@us.com"

    add_users(
        mailbox.workspace,
        [{"email": "boss@us.com", "aliases": []}, {"email": "sam@us.com", "aliases": ["chief@us.com"]}],
        actor="boss@us.com",
    )

    with pytest.raises(NotAllowed) as error:
        access_of(mailbox)
    assert error.value.code == "not_your_address"


def test_nothing_of_a_secret_stands_readable_in_the_database_S1(mailbox: Mailbox) -> None:
    mailbox.refresh_from_db()
    kept = bytes(mailbox.sealed_secret) + bytes(mailbox.source.sealed_secret)

    assert opened(mailbox.sealed_secret) == {"refresh_token": "r-1"}
    for secret in (b"r-1", b"c-secret", b"private_key"):
        assert secret not in kept


def test_a_secret_given_anew_is_kept_and_the_next_one_too_S1(mailbox: Mailbox) -> None:
    access = access_of(mailbox)

    access.keep_secret({"refresh_token": "r-2", "client_secret": "c-secret"})
    access.keep_secret({"refresh_token": "r-3"})

    mailbox.refresh_from_db()
    assert opened(mailbox.sealed_secret) == {"refresh_token": "r-3"}


def test_a_secret_given_anew_does_not_replace_that_of_a_newer_connection_M14(mailbox: Mailbox) -> None:
    access = access_of(mailbox)
    Mailbox.objects.filter(pk=mailbox.pk).update(sealed_secret=sealed({"refresh_token": "signed in again"}))

    access.keep_secret({"refresh_token": "late"})

    mailbox.refresh_from_db()
    assert opened(mailbox.sealed_secret) == {"refresh_token": "signed in again"}


def test_a_secret_given_anew_does_not_come_back_after_disconnecting_M14(mailbox: Mailbox) -> None:
    access = access_of(mailbox)
    Mailbox.objects.filter(pk=mailbox.pk).update(sealed_secret=None, connected_at=None)

    access.keep_secret({"refresh_token": "late"})

    mailbox.refresh_from_db()
    assert mailbox.sealed_secret is None


def test_only_the_source_and_the_installation_say_what_hosts_and_plain_text_are_allowed_S4(
    source: Source,
) -> None:
    source.kind, source.settings = "imap", {"host": "mail.us.com"}

    settings = settings_for(
        source, {"host": "imap.other.net", "allow_plain": True, "allowed_hosts": ["10.0.0.1"]}
    )

    assert settings == {"host": "imap.other.net", "allow_plain": False, "allowed_hosts": []}


def test_the_provider_is_that_of_the_sources_kind(mailbox: Mailbox) -> None:
    mailbox.source.kind = "memory"
    pytest.importorskip("postroom.providers.memory")

    assert provider_for(mailbox).kind == "memory"


def test_a_budget_is_shared_by_all_who_open_the_mailbox_and_refuses_with_a_time_to_wait(
    mailbox: Mailbox,
) -> None:
    one, other = access_of(mailbox), access_of(mailbox)
    one.spend("mailbox", 60, 100, 600)
    other.spend("mailbox", 40, 100, 600)
    other.spend("source", 1, 100, 600)

    with pytest.raises(TryLater) as refused:
        one.spend("mailbox", 1, 100, 600)

    assert refused.value.code == "budget_spent"
    assert 60 < (refused.value.after_seconds or 0) <= 600
    assert sorted(Budget.objects.values_list("key", "spent")) == [
        (f"mailbox {mailbox.pk}", 100),
        (f"source {mailbox.source_id}", 1),
    ]


def test_a_budget_that_is_whole_again_soon_is_waited_for(mailbox: Mailbox) -> None:
    access = access_of(mailbox)

    for _ in range(3):
        access.spend("mailbox", 100, 100, 1)

    assert Budget.objects.get().spent == 100


def test_whoever_is_stopping_waits_for_no_budget(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Stopping()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        stop.set()

    monkeypatch.setattr("postroom.actions.mailbox_access.time.sleep", sleep)
    access = access_of(mailbox, is_stopping=stop.is_set)
    access.spend("mailbox", 100, 100, 50)

    with pytest.raises(TryLater) as refused:
        access.spend("mailbox", 1, 100, 50)

    assert refused.value.code == "budget_spent"
    assert 0 < (refused.value.after_seconds or 0) <= 50
    assert slept == [0.5]


def test_a_budget_is_whole_again_when_its_span_is_over(mailbox: Mailbox) -> None:
    access = access_of(mailbox)
    access.spend("mailbox", 100, 100, 60)
    Budget.objects.update(span_began_at=1)

    access.spend("mailbox", 7, 100, 60)

    assert Budget.objects.get().spent == 7
