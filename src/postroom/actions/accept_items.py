"""Accept what a program uploads: check it, answer each item by itself, keep what is to be judged, encrypted.

An answer means durable (K6): what was answered is committed. Judging it is the worker's task.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from postroom.actions.item_answer import ItemAnswer
from postroom.store.models import Source


def accept(source: Source, kind: str, records: Sequence[Any], *, now: int | None = None) -> list[ItemAnswer]:
    """Take in ``records`` as they were sent, of one ``kind`` of ``core.upload.KINDS``; the answers in order.

    A record that is refused leaves its neighbours alone (K5). ``now`` is in Unix seconds.
    """
    raise NotImplementedError


def accept_raw_mails(
    source: Source, user: str, folder: str, mails: Sequence[tuple[str, bytes]], *, now: int | None = None
) -> list[ItemAnswer]:
    """Take in whole mails, ``(id, bytes)``, of the mailbox of the user with the address ``user`` (K11).

    A mail without an id is known by what it says, byte for byte. For a dry run see ``raw_records``.
    """
    return accept(source, "mail", raw_records(source, user, folder, mails), now=now)


def raw_records(
    source: Source, user: str, folder: str, mails: Sequence[tuple[str, bytes]]
) -> list[dict[str, Any]]:
    """Whole mails as the records that ``accept`` and ``checked`` take; in these ``raw`` is bytes."""
    raise NotImplementedError


def delete_item(source: Source, kind: str, id_: str, user: str | None) -> bool:
    """Take one item back (K7): what it became, and the item itself. ``False``: there is none.

    ``user`` is the address that a mail's key has in it; raises ``Rejected`` where a mail comes without one.
    """
    raise NotImplementedError
