"""The contract of the provider port: what every provider does, whatever keeps the mailboxes. See README.md.

A provider's own tests subclass ``ProviderContract``, give the fixture ``world``, and say by the class attributes what
their server cannot. Where it can be read with one secret for all mailboxes they subclass ``CentralContract`` too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from contract_changes import ChangesContract, LabelContract, StartOverContract
from contract_looks import by_role, everything, everything_of, from_now
from contract_mails import HeadContract, ListContract, WholeContract
from contract_world import AT, CentralWorld, World, a_mail

from postroom.core.trouble import ProviderError, SignInAgain
from postroom.providers.port import Access, OpenMailbox

CANARY = b"canary@contract.example"


class ProviderContract(
    LabelContract, ChangesContract, StartOverContract, ListContract, HeadContract, WholeContract
):
    """What every provider does."""

    roles: ClassVar[frozenset[str]] = frozenset({"inbox", "sent", "drafts", "spam", "trash"})
    """The roles that labels of a new mailbox of the server have."""
    tells_removed: ClassVar[bool] = True
    """Whether ``changes`` names all that is out of a label; else only a comparison finds it."""
    more_than_a_page: ClassVar[int] = 25
    """So many mails are more than one page of ``list``, as the world set it up, and of ``changes`` where that has
    pages; at most 500. 0: the pages of ``list`` have no end."""
    altered: ClassVar[frozenset[str]] = frozenset()
    """The mails of ``EXACT`` of which the server itself, not the provider, changes bytes when it takes them in."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        raise NotImplementedError

    @pytest.fixture
    def mailbox(self, world: World) -> Iterator[OpenMailbox]:
        with world.provider.open(world.mine) as mailbox:
            yield mailbox

    def test_signing_in_is_no_request(self, mailbox: OpenMailbox) -> None:
        assert mailbox.requests == 0

    def test_address_is_that_of_the_mailbox_or_unknown_M14(self, world: World, mailbox: OpenMailbox) -> None:
        assert mailbox.address() in (world.mine.address, "")

    def test_wrong_credentials_ask_to_sign_in_again_M14(self, world: World) -> None:
        with pytest.raises(SignInAgain), world.provider.open(world.wrong):
            pass

    def test_what_it_says_of_wrong_credentials_holds_no_address_and_no_secret_S7(self, world: World) -> None:
        with pytest.raises(SignInAgain) as caught, world.provider.open(world.wrong):
            pass
        assert not [text for text in _private(world.wrong) if text in f"{caught.value} {caught.value!r}"]

    def test_mailbox_of_somebody_else_is_never_read(self, world: World, mailbox: OpenMailbox) -> None:
        world.deliver_to_them(a_mail("canary"), AT)
        world.deliver(by_role(mailbox, "inbox"), a_mail("mine"), AT)
        assert CANARY not in everything(mailbox)
        assert CANARY in everything_of(world, world.theirs)

    @pytest.mark.parametrize("swap", ["secret", "address"])
    def test_own_secret_never_opens_a_mailbox_of_somebody_else(self, world: World, swap: str) -> None:
        world.deliver_to_them(a_mail("canary"), AT)
        access = (
            replace(world.theirs, secret=world.mine.secret)
            if swap == "secret"
            else replace(world.mine, address=world.theirs.address)
        )
        try:
            seen = everything_of(world, access)
        except ProviderError:
            seen = b""
        assert CANARY not in seen

    def test_waiting_for_nothing_ends(self, world: World, mailbox: OpenMailbox) -> None:
        ref = world.add_label("Project X")
        from_now(mailbox, ref)
        assert mailbox.wait(ref, 0.05) is False


class CentralContract:
    """What every provider does that reads all mailboxes with one secret (M2)."""

    @pytest.fixture
    def world(self) -> Iterator[CentralWorld]:
        raise NotImplementedError

    def test_one_secret_opens_each_mailbox_and_no_other_at_once_M2(self, world: CentralWorld) -> None:
        world.deliver_to_them(a_mail("canary"), AT)
        with world.provider.open(world.central) as mailbox:
            world.deliver(by_role(mailbox, "inbox"), a_mail("mine"), AT)
        mine = everything_of(world, world.central)
        theirs = everything_of(world, replace(world.central, address=world.theirs.address))
        assert (b"mine@contract.example" in mine, CANARY in mine) == (True, False)
        assert (b"mine@contract.example" in theirs, CANARY in theirs) == (False, True)

    def test_wrong_secret_of_all_opens_none_M2(self, world: CentralWorld) -> None:
        with pytest.raises(ProviderError), world.provider.open(world.central_wrong):
            pass

    def test_address_without_a_mailbox_opens_none_M2(self, world: CentralWorld) -> None:
        nobody = replace(world.central, address=f"nobody-{world.mine.address}")
        with pytest.raises(ProviderError), world.provider.open(nobody):
            pass

    def test_check_finds_nothing_missing_M2(self, world: CentralWorld) -> None:
        good = world.central
        assert [*world.provider.check(good.settings, good.secret, good.address)] == []

    def test_check_says_what_is_missing_M2(self, world: CentralWorld) -> None:
        bad = world.central_wrong
        missing = world.provider.check(bad.settings, bad.secret, bad.address)
        assert missing
        assert all(each.what and each.says for each in missing)

    def test_addresses_are_those_with_a_mailbox_or_unknown_M2(self, world: CentralWorld) -> None:
        good = world.central
        addresses = world.provider.addresses(good.settings, good.secret, good.address)
        if addresses is not None:
            assert {world.mine.address, world.theirs.address} <= {*addresses}


def _private(access: Access) -> list[str]:
    return [access.address, *(text for text in access.secret.values() if text)]
