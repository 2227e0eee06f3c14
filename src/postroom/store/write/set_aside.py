"""Mails that could not be read are kept whole, encrypted, until they can be (L6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from postroom.core.seal import Token
from postroom.store.models import SetAside
from postroom.store.secrets import encrypt
from postroom.store.write.rows import change, insert, reserve_ids

MAX_KEPT_BYTES: Final = 35 * 1024 * 1024
"""A larger mail is listed, and its file remains the original."""


class Unreadable(NamedTuple):
    """A mail that could not be read, and where it came from."""

    fingerprint: Token
    source: str
    user: int | None
    label: str
    label_role: str
    locator: str
    size: int
    why: str
    raw: bytes | None
    """``None``: it could not be had."""
    item: int | None = None
    """The uploaded item that it is, which keeps the original itself."""


def put_aside(workspace_id: int, mails: Sequence[Unreadable], now: int) -> None:
    """Keep mails that could not be read; one kept already only gets its reason and tries renewed."""
    change(
        "UPDATE store_setaside SET tries = tries + 1, why = %s WHERE workspace_id = %s AND fingerprint = %s",
        [(m.why, workspace_id, m.fingerprint) for m in mails],
    )
    insert(
        "store_setaside",
        "id, workspace_id, fingerprint, source, user_id, label, label_role, locator, size, why, sealed_raw, "
        "met_at, tries, item",
        [
            (
                id_,
                workspace_id,
                m.fingerprint,
                m.source,
                m.user,
                m.label,
                m.label_role,
                m.locator[-1000:],
                m.size,
                m.why,
                _kept(m),
                now,
                1,
                m.item,
            )
            for id_, m in zip(reserve_ids(SetAside, len(mails)), mails, strict=True)
        ],
        ignore_known=True,
    )


def _kept(mail: Unreadable) -> bytes | None:
    """What is kept of the mail itself, encrypted."""
    if mail.raw is None or mail.item is not None or len(mail.raw) != mail.size or mail.size > MAX_KEPT_BYTES:
        return None
    return encrypt(mail.raw)


def take_back(workspace_id: int, fingerprints: Sequence[Token]) -> None:
    """Forget what was set aside under these fingerprints: it could be read after all."""
    change(
        "DELETE FROM store_setaside WHERE workspace_id = %s AND fingerprint = %s",
        [(workspace_id, fingerprint) for fingerprint in fingerprints],
    )
