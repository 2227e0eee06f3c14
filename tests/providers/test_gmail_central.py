"""All mailboxes by one service account: whom it opens, what is missing, who has a mailbox (M2)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from gmail_answers import said
from gmail_tokens import READ
from gmail_world import SERVICE_ACCOUNT, GmailWorld, kept_world, private_key, service_account
from joserfc.jwk import RSAKey

from postroom.core.trouble import CannotEver, NotAllowed, SignInAgain, TryLater
from postroom.providers.port import Access, Missing


@pytest.fixture
def world() -> GmailWorld:
    return kept_world()


def check(world: GmailWorld, access: Access | None = None) -> list[Missing]:
    access = access or world.central
    return [*world.provider.check(access.settings, access.secret, access.address)]


def addresses(world: GmailWorld, admin: str = "sam@us.example") -> list[str] | None:
    found = world.provider.addresses(world.central.settings, world.central.secret, admin)
    return None if found is None else [*found]


def delegate(world: GmailWorld, *scopes: str) -> None:
    world.shim.delegated[SERVICE_ACCOUNT] = (RSAKey.import_key(private_key()), {*scopes})


# Opening


def test_service_account_opens_one_users_mailbox_at_a_time_M2(world: GmailWorld) -> None:
    for address in (world.mine.address, world.theirs.address):
        with world.provider.open(replace(world.central, address=address)) as mailbox:
            assert mailbox.address() == address
    assert [issued.email for issued in world.shim.issued.values()] == ["sam@us.example", "lea@us.example"]
    assert [issued.scopes for issued in world.shim.issued.values()] == [{READ}, {READ}]


def test_address_that_google_does_not_know_has_no_mailbox_M2(world: GmailWorld) -> None:
    with pytest.raises(CannotEver, match=r"^no_mailbox$"):
        world.provider.open(replace(world.central, address="nobody@us.example"))


def test_alias_opens_the_mailbox_of_its_user_where_the_directory_tells_M2(world: GmailWorld) -> None:
    world.shim.directory.users[1]["aliases"] = ["leah@us.example"]
    alias = replace(world.central, address="leah@us.example")
    with pytest.raises(CannotEver, match=r"^no_mailbox$"):
        world.provider.open(alias)
    asked = replace(alias, settings={**alias.settings, "admin": "sam@us.example"})
    with world.provider.open(asked) as mailbox:
        assert (mailbox.requests, mailbox.address()) == (0, "lea@us.example")
    for nobody in (
        replace(asked, address="leo@us.example"),
        replace(asked, settings={**asked.settings, "admin": "x@y.z"}),
    ):
        with pytest.raises(CannotEver, match=r"^no_mailbox$"):
            world.provider.open(nobody)


def test_key_that_was_deleted_is_for_the_admin_to_renew_M2(world: GmailWorld) -> None:
    with pytest.raises(SignInAgain, match=r"^grant_refused$"):
        world.provider.open(world.central_wrong)


def test_scope_that_is_not_delegated_is_not_allowed_M2(world: GmailWorld) -> None:
    delegate(world)
    with pytest.raises(NotAllowed, match=r"^client_not_allowed$"):
        world.provider.open(world.central)


def test_where_the_key_says_that_tokens_come_from_is_never_asked_S4(world: GmailWorld) -> None:
    key = json.loads(world.central.secret["service_account"])
    assert key["token_uri"] == "https://evil.example/token"
    settings = {**world.central.settings, "token": "https://google.example/token"}
    transport, hosts = world.shim.as_transport(), []
    handle = transport.handler

    def noted(request):  # type: ignore[no-untyped-def]
        hosts.append(request.url.host)
        return handle(request)

    transport.handler = noted
    world.provider._transport = transport
    with world.provider.open(replace(world.central, settings=settings)) as mailbox:
        mailbox.address()
    assert hosts == ["google.example", "gmail.googleapis.com"]


@pytest.mark.parametrize(
    "key", ["", "no json", "[]", "{}", '{"type": "authorized_user"}', '{"type": "service_account"}']
)
def test_key_that_is_none_is_set_up_wrongly(world: GmailWorld, key: str) -> None:
    with pytest.raises(CannotEver, match=r"^key_unreadable$"):
        world.provider.open(replace(world.central, secret={"service_account": key}))


# What is missing


def test_nothing_is_missing_where_the_mailbox_opens_M2(world: GmailWorld) -> None:
    assert check(world) == []
    assert world.shim.log == ["POST /token", "GET /gmail/v1/users/me/profile"]


def test_delegation_that_is_missing_is_told_with_client_and_scope_M2(world: GmailWorld) -> None:
    delegate(world, "https://www.googleapis.com/auth/calendar")
    [missing] = check(world)
    assert missing.what == "delegation"
    assert (
        "add the client ID 1234567890 with the scope https://www.googleapis.com/auth/gmail.readonly"
        in missing.says
    )
    assert missing.says.endswith("Google says: Client is unauthorized to retrieve access tokens using this method, or "
                                 "client not authorized for any of the scopes requested.")  # fmt: skip


def test_api_that_is_not_enabled_is_told_with_the_project_M2(world: GmailWorld) -> None:
    world.shim.fail(
        "/profile", said(403, "accessNotConfigured", "Gmail API has not been used in project 12.")
    )
    [missing] = check(world)
    assert missing == (
        "gmail_api",
        "The Gmail API is not enabled. In the Google Cloud console, under APIs & Services, Library, enable it in the "
        "project mail-of-us. Google says: Gmail API has not been used in project 12.",
    )


@pytest.mark.parametrize("number", [0, 1])
def test_key_that_is_no_good_is_told_M2(world: GmailWorld, number: int) -> None:
    wrong = [service_account(private_key(1)), "no key"][number]
    [missing] = check(world, replace(world.central, secret={"service_account": wrong}))
    assert missing.what == "service_account"
    assert missing.says.startswith("This is not the key of a service account that Google knows.")
    assert missing.says.endswith(("Google says: Invalid JWT Signature.", "give the whole file.")[number])


def test_user_without_gmail_is_told_M2(world: GmailWorld) -> None:
    [unknown] = check(world, replace(world.central, address="nobody@us.example"))
    world.shim.fail("/profile", said(400, "failedPrecondition", "Mail service not enabled"))
    [switched_off] = check(world)
    assert [unknown.what, switched_off.what] == ["mailbox", "mailbox"]
    assert unknown.says == (
        "Google has no mailbox for nobody@us.example. Give the primary address of a user with Gmail switched on. "
        "Google says: Invalid email or User ID"
    )


def test_what_is_refused_otherwise_is_told_in_googles_words_M2(world: GmailWorld) -> None:
    world.shim.fail("/profile", said(403, "forbidden", "Delegation denied for somebody."))
    [missing] = check(world)
    assert (missing.what, missing.says.endswith("Google says: Delegation denied for somebody.")) == (
        "refused",
        True,
    )


def test_check_while_google_is_away_is_for_later_M14(world: GmailWorld) -> None:
    world.shim.fail("/profile", said(503, "backendError"), times=10)
    with pytest.raises(TryLater, match=r"^unavailable$"):
        check(world)


# Who has a mailbox


def test_addresses_are_of_all_pages_with_aliases_and_only_with_a_mailbox_M2(world: GmailWorld) -> None:
    world.shim.directory.users += [
        {"primaryEmail": "Zoë@Us.Example", "aliases": ["z@us.example", "no address"], "isMailboxSetup": True},
        {"primaryEmail": "gone@us.example", "suspended": True, "isMailboxSetup": True},
        {"primaryEmail": "printer@us.example", "isMailboxSetup": False},
        {"primaryEmail": "max@us.example", "nonEditableAliases": ["max@us.example.test-google-a.com"]},
    ]
    assert addresses(world) == [
        "sam@us.example",
        "lea@us.example",
        "zoë@us.example",
        "z@us.example",
        "max@us.example",
        "max@us.example.test-google-a.com",
    ]
    assert sum("/directory/" in line for line in world.shim.log) == 3


def test_addresses_are_unknown_without_an_administrator_or_the_scope_M2(world: GmailWorld) -> None:
    assert addresses(world, "") is None
    assert addresses(world, "lea@us.example") is None
    assert addresses(world, "nobody@us.example") is None
    delegate(world, READ)
    # The scope is in force until the token ends.
    world.shim.directory.admins.add("max@us.example")
    world.shim.mailboxes.add("max@us.example")
    assert addresses(world, "max@us.example") is None


def test_company_without_users_has_no_addresses(world: GmailWorld) -> None:
    world.shim.directory.users.clear()
    assert addresses(world) == []


def test_list_of_users_that_goes_in_circles_is_noticed_row_43(world: GmailWorld) -> None:
    world.shim.directory.page = 0
    with pytest.raises(CannotEver, match=r"^protocol$"):
        addresses(world)
