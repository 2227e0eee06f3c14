"""A user's own connection: tried by opening it, bound to an address of theirs, ended without a loss (M2, M3, M14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mailbox_rows import a_mailbox

from postroom.actions.add_users import add_users
from postroom.actions.connect_by_code import Granted, connect_by_code, way_of
from postroom.actions.connect_by_password import TRIES, connect_by_password
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.mailbox_access import access_of, provider_for
from postroom.actions.mailbox_secrets import opened, sealed
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.sign_in import TRIES_OF_BOTH, TooManyTries
from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.store.models import Job, Label, Listing, Mailbox, Source, User, Workspace

SAM, ALIAS = "sam@us.com", "samuel@us.com"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = {"client_id": "c-1", "client_secret": "s-1"}
PASSWORD = "an app password"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryServer]:
    """A mail server with the mailbox of sam@us.com, in the place of every provider."""
    for kind in ("imap", "google", "microsoft"):
        monkeypatch.setitem(registry._WHERE, kind, "postroom.providers.memory")  # type: ignore[index]
    with memory_server("ours") as made:
        made.add_user(SAM, password=PASSWORD)
        yield made


@pytest.fixture
def sam(workspace: Workspace) -> User:
    add_users(workspace, [{"email": SAM, "aliases": [ALIAS]}], actor="boss@us.com")
    return User.objects.select_related("workspace").get(email=SAM)


@pytest.fixture
def imap(workspace: Workspace, server: MemoryServer) -> Source:
    return _at(server, set_up_source(workspace, "imap", {"host": "imap.us.com"}, actor="boss@us.com"))


@pytest.fixture
def google(workspace: Workspace, server: MemoryServer) -> Source:
    return _at(server, set_up_source(workspace, "google", CLIENT, actor="boss@us.com"))


def _at(server: MemoryServer, source: Source) -> Source:
    source.settings["server"] = "ours"
    source.save()
    return source


def connect(user: User, client: str = "10.1.1.1", **sent: Any) -> Mailbox | TooManyTries:
    given = {"username": SAM, "password": PASSWORD} | sent
    return connect_by_password(user, given, actor=user.email, client=client)


def refused(user: User, **sent: Any) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refusal:
        connect(user, **sent)
    return refusal.value.reason, refusal.value.field


def reason_of(act: Callable[..., object], *given: Any, **more: Any) -> str:
    with pytest.raises(Rejected) as refusal:
        act(*given, **more)
    return refusal.value.reason


def token_of(server: MemoryServer, address: str = SAM) -> str:
    return server._mailboxes[address].refresh_token


def by_code(user: User, server: MemoryServer, kind: str = "google", **granted: Any) -> Mailbox:
    given = {"refresh_token": token_of(server), "scope": "", "address": SAM} | granted
    return connect_by_code(user, kind, Granted(**given), actor=user.email)


# By password


def test_an_imap_mailbox_is_connected_with_nothing_selected_M3(imap: Source, sam: User) -> None:
    mailbox = connect(sam)

    assert isinstance(mailbox, Mailbox)
    assert (mailbox.source, mailbox.address, mailbox.is_central) == (imap, SAM, False)
    assert (mailbox.connected_by, mailbox.connected_at is not None) == (SAM, True)
    assert mailbox.settings == {"host": "imap.us.com", "port": 993, "security": "tls", "username": SAM}
    assert opened(mailbox.sealed_secret) == {"password": PASSWORD}
    assert PASSWORD.encode() not in bytes(mailbox.sealed_secret or b"")
    assert not Label.objects.filter(selected_at__isnull=False).exists()
    with provider_for(mailbox).open(access_of(mailbox)) as box:
        assert box.address() == SAM


def test_the_source_of_imap_is_made_when_the_first_user_connects_M1(sam: User, server: MemoryServer) -> None:
    with pytest.raises(KeyError):  # the memory knows no server of this user's
        connect(sam, host="imap.other.net")

    source = Source.objects.get()
    assert (source.kind, source.created_by, source.feeds_customer, source.feeds_people) == (
        "imap",
        SAM,
        True,
        True,
    )
    assert source.crawling_depth is not None


def test_a_host_of_ones_own_takes_the_place_of_the_sources(imap: Source, sam: User) -> None:
    mailbox = connect(sam, host="IMAP.other.net", security="starttls")

    assert isinstance(mailbox, Mailbox)
    assert mailbox.settings == {
        "host": "imap.other.net",
        "port": 143,
        "security": "starttls",
        "username": SAM,
    }


@pytest.mark.parametrize(
    ("sent", "reason", "field"),
    [
        ({"host": "not a host"}, "host_invalid", "host"),
        ({"port": 70_000}, "port_invalid", "port"),
        ({"security": "ssl"}, "security_unknown", "security"),
        ({"security": "none"}, "plain_not_allowed", "security"),
        ({"username": ""}, "field_required", "username"),
        ({"password": ""}, "field_required", "password"),
        ({"username": "other@us.com"}, "not_your_address", None),
        ({"allow_plain": True}, "unknown_field", "allow_plain"),
    ],
)
def test_what_is_wrong_is_named_and_no_server_is_asked(
    imap: Source, sam: User, server: MemoryServer, sent: dict[str, Any], reason: str, field: str | None
) -> None:
    assert refused(sam, **sent) == (reason, field)
    assert not Mailbox.objects.exists()
    assert server.faults.requests == {}


def test_without_any_host_one_has_to_be_named(workspace: Workspace, server: MemoryServer, sam: User) -> None:
    _at(server, set_up_source(workspace, "imap", {}, actor="boss@us.com"))

    assert refused(sam) == ("field_required", "host")


def test_a_wrong_password_connects_nothing_and_is_in_no_error_S7(imap: Source, sam: User) -> None:
    with pytest.raises(SignInAgain) as error:
        connect(sam, password="a wrong secret")

    assert error.value.code == "password_refused"
    assert "a wrong secret" not in repr(error.value) + str(error.value) + error.value.told
    assert not Mailbox.objects.exists()


def test_failed_tries_are_counted_as_those_to_sign_in_are_S2(
    imap: Source, sam: User, server: MemoryServer
) -> None:
    for _ in range(TRIES_OF_BOTH):
        with pytest.raises(SignInAgain):
            connect(sam, password="wrong")

    assert connect(sam) == TooManyTries()
    assert server.faults.requests["open"] == TRIES_OF_BOTH
    assert isinstance(connect(sam, client="10.9.9.9"), Mailbox)


def test_one_user_has_so_many_tries_from_wherever_S2(imap: Source, sam: User, server: MemoryServer) -> None:
    for count in range(TRIES):
        with pytest.raises(SignInAgain):
            connect(sam, client=f"10.1.1.{count}", password="wrong")

    assert connect(sam, client="10.2.2.2") == TooManyTries()


@pytest.mark.parametrize("trouble", [CannotEver("host_refused"), TryLater("unreachable")])
def test_what_refuses_no_password_is_no_wrong_one_S2(
    trouble: ProviderError, imap: Source, sam: User, server: MemoryServer
) -> None:
    for _ in range(TRIES + 1):
        server.faults.fail_next("open", trouble)
        with pytest.raises(type(trouble)):
            connect(sam)
        assert refused(sam, username="kate@us.com") == ("not_your_address", None)

    assert isinstance(connect(sam), Mailbox)


def test_wrong_passwords_stay_counted_whatever_else_fails_between_them_S2(
    imap: Source, sam: User, server: MemoryServer
) -> None:
    for _ in range(TRIES_OF_BOTH):
        server.faults.fail_next("open", CannotEver("host_refused"))
        with pytest.raises(CannotEver):
            connect(sam)
        with pytest.raises(SignInAgain):
            connect(sam, password="wrong")

    assert connect(sam) == TooManyTries()


def test_a_user_name_that_is_no_address_stands_for_the_users_own_M14(imap: Source, sam: User) -> None:
    mailbox = connect(sam, username="sam")

    assert isinstance(mailbox, Mailbox)
    assert (mailbox.address, mailbox.settings["username"]) == (SAM, "sam")


def test_another_plain_user_name_at_the_same_server_is_another_mailbox_M14(imap: Source, sam: User) -> None:
    connect(sam, username="sam")

    assert refused(sam, username="jane") == ("another_mailbox", None)
    assert refused(sam, username=SAM) == ("another_mailbox", None)
    assert isinstance(connect(sam, username="sam"), Mailbox)


def test_a_mailbox_by_an_address_is_bound_to_that_user_name_at_its_server_M14(
    imap: Source, sam: User
) -> None:
    connect(sam, username=SAM)

    assert refused(sam, username="bob") == ("another_mailbox", None)
    assert Mailbox.objects.get().settings["username"] == SAM
    assert isinstance(connect(sam, username="Sam@US.com"), Mailbox)
    assert isinstance(connect(sam, username="bob", host="new.us.com"), Mailbox)


# By code


def test_a_mailbox_at_google_is_connected_by_its_grant_M2(
    google: Source, sam: User, server: MemoryServer
) -> None:
    scope = "openid email https://www.googleapis.com/auth/gmail.readonly"
    mailbox = by_code(sam, server, scope=scope)

    assert (mailbox.source, mailbox.address, mailbox.is_central, mailbox.settings) == (google, SAM, False, {})
    assert opened(mailbox.sealed_secret) == {"refresh_token": token_of(server)}
    assert access_of(mailbox).secret == {"client_secret": "s-1", "refresh_token": token_of(server)}


def test_a_token_replaced_while_connecting_is_the_one_that_is_kept_S1(
    google: Source, sam: User, server: MemoryServer
) -> None:
    server.rotates_tokens = True
    first = token_of(server)

    mailbox = by_code(sam, server)

    assert opened(mailbox.sealed_secret) == {"refresh_token": token_of(server)}
    assert token_of(server) != first


def test_without_being_allowed_to_read_nothing_is_connected_M14(
    google: Source, sam: User, server: MemoryServer
) -> None:
    for granted, code in (
        ({"scope": "openid email"}, "scope_missing"),
        ({"scope": "https://www.googleapis.com/auth/gmail.send"}, "scope_missing"),
        ({"refresh_token": ""}, "no_lasting_access"),
    ):
        with pytest.raises(NotAllowed) as error:
            by_code(sam, server, **granted)
        assert error.value.code == code
    assert not Mailbox.objects.exists()


def test_the_mailbox_says_whose_it_is_not_the_person_M14(
    google: Source, sam: User, server: MemoryServer
) -> None:
    """The id token vouches for Sam's address; the grant opens the mailbox of somebody else."""
    server.add_user("jane@us.com")
    server._mailboxes[SAM].address = "jane@us.com"

    assert reason_of(by_code, sam, server) == "not_your_address"
    assert not Mailbox.objects.exists()


