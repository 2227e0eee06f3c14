"""How the tests of the contract look through a mailbox, by the port alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract_world import AT, DAY, World

from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import Envelope
from postroom.providers.port import Access, Cursor, Head, OpenMailbox, Page

MOST_PAGES = 200


def by_role(mailbox: OpenMailbox, role: str) -> str:
    """The ref of the label with this role."""
    [ref] = [label.ref for label in mailbox.labels() if label.role == role]
    return ref


def from_now(mailbox: OpenMailbox, label: str) -> Cursor:
    """The cursor of a label whose changes are followed from now on, whatever it tells of what was there."""
    return since(mailbox, label, None)[2]


def since(mailbox: OpenMailbox, label: str, cursor: Cursor | None) -> tuple[list[str], list[str], Cursor]:
    """Follow the changes to the end: what was added, what was removed, and the cursor."""
    added: list[str] = []
    removed: list[str] = []
    for _ in range(MOST_PAGES):
        answer = mailbox.changes(label, cursor)
        added += [mail.ref for mail in answer.added]
        removed += answer.removed
        assert not answer.more or answer.cursor != cursor
        cursor = answer.cursor
        if not answer.more:
            return added, removed, cursor
    raise AssertionError("changes do not end")


def pages(mailbox: OpenMailbox, label: str, begin: int, end: int) -> list[Page]:
    """The pages of a listing, to the last."""
    walked: list[Page] = []
    position = None
    for _ in range(MOST_PAGES):
        walked.append(mailbox.list(label, begin, end, position))
        position = walked[-1].position
        if position is None:
            return walked
    raise AssertionError("the listing does not end")


def heads(mailbox: OpenMailbox, label: str, begin: int = 0, end: int = AT + 1000 * DAY) -> list[Head]:
    """The heads of the mails a label lists, in its order."""
    refs = [mail.ref for page in pages(mailbox, label, begin, end) for mail in page.listed]
    return _in_order(mailbox, label, refs)


def ids(mailbox: OpenMailbox, label: str, begin: int = 0, end: int = AT + 1000 * DAY) -> list[str]:
    """The names of the mails a label lists, in its order."""
    return [_name(head) for head in heads(mailbox, label, begin, end)]


def named(mailbox: OpenMailbox, label: str, refs: Sequence[str]) -> list[str]:
    """The names of the mails that are still there, in this order."""
    return [_name(head) for head in _in_order(mailbox, label, refs)]


def ref_of(mailbox: OpenMailbox, label: str, name: str) -> str:
    """What the label knows the mail of this name by."""
    [ref] = [head.ref for head in heads(mailbox, label) if _name(head) == name]
    return ref


def seen(envelope: Envelope) -> tuple[object, ...]:
    """What rules see of an envelope, but for when it was received, which the provider says."""
    return (
        envelope.message_id,
        envelope.date,
        envelope.participants,
        envelope.alternative,
        envelope.references,
        envelope.flags,
        envelope.header_block,
    )


def everything(mailbox: OpenMailbox) -> bytes:
    """Every byte that can be read in a mailbox, by listings and by changes."""
    read = b""
    for label in mailbox.labels():
        if label.is_selectable:
            refs = {
                mail.ref for page in pages(mailbox, label.ref, 0, AT + 1000 * DAY) for mail in page.listed
            }
            refs.update(since(mailbox, label.ref, None)[0])
            read += b"".join(head.header for head in mailbox.heads(label.ref, sorted(refs)))
            read += b"".join(whole.raw for whole in mailbox.wholes(label.ref, sorted(refs)))
    return read


def everything_of(world: World, access: Access) -> bytes:
    """Every byte that can be read with this access."""
    with world.provider.open(access) as mailbox:
        return everything(mailbox)


def large_numbers(cursor: Cursor) -> list[int]:
    """The numbers of a cursor that JSON may not keep exactly."""
    return [number for number in _numbers(cursor) if abs(number) >= 2**53]


def _in_order(mailbox: OpenMailbox, label: str, refs: Sequence[str]) -> list[Head]:
    found = mailbox.heads(label, refs)
    assert len({head.ref for head in found}) == len(found)
    by_ref = {head.ref: head for head in found}
    return [by_ref[ref] for ref in refs if ref in by_ref]


def _name(head: Head) -> str:
    return read_envelope(head.header).message_id.partition("@")[0]


def _numbers(value: object) -> Iterator[int]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int):
        yield value
