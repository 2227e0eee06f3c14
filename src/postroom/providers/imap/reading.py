"""Heads and whole mails of the folder that is open. Read by PEEK alone, so that no mail is marked as seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from postroom.core.trouble import ProviderError
from postroom.providers.imap import troubles
from postroom.providers.imap.answers import NotUnderstood, Word, items, number
from postroom.providers.imap.folder import present, received_at
from postroom.providers.imap.session import Session
from postroom.providers.imap.troubles import Refused
from postroom.providers.imap.uids import Uids
from postroom.providers.port import SEVERAL

HEADS_AT_ONCE: Final = 100
WHOLES_AT_ONCE: Final = 100
BYTES_AT_ONCE: Final = 8 * 2**20
"""So much of mails is asked for at once, or one mail; it is all of them that is in memory."""

_A_HEAD: Final = 16 * 1024
_DRAFT: Final = rb"\DRAFT"


class Refusal(NamedTuple):
    """A mail that is there and that the server does not give."""

    uid: int
    received_at: int | None = None


class FoundHead(NamedTuple):
    """A mail's head as the server gives it."""

    uid: int
    header: bytes
    received_at: int
    size: int | None
    is_draft: bool


def dates(session: Session, uids: Iterable[int]) -> dict[int, int | None]:
    """When each of these mails was received, ``None`` where the server does not say; those that are gone are left
    out."""
    refused = _Refused()
    at = _dates(session, [*uids], refused)
    refused.check(has_given=bool(at))
    return at | dict.fromkeys(refused.uids)


def _dates(session: Session, uids: list[int], refused: _Refused) -> dict[int, int | None]:
    found = _fetch(session, uids, b"(UID INTERNALDATE)", [b"INTERNALDATE"], refused)
    return {uid: received_at(said[b"INTERNALDATE"]) for uid, said in found.items()}


def heads(session: Session, uids: list[int]) -> Iterator[FoundHead | Refusal]:
    """The heads of these mails; those that are gone are left out."""
    refused, has_given = _Refused(), False
    for begin in range(0, len(uids), HEADS_AT_ONCE):
        some = uids[begin : begin + HEADS_AT_ONCE]
        wanted = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
        needed = [b"INTERNALDATE", b"BODY[HEADER]"]
        for uid, said in _fetch(session, some, wanted, needed, refused, size=len(some) * _A_HEAD).items():
            has_given = True
            flags = said.get(b"FLAGS")
            yield FoundHead(
                uid,
                said[b"BODY[HEADER]"],
                received_at(said[b"INTERNALDATE"]),
                _size(said),
                isinstance(flags, list) and _DRAFT in {flag.upper() for flag in flags if flag},
            )
    refused.check(has_given=has_given)
    if refused.uids:
        at = _dates(session, refused.uids, _Refused())
        yield from (Refusal(uid, at.get(uid)) for uid in refused.uids)


def wholes(
    session: Session, uids: list[int], known: Mapping[int, int | None] = {}
) -> Iterator[tuple[int, bytes] | Refusal]:
    """These mails whole, one at a time; those that are gone are left out. ``known``: sizes told before."""
    refused, has_given = _Refused(), False
    found = _fetch(session, [uid for uid in uids if uid not in known], b"(UID RFC822.SIZE)", [], refused)
    told = dict(known) | {uid: _size(said) for uid, said in found.items()}
    sizes = {uid: told[uid] or BYTES_AT_ONCE for uid in uids if uid in told}
    for some in _batches(sizes):
        expected = sum(sizes[uid] for uid in some)
        fetched = _fetch(session, some, b"(UID BODY.PEEK[])", [b"BODY[]"], refused, size=expected)
        while fetched:
            uid, said = fetched.popitem()
            has_given = True
            yield uid, said[b"BODY[]"]
    refused.check(has_given=has_given)
    yield from (Refusal(uid) for uid in refused.uids)


class _Refused:
    """The mails that are there and were not given, and why the last one was not."""

    def __init__(self) -> None:
        self.uids: list[int] = []
        self.problem: ProviderError | None = None

    def check(self, *, has_given: bool) -> None:
        """Raise ``TryLater``, or ``NotUnderstood`` where the server left them out without a word, where it is not the
        mails' fault: none of several is given."""
        if not has_given and len(self.uids) > SEVERAL:
            raise self.problem or NotUnderstood()


def _batches(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for uid, size in sizes.items():
        if batch and (total + size > BYTES_AT_ONCE or len(batch) == WHOLES_AT_ONCE):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _fetch(
    session: Session, uids: list[int], wanted: bytes, needed: list[bytes], refused: _Refused, *, size: int = 0
) -> dict[int, Mapping[bytes, Word]]:
    """What the server says of each of these mails that is there.

    A mail that the server has and does not give keeps no other one out: it is asked for by itself, and then noted in
    ``refused``.
    """
    found, _ = _asked(session, uids, wanted, needed, size)
    for uid in present(session, set(uids) - found.keys()):
        alone, problem = _asked(session, [uid], wanted, needed, size)
        found |= alone
        if not alone:
            refused.uids.append(uid)
            refused.problem = problem
    return found


def _asked(
    session: Session, uids: list[int], wanted: bytes, needed: list[bytes], size: int
) -> tuple[dict[int, Mapping[bytes, Word]], ProviderError | None]:
    """What is said of those mails of which all is said that is ``needed``, and why the server gave none."""
    found: dict[int, Mapping[bytes, Word]] = {}
    if not uids:
        return found, None
    try:
        answer = session.ask(b"UID FETCH", str(Uids.of(uids)).encode(), wanted, size=size)
    except Refused as refused:
        problem = troubles.of_command(refused.status)
        if problem.code != troubles.UNSAID:
            raise problem from None
        return found, problem
    them = set(uids)
    for response in answer.of(b"FETCH"):
        said = items(response)
        uid = number(said[b"UID"]) if b"UID" in said else 0
        if uid in them and all(isinstance(said.get(name), bytes) for name in needed):
            found[uid] = said
    return found, None


def _size(said: Mapping[bytes, Word]) -> int | None:
    return number(said[b"RFC822.SIZE"]) if b"RFC822.SIZE" in said else None