def test_where_nobody_says_whose_mailbox_it_is_nothing_is_connected_M14(
    google: Source, sam: User, server: MemoryServer
) -> None:
    server._mailboxes[SAM].address = ""

    with pytest.raises(NotAllowed) as error:
        by_code(sam, server, address="")

    assert error.value.code == "address_unproved"
    assert not Mailbox.objects.exists()


def test_the_mailbox_alone_may_say_whose_it_is_M14(google: Source, sam: User, server: MemoryServer) -> None:
    assert by_code(sam, server, address="").address == SAM


def test_an_alias_of_the_user_is_theirs_M14(google: Source, sam: User, server: MemoryServer) -> None:
    server.add_user(ALIAS)

    mailbox = by_code(sam, server, refresh_token=token_of(server, ALIAS), address=ALIAS.title())

    assert mailbox.address == ALIAS


def test_the_grant_itself_is_in_no_text_S7() -> None:
    assert "r-secret" not in repr(Granted("r-secret", "", SAM))


def test_how_a_person_is_sent_to_each_provider_M2(workspace: Workspace) -> None:
    set_up_source(workspace, "google", CLIENT, actor="boss@us.com")
    set_up_source(workspace, "microsoft", {"tenant": TENANT, **CLIENT}, actor="boss@us.com")

    google, microsoft = way_of(workspace, "google"), way_of(workspace, "microsoft")

    assert google.provider.issuer == "https://accounts.google.com"
    assert google.scope == "openid email https://www.googleapis.com/auth/gmail.readonly"
    assert google.more == {"access_type": "offline", "prompt": "consent"}
    assert microsoft.provider.issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    graph = "https://graph.microsoft.com"
    assert microsoft.scope == f"openid email profile offline_access {graph}/User.Read {graph}/Mail.Read"
    assert (google.provider.client_id, google.provider.client_secret) == ("c-1", "s-1")


