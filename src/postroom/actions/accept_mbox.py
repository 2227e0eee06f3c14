"""Accept a whole mbox: cut into mails, taken in some at a time, whatever its size (K11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from postroom.actions.item_answer import REJECTED, ItemAnswer
from postroom.actions.mail_record import MAX_RAW_BYTES
from postroom.actions.rejection import Rejected
from postroom.providers.files.mbox import Mbox
from postroom.providers.files.mbox import Source as Content

BATCH_MAILS: Final = 1_000
BATCH_BYTES: Final = 16 * 1024 * 1024

Accept = Callable[[list[tuple[str, bytes]]], Sequence[ItemAnswer]]
"""Takes in mails, ``(id, bytes)``; an empty id is none."""


def mbox_answers(content: Content, accept: Accept) -> Iterator[ItemAnswer]:
    """The answers of ``accept`` to the mails of an mbox, in order. Raises ``Rejected``: ``not_an_mbox``.

    A mail without an id is known by what it says, so the same mbox again changes nothing.
    """
    mbox = Mbox(content)
    if not mbox.is_one:
        raise Rejected("not_an_mbox")
    return _answers(mbox, content.size, accept)


def _answers(mbox: Mbox, size: int, accept: Accept) -> Iterator[ItemAnswer]:
    index = 0
    for mails in _batches(mbox, size):
        given = iter(accept([("", mail) for mail in mails if mail is not None]))
        for mail in mails:
            answer = _too_large() if mail is None else next(given)
            answer["index"] = index
            yield answer
            index += 1


def _batches(mbox: Mbox, size: int) -> Iterator[list[bytes | None]]:
    """The mails, some at a time; ``None``: one that is too large."""
    batch: list[bytes | None] = []
    waiting = 0
    for span in mbox.spans(0, size, longest=MAX_RAW_BYTES):
        length = span.end - span.begin
        if batch and (len(batch) >= BATCH_MAILS or waiting + length > BATCH_BYTES):
            yield batch
            batch, waiting = [], 0
        is_too_large = length > MAX_RAW_BYTES
        batch.append(None if is_too_large else mbox.message(span))
        waiting += 0 if is_too_large else length
    if batch:
        yield batch


def _too_large() -> ItemAnswer:
    return ItemAnswer(index=0, id=None, status=REJECTED, reason="raw_too_large", field="raw")
