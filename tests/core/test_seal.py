"""Keyed hashes of addresses, domains and Message-IDs, and the identity of a message (L1, F3)."""

from __future__ import annotations

from postroom.core.message import Envelope, Participant
from postroom.core.seal import Seal

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
DAY = 86_400


def envelope(
    message_id: str = "1@acme.com",
    date: int | None = DAY,
    senders: tuple[str, ...] = ("k@acme.com",),
    to: tuple[str, ...] = ("s@us.com",),
    header_block: bytes = b"digest",
) -> Envelope:
    people = [("from", a) for a in senders] + [("to", a) for a in to]
    return Envelope(
        message_id=message_id,
        date=date,
        received_at=None,
        participants=tuple(Participant(role, a, a.rpartition("@")[2]) for role, a in people),
        alternative=None,
        references=(),
        flags=(),
        defects=(),
        header_block=header_block,
    )


def test_tokens_are_16_bytes_and_the_same_every_time_L1() -> None:
    one, another = Seal(KEY), Seal(KEY)
    assert len(one.address("k@acme.com")) == 16
    assert one.sealed("k@eu.acme.com") == another.sealed("k@eu.acme.com") == one.sealed("k@eu.acme.com")


def test_another_workspace_has_other_tokens_L1() -> None:
    mine, theirs = Seal(KEY), Seal(OTHER_KEY)
    assert mine.address("k@acme.com") != theirs.address("k@acme.com")
    assert mine.domain("acme.com") != theirs.domain("acme.com")
    assert mine.message_id("1@acme.com") != theirs.message_id("1@acme.com")
    assert mine.raw(b"mail") != theirs.raw(b"mail")
    assert mine.identity(envelope()) != theirs.identity(envelope())


def test_an_address_a_domain_and_a_message_id_of_the_same_text_differ() -> None:
    seal = Seal(KEY)
    assert len({seal.address("a.com"), seal.domain("a.com"), seal.message_id("a.com")}) == 3


def test_a_sealed_address_has_its_domain_and_the_domains_above_D2() -> None:
    seal = Seal(KEY)
    sealed = seal.sealed("k@sales.eu.acme.com")
    assert sealed == (
        seal.address("k@sales.eu.acme.com"),
        seal.domain("sales.eu.acme.com"),
        (seal.domain("eu.acme.com"), seal.domain("acme.com")),
    )


def test_no_token_holds_the_address_in_clear_L1() -> None:
    sealed = Seal(KEY).sealed("k@eu.acme.com")
    everything = sealed.address + sealed.domain + b"".join(sealed.parents)
    assert [b"acme" in everything, b"k@" in everything] == [False, False]


def test_addresses_and_domains_are_remembered_up_to_a_bound_without_changing_a_token() -> None:
    seal = Seal(KEY)
    first = seal.sealed("k@d0.com")
    sizes = set()
    for number in range(5_000):
        seal.sealed(f"k@d{number}.com")
        sizes.add((len(seal._addresses), len(seal._domains)))
    assert max(sizes) == (4_096, 4_096)
    assert (seal.sealed("k@d0.com"), seal.domain("d0.com")) == (first, first.domain)


def test_one_message_is_message_id_and_sender_and_second_F3() -> None:
    identity = Seal(KEY).identity
    assert identity(envelope()) == identity(envelope(to=("other@us.com",), header_block=b"other"))
    different = {
        identity(envelope()),
        identity(envelope(message_id="2@acme.com")),
        identity(envelope(date=DAY + 1)),
        identity(envelope(date=None)),
        identity(envelope(senders=("l@acme.com",))),
        identity(envelope(senders=())),
    }
    assert len(different) == 6


def test_without_message_id_the_header_block_is_the_identity_F3() -> None:
    identity = Seal(KEY).identity
    one = identity(envelope(message_id="", header_block=b"one"))
    assert one == identity(envelope(message_id="", header_block=b"one", date=None))
    assert one != identity(envelope(message_id="", header_block=b"two"))


def test_one_byte_more_is_another_copy() -> None:
    seal = Seal(KEY)
    assert seal.raw(b"mail") != seal.raw(b"mail\n")