def test_a_way_that_nobody_set_up_is_refused(workspace: Workspace, sam: User) -> None:
    for kind in ("google", "microsoft"):
        assert reason_of(way_of, workspace, kind) == "way_not_set_up"
        assert reason_of(connect_by_code, sam, kind, Granted("r", "", SAM), actor=SAM) == "way_not_set_up"
    for kind in ("imap", "api"):
        with pytest.raises(NotFound):
            way_of(workspace, kind)


# Again


def test_connecting_again_heals_and_keeps_what_is_selected_M14(imap: Source, sam: User) -> None:
    mailbox = connect(sam)
    assert isinstance(mailbox, Mailbox)
    Label.objects.create(
        mailbox=mailbox, ref="INBOX", selected_at=5, starts_at=5, cursor={"at": "7"}, begun_at=6
    )
    Mailbox.objects.update(trouble="sign_in_again", trouble_code="password_refused", trouble_since=9, tries=3)

    again = connect(sam)

    assert isinstance(again, Mailbox)
    assert (again.pk, again.trouble, again.trouble_code, again.trouble_since, again.tries) == (
        mailbox.pk,
        "",
        "",
        None,
        0,
    )
    assert again.fence > mailbox.fence
    label = Label.objects.get()
    assert (label.selected_at, label.cursor, label.begun_at) == (5, {"at": "7"}, 6)


def test_another_address_of_ones_own_is_another_mailbox_M14(
    imap: Source, sam: User, server: MemoryServer
) -> None:
    server.add_user(ALIAS, password=PASSWORD)
    connect(sam)

    assert refused(sam, username=ALIAS) == ("another_mailbox", None)
    mailbox = Mailbox.objects.get()
    assert (mailbox.address, mailbox.settings["username"]) == (SAM, SAM)

    disconnect_mailbox(sam, actor=SAM)
    assert refused(sam, username=ALIAS) == ("another_mailbox", None)


