"""What uploaded items say is read with any key of the ring, for its own item alone (S1)."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from postroom.store.item_cipher import ItemCipher, ItemDamaged, item_cipher
from postroom.store.secrets import KeyMissing, encrypt

ITEM, OTHER = bytes(16), bytes(15) + b"\1"
OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _ in range(3))


def test_all_keys_decrypt_and_the_newest_encrypts_S1() -> None:
    before, rotated, after = ItemCipher([OLD]), ItemCipher([NEW, OLD]), ItemCipher([NEW])
    early, late = before.encrypt(ITEM, b"early"), rotated.encrypt(ITEM, b"late")
    assert (rotated.decrypt(ITEM, early), rotated.decrypt(ITEM, late)) == (b"early", b"late")
    assert after.decrypt(ITEM, late) == b"late"
    with pytest.raises(KeyMissing):
        after.decrypt(ITEM, early)


def test_keys_that_do_not_fit_are_named_as_such_S1(db: None) -> None:
    sealed = ItemCipher([FOREIGN]).encrypt(ITEM, b"plain")
    with pytest.raises(KeyMissing, match=r"^The encryption keys do not fit this database\."):
        item_cipher().decrypt(ITEM, sealed)


def test_what_is_of_one_item_opens_for_no_other() -> None:
    cipher = ItemCipher([OLD])
    sealed = cipher.encrypt(ITEM, b"plain")
    with pytest.raises(ItemDamaged):
        cipher.decrypt(OTHER, sealed)


@pytest.mark.parametrize("at", range(5, 38))
def test_no_byte_can_be_changed(at: int) -> None:
    cipher = ItemCipher([OLD])
    sealed = bytearray(cipher.encrypt(ITEM, b"plain"))
    assert len(sealed) == 38
    sealed[at] ^= 1
    with pytest.raises(ItemDamaged):
        cipher.decrypt(ITEM, bytes(sealed))


@pytest.mark.parametrize("kept", [5, 16, 17, 32, 37])
def test_what_is_cut_off_is_damaged(kept: int) -> None:
    cipher = ItemCipher([OLD])
    with pytest.raises(ItemDamaged):
        cipher.decrypt(ITEM, cipher.encrypt(ITEM, b"plain")[:kept])


def test_nothing_is_readable_and_nothing_repeats() -> None:
    cipher = ItemCipher([OLD])
    one, two = cipher.encrypt(ITEM, b"the same words"), cipher.encrypt(ITEM, b"the same words")
    assert b"words" not in one
    assert (one[:5], one[5:] == two[5:]) == (two[:5], False)
    assert cipher.decrypt(ITEM, memoryview(two)) == b"the same words"


def test_what_secrets_encrypts_is_no_item(db: None) -> None:
    with pytest.raises(KeyMissing):
        item_cipher().decrypt(ITEM, encrypt(b"plain"))
