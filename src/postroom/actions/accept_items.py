"""Accept what a program uploads, each item for itself, and take an item back when the program says so.

An answer means durable (K6): what was answered is committed, or commits with the caller's transaction. What is
to be judged is kept encrypted; judging it is the worker's task.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from postroom.actions.check_items import CheckedItem, ItemBatch
from postroom.actions.count_answers import count_answers
from postroom.actions.item_answer import ItemAnswer
from postroom.actions.item_record import address
from postroom.actions.rejection import Rejected
from postroom.actions.spool import seal_item
from postroom.actions.take_back import take_back
from postroom.core.seal import Token
from postroom.core.upload import MAIL
from postroom.store.models import Source
from postroom.store.read.item_keys import KnownItem, known_items
from postroom.store.read.users import user_with_address
from postroom.store.secrets import seal_of
from postroom.store.write.turn import take_turn
from postroom.store.write.uploads import ItemRow, await_again, remove_items, store_items


def accept(
    source: Source, kind: str, records: Sequence[Any], *, now: int | None = None, reconsider: bool = False
) -> list[ItemAnswer]:
    """Take in ``records`` as they were sent, of one ``kind`` of ``core.upload.KINDS``; the answers in order.

    A record that is refused leaves its neighbours alone (K5). ``reconsider``: what is there unchanged waits
    once more for the lenses that did not let it in (F6). ``now`` is in Unix seconds.
    """
    now = int(time.time()) if now is None else now
    batch = ItemBatch(source, kind, records, now)
    known = known_items(batch.keys, reconsider=reconsider)
    judged = batch.judged(known)
    # Before the transaction, in which all others wait.
    sealed = {
        (item.key, item.digest): _sealed(item) for item in (*judged.stored.values(), *judged.again.values())
    }
    with transaction.atomic():
        take_turn(source.workspace)
        meanwhile = known_items(batch.keys, reconsider=reconsider)
        if meanwhile != known:
            known, judged = meanwhile, batch.judged(meanwhile)
        removed = [known[key].id for key in judged.removed]
        changed = [*removed, *(known[key].id for key in judged.stored if key in known)]
        if changed:
            take_back(source.workspace, changed, now)
        if removed:
            remove_items(removed)
        store_items(source, [_row(kind, item, known, sealed) for item in judged.stored.values()], now)
        await_again(source, [_row(kind, item, known, sealed) for item in judged.again.values()])
        count_answers(source, kind, judged.answers, now)
    return judged.answers


def accept_raw_mails(
    source: Source,
    user: str,
    folder: str,
    mails: Sequence[tuple[str, bytes]],
    *,
    now: int | None = None,
    reconsider: bool = False,
) -> list[ItemAnswer]:
    """Take in whole mails, ``(id, bytes)``, of the mailbox of the user with the address ``user`` (K11).

    A mail without an id is known by what it says, byte for byte. For a dry run see ``raw_records``.
    """
    records = raw_records(source, user, folder, mails)
    return accept(source, MAIL, records, now=now, reconsider=reconsider)


def raw_records(
    source: Source, user: str, folder: str, mails: Sequence[tuple[str, bytes]]
) -> list[dict[str, Any]]:
    """Whole mails as the records that ``accept`` and ``checked`` take; in these ``raw`` is bytes."""
    seal = seal_of(source.workspace)
    return [
        {"id": id_ or seal.raw(raw).hex(), "user": user, "folder": folder, "raw": raw} for id_, raw in mails
    ]


def delete_item(source: Source, kind: str, id_: str, user: str | None = None) -> bool:
    """Take one item back (K7): what it became, and the item itself. ``False``: there is none.

    A mail is known by its ``user``'s address too; raises ``Rejected`` where that is missing or none.
    """
    seal = seal_of(source.workspace)
    owner = None
    if kind == MAIL:
        owner = _owner(source, user)
        if owner is None:
            return False
    key = seal.item(source.pk, kind, owner, id_)
    with transaction.atomic():
        take_turn(source.workspace)
        known = known_items([key]).get(key)
        if known is None:
            return False
        take_back(source.workspace, [known.id], int(time.time()))
        remove_items([known.id])
    return True


def _owner(source: Source, user: str | None) -> int | None:
    """The user with this address; raises ``Rejected`` where it is none."""
    try:
        email = address(user or "")
    except Rejected as refusal:
        raise Rejected(refusal.reason, "user") from None
    if not email:
        raise Rejected("user_required", "user")
    found = user_with_address(source.workspace, email)
    return found.pk if found else None


def _sealed(item: CheckedItem) -> bytes | None:
    """What an item says, encrypted, where anybody waits for it."""
    return seal_item(item.key, item.plain) if item.waiting else None


def _row(
    kind: str,
    item: CheckedItem,
    known: Mapping[Token, KnownItem],
    sealed: Mapping[tuple[Token, Token], bytes | None],
) -> ItemRow:
    before = known.get(item.key)
    said = item.key, item.digest
    return ItemRow(
        before.id if before else None,
        kind,
        item.owner,
        item.key,
        item.digest,
        item.at,
        item.depth_at,
        sealed[said] if said in sealed else _sealed(item),
        item.waiting,
    )