def test_a_mailbox_that_was_connected_by_its_alias_is_the_same_by_its_main_address_M14(
    google: Source, sam: User, server: MemoryServer
) -> None:
    """Connecting all had found it under an alias; the provider says its main address."""
    server.remove_user(SAM)
    server.add_user(SAM, aliases=(ALIAS,))
    google.sealed_secret = sealed(
        {"client_secret": "s-1", "service_account": "key", "master_password": "master"}
    )
    google.save()
    row = a_mailbox(sam, "google", address=ALIAS, is_central=True)

    mailbox = by_code(sam, server)

    assert (mailbox.pk, mailbox.address, mailbox.is_central) == (row.pk, SAM, False)


def test_two_mailboxes_of_one_user_stay_two_M14(google: Source, sam: User, server: MemoryServer) -> None:
    server.add_user(ALIAS)
    google.sealed_secret = sealed(
        {"client_secret": "s-1", "service_account": "key", "master_password": "master"}
    )
    google.save()
    a_mailbox(sam, "google", address=ALIAS, is_central=True)

    assert reason_of(by_code, sam, server) == "another_mailbox"
    assert Mailbox.objects.get().address == ALIAS


def test_an_alias_that_is_the_users_no_more_is_no_name_of_their_mailbox_M14(
    google: Source, sam: User, server: MemoryServer
) -> None:
    server.remove_user(SAM)
    server.add_user(SAM, aliases=("else@us.com",))
    google.sealed_secret = sealed(
        {"client_secret": "s-1", "service_account": "key", "master_password": "master"}
    )
    google.save()
    a_mailbox(sam, "google", address="else@us.com", is_central=True)

    assert reason_of(by_code, sam, server) == "another_mailbox"


def test_at_another_server_labels_are_followed_from_anew_M13(
    imap: Source, google: Source, sam: User, server: MemoryServer
) -> None:
    mailbox = connect(sam)
    assert isinstance(mailbox, Mailbox)
    label = Label.objects.create(
        mailbox=mailbox, ref="INBOX", selected_at=5, starts_at=5, cursor={"at": "7"}, begun_at=6, walked_to=5
    )
    Listing.objects.create(label=label, ref="1:1", received_at=5)

    moved = by_code(sam, server)

    assert (moved.pk, moved.source) == (mailbox.pk, google)
    label.refresh_from_db()
    assert (label.selected_at, label.starts_at, label.cursor, label.begun_at, label.walked_to) == (
        5,
        5,
        None,
        None,
        None,
    )
    assert Listing.objects.get().gone_at is not None


def test_a_server_that_is_away_changes_nothing_M14(imap: Source, sam: User, server: MemoryServer) -> None:
    connect(sam)
    before = Mailbox.objects.values().get()
    server.faults.fail_next("open", TryLater("unreachable"))

    with pytest.raises(TryLater):
        connect(sam)

    assert Mailbox.objects.values().get() == before


# The end


def test_disconnecting_erases_the_secret_and_keeps_labels_M10(imap: Source, sam: User) -> None:
    mailbox = connect(sam)
    assert isinstance(mailbox, Mailbox)
    Label.objects.create(mailbox=mailbox, ref="INBOX", selected_at=5, starts_at=5)

    assert disconnect_mailbox(sam, actor=SAM) is False

    mailbox.refresh_from_db()
    assert (mailbox.connected_at, mailbox.sealed_secret, mailbox.address) == (None, None, SAM)
    assert Label.objects.get().selected_at == 5
    assert not Job.objects.exists()
    assert reason_of(disconnect_mailbox, sam, actor=SAM) == "mailbox_disconnected"


def test_a_user_without_a_mailbox_has_nothing_to_disconnect(sam: User) -> None:
    assert reason_of(disconnect_mailbox, sam, actor=SAM) == "mailbox_disconnected"


def test_what_an_administrator_connected_is_not_the_users_to_end_M2(imap: Source, sam: User) -> None:
    connect(sam)
    Mailbox.objects.update(is_central=True)

    assert reason_of(disconnect_mailbox, sam, actor=SAM) == "connected_centrally"
    assert Mailbox.objects.get().connected_at is not None


def test_where_all_are_connected_centrally_that_takes_over_M2(
    imap: Source, google: Source, sam: User
) -> None:
    connect(sam)
    Source.objects.filter(pk=google.pk).update(is_central=True)

    assert disconnect_mailbox(sam, actor=SAM) is True

    job = Job.objects.get()
    assert (job.kind, job.asked, job.actor) == ("connect_all", {"source": google.pk, "only": sam.pk}, SAM)
