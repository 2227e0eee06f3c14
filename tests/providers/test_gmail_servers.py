"""Gmail on npm's ``emulate``, by sockets: the contract, hostile mails, and never another's mail."""

from __future__ import annotations

from collections.abc import Iterator

import hostile
import pytest
from contract import CentralContract, ProviderContract
from contract_looks import by_role, everything_of, from_now, since
from contract_world import AT, a_mail
from gmail_emulate import CANARY, CANARY_TEXT, Emulate, emulate, listening
from gmail_shim import Shim
from gmail_world import GmailWorld

from postroom.core.trouble import SignInAgain
from postroom.providers.gmail import Gmail
from postroom.providers.port import Access

pytestmark = pytest.mark.servers


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulate]:
    with emulate(tmp_path_factory.mktemp("emulate")) as started:
        yield started


@pytest.fixture
def world(server: Emulate) -> Iterator[GmailWorld]:
    shim = Shim(server)
    with listening(shim) as address:
        settings = {"api": address, "directory": address, "token": f"{address}/token"}
        provider = Gmail(sleep=lambda _: None)
        yield GmailWorld(shim, provider, settings, server.next_user(), server.next_user())


class TestGmailOnEmulate(ProviderContract, CentralContract):
    more_than_a_page = 60

    @pytest.fixture
    def world(self, world: GmailWorld) -> Iterator[GmailWorld]:
        yield world


def test_hostile_mails_come_exact_to_the_byte_and_have_heads_L6(world: GmailWorld) -> None:
    mails = {world.put(raw, "INBOX"): raw for _, raw in hostile.hostile_mails() if raw}
    with world.provider.open(world.mine) as mailbox:
        fetched = {whole.ref: whole.raw for whole in mailbox.wholes("INBOX", [*mails])}
        heads = {head.ref: head for head in mailbox.heads("INBOX", [*mails])}
    assert [ref for ref, raw in mails.items() if fetched.get(ref) != raw] == []
    assert [ref for ref, raw in mails.items() if heads[ref].size != len(raw)] == []
    assert [head.header for head in heads.values() if not head.header.endswith(b"\r\n")] == []


def test_canary_is_never_read(world: GmailWorld, server: Emulate) -> None:
    told = server.ask(CANARY, "GET", "/gmail/v1/users/me/messages").json()["messages"]
    canary = server.ask(CANARY, "GET", f"/gmail/v1/users/me/messages/{told[0]['id']}", {"format": "full"})
    assert CANARY_TEXT in canary.body.decode()
    world.deliver("INBOX", a_mail("mine"), AT)
    read = everything_of(world, world.mine) + everything_of(world, world.central)
    assert (b"mine@contract.example" in read, CANARY_TEXT.encode() in read) == (True, False)
    for token in [*world.shim.issued]:
        world.shim.issued[token].good_until = 0
    with world.provider.open(world.mine) as mailbox:
        assert mailbox.address() == world.mine.address


def test_revoked_in_the_middle_of_a_look_it_asks_to_sign_in_and_goes_on_after_row_45(
    world: GmailWorld,
) -> None:
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, by_role(mailbox, "inbox"))
        world.deliver("INBOX", a_mail("missed"), AT)
        world.shim.revoke(world.mine.secret["refresh_token"])
        with pytest.raises(SignInAgain, match=r"^grant_refused$"):
            mailbox.changes("INBOX", cursor)
    again = Access(
        world.mine.address,
        world.mine.settings,
        {**world.mine.secret, "refresh_token": world.shim.grant(world.mine.address)},
    )
    with world.provider.open(again) as mailbox:
        added, removed, _ = since(mailbox, "INBOX", cursor)
        assert ([head.header[:4] for head in mailbox.heads("INBOX", added)], removed) == ([b"From"], [])
