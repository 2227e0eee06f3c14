"""Sealed participants are written and read back whole; nothing readable is in them (L1)."""

from __future__ import annotations

from postroom.core.seal import Seal, SealedAddress
from postroom.store.sealed import pack_participants, unpack_participants

SEAL = Seal(b"a key of the tests".ljust(32, b"."))


def test_participants_come_back_in_their_order_L1() -> None:
    deepest = "someone@" + ".".join("a" * 127)
    participants = [
        (role, SEAL.sealed(address))
        for role, address in (
            ("from", "k1@acme.com"),
            ("to", "a@eu.x.acme.com"),
            ("to", "b@localhost"),
            ("cc", deepest),
            ("bcc", "x@[127.0.0.1]"),
        )
    ]

    packed = pack_participants(participants)

    assert unpack_participants(packed) == participants
    assert unpack_participants(memoryview(packed)) == participants  # type: ignore[arg-type]
    assert b"acme" not in packed
    assert len(participants[3][1].parents) == 125


def test_nobody_is_nothing() -> None:
    assert pack_participants([]) == b""
    assert unpack_participants(b"") == []


def test_participant_takes_34_bytes_and_16_for_each_parent() -> None:
    sealed = SealedAddress(b"a" * 16, b"d" * 16, (b"p" * 16, b"q" * 16))

    assert len(pack_participants([("to", sealed)])) == 34 + 32
