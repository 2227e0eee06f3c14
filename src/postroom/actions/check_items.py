"""Check what a program uploads, and say what it is answered; store nothing (K8).

First each record is read by itself, then the addresses of all are looked up at once, then each is answered by
what is known of it, in order: an item sent twice in a batch is answered as if it had been sent in two.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from postroom.actions.item_answer import DUPLICATE, HELD, QUEUED, REJECTED, SKIPPED, UPDATED, ItemAnswer
from postroom.actions.item_record import ReadItem
from postroom.actions.read_item import id_of, read_item
from postroom.actions.rejection import Rejected
from postroom.actions.spool import plain
from postroom.core.seal import Token
from postroom.core.upload import Uploaded
from postroom.store.models import Source
from postroom.store.read.item_keys import ConcernedUser, KnownItem, known_items, users_of_tokens
from postroom.store.secrets import seal_of

SENT: Final = 0
RECEIVED: Final = 1
"""The ranks: sent is taken first (P4)."""


class CheckedItem(NamedTuple):
    """An item that has the right form, concerns a user, and is for a lens of its source."""

    uploaded: Uploaded
    plain: bytes
    """What it says, as bytes."""
    key: Token
    digest: Token
    at: int
    """Its date, Unix seconds."""
    depth_at: int | None
    """The source's crawling depth, Unix seconds."""
    owner: int | None
    """The user in whose mailbox a mail stands; ``None`` for other kinds."""
    users: Sequence[tuple[ConcernedUser, int]]
    """For whom the people lens is asked, with the rank; none where the source does not feed it."""
    for_customer: bool
    """Whether the customer lens is asked."""
    waiting: Sequence[tuple[int | None, int]]
    """Who is to wait for it, a user or ``None`` for the customer lens, with the rank.

    Of what is dated before the depth nothing is held for somebody's consent, and for who is disabled nothing at all.
    """

    @property
    def is_before_depth(self) -> bool:
        """Whether it is dated before the crawling depth (K4)."""
        return self.depth_at is not None and self.at < self.depth_at

    @property
    def is_held(self) -> bool:
        """Whether nobody can be asked before somebody consents (P3)."""
        return not self.for_customer and not any(user.collects for user, _ in self.users)

    @property
    def is_for_nobody(self) -> bool:
        """Whether all are disabled of whom the people lens is asked, and no other lens is (P11)."""
        return not self.for_customer and all(user.is_disabled for user, _ in self.users)


class Judged(NamedTuple):
    """What a batch is answered, and what is to be stored of it."""

    answers: list[ItemAnswer]
    stored: dict[Token, CheckedItem]
    """By key: of an item sent several times the last."""
    again: dict[Token, CheckedItem]
    """By key: those that are there unchanged and are to be decided again, with whom to ask (F6)."""
    removed: list[Token]
    """The keys of those that are there and are taken back."""


class Checked(NamedTuple):
    """What would be answered to a record now, and what was read of it."""

    answer: ItemAnswer
    item: CheckedItem | None
    """``None`` where it is refused or no lens of the source takes it."""
    is_again: bool = False
    """Whether it would be decided again."""


class _Entry(NamedTuple):
    """A record that was read: an item to be judged, the key of one that it takes back, or an answer."""

    id: str | None
    status: str = ""
    reason: str | None = None
    field: str | None = None
    item: CheckedItem | None = None
    taken_back: Token | None = None

    @property
    def key(self) -> Token | None:
        return self.item.key if self.item else self.taken_back


def checked(
    source: Source, kind: str, records: Sequence[Any], *, now: int | None = None, reconsider: bool = False
) -> list[Checked]:
    """The answer that ``accept`` would give now to each record, and what was read of it."""
    batch = ItemBatch(source, kind, records, int(time.time()) if now is None else now)
    judged = batch.judged(known_items(batch.keys, reconsider=reconsider))
    return [
        Checked(answer, item, item is not None and item.key in judged.again)
        for answer, item in zip(judged.answers, batch.items, strict=True)
    ]


class ItemBatch:
    """The records of one call: what was read of each, and who is concerned."""

    def __init__(self, source: Source, kind: str, records: Sequence[Any], now: int) -> None:
        self._source = source
        self._kind = kind
        self._depth_at = _midnight(source)
        self._seal = seal_of(source.workspace)
        read = [read_item(kind, record, now) for record in records]
        users = self._users([item for item in read if isinstance(item, ReadItem)])
        self._entries = [
            _Entry(id_of(record), REJECTED, item.reason, item.field)
            if isinstance(item, Rejected)
            else self._entry(item, users)
            for record, item in zip(records, read, strict=True)
        ]

    @property
    def items(self) -> list[CheckedItem | None]:
        """The item of each record; ``None`` where it is none."""
        return [entry.item for entry in self._entries]

    @property
    def keys(self) -> list[Token]:
        """The keys of the items, and of those that are taken back, each once."""
        return list({entry.key: None for entry in self._entries if entry.key})

    def _users(self, items: Sequence[ReadItem]) -> dict[str, ConcernedUser]:
        """Those of the concerned who are users, by address."""
        addresses = {address for item in items for address in (item.sender, *item.concerned)} - {""}
        tokens = {self._seal.address(address): address for address in addresses}
        found = users_of_tokens(self._source.workspace_id, list(tokens))
        return {tokens[token]: user for token, user in found.items()}

    def _entry(self, item: ReadItem, users: Mapping[str, ConcernedUser]) -> _Entry:
        """What the item is for whom; an answer where it is for nobody (K10)."""
        source = self._source
        concerned = {users[address]: RECEIVED for address in item.concerned if address in users}
        if not concerned:
            return _Entry(item.id, REJECTED, "unknown_user", "user" if item.owner else None)
        owner = users[item.owner].id if item.owner else None
        key = self._seal.item(source.pk, self._kind, owner, item.id)
        if item.takes_back:
            return _Entry(item.id, taken_back=key)
        sender = users.get(item.sender)
        if sender in concerned:
            concerned[sender] = SENT
        for_customer = source.feeds_customer and item.may_engage
        if not for_customer and not source.feeds_people:
            return _Entry(item.id, SKIPPED, "kind_not_fed")
        asked = list(concerned.items()) if source.feeds_people else []
        waiting: list[tuple[int | None, int]] = [(None, min(concerned.values()))] if for_customer else []
        is_before_depth = self._depth_at is not None and item.at < self._depth_at
        waiting += [
            (user.id, rank)
            for user, rank in asked
            if not user.is_disabled and (user.collects or not is_before_depth)
        ]
        said = plain(item.uploaded)
        digest = self._seal.raw(said)
        checked_item = CheckedItem(
            item.uploaded, said, key, digest, item.at, self._depth_at, owner, asked, for_customer, waiting
        )
        return _Entry(item.id, item=checked_item)

    def judged(self, known: Mapping[Token, KnownItem]) -> Judged:
        """What is answered and stored, by what is ``known`` of the items."""
        latest = dict(known)
        stored: dict[Token, CheckedItem] = {}
        again: dict[Token, CheckedItem] = {}
        removed: dict[Token, None] = {}
        answers = []
        for index, (id_, status, reason, field, item, taken_back) in enumerate(self._entries):
            if taken_back:
                status, reason = (UPDATED, None) if latest.pop(taken_back, None) else (SKIPPED, "not_there")
                stored.pop(taken_back, None)
                again.pop(taken_back, None)
                if taken_back in known:
                    removed[taken_back] = None
            elif item:
                before = latest.get(item.key)
                status, reason = _status(item, before)
                if _is_new(item, before):
                    again.pop(item.key, None)
                    removed.pop(item.key, None)
                    stored[item.key] = item
                    latest[item.key] = KnownItem(0, item.digest, item.is_before_depth)
                elif before and (asked := _asked_again(item, before)):
                    again[item.key] = item._replace(waiting=asked)
                    latest[item.key] = before._replace(settled=None)
            answers.append(ItemAnswer(index=index, id=id_, status=status, reason=reason, field=field))
        return Judged(answers, stored, again, list(removed))


def _is_new(item: CheckedItem, known: KnownItem | None) -> bool:
    """Whether it is to be stored: never sent, sent otherwise, or too early for the depth when it was sent.

    Not what is for nobody: it may be sent again later.
    """
    if item.is_for_nobody and not item.is_before_depth:
        return False
    if known is None or known.digest != item.digest:
        return True
    return known.is_before_depth and not item.is_before_depth


def _asked_again(item: CheckedItem, known: KnownItem) -> list[tuple[int | None, int]]:
    """Who is to be asked again about an item that is there unchanged (F6)."""
    if known.settled is None or item.is_before_depth:
        return []
    return [(user, rank) for user, rank in item.waiting if user not in known.settled]


def _status(item: CheckedItem, known: KnownItem | None) -> tuple[str, str | None]:
    """Status and reason of an item, by how it was sent last (K4, K7)."""
    is_same = known is not None and known.digest == item.digest
    if known and is_same and not known.is_before_depth:
        asked = {user for user, _ in _asked_again(item, known)}
        at_once = {None, *(user.id for user, _ in item.users if user.collects)}
        return (QUEUED if asked & at_once else HELD if asked else DUPLICATE), None
    if item.is_before_depth:
        return SKIPPED, "before_crawling_depth"
    if item.is_for_nobody:
        return SKIPPED, "user_disabled"
    if known and not is_same:
        return UPDATED, None
    return (HELD if item.is_held else QUEUED), None


def _midnight(source: Source) -> int | None:
    """When the source's crawling depth begins, Unix seconds."""
    depth = source.crawling_depth
    return int(datetime(depth.year, depth.month, depth.day, tzinfo=UTC).timestamp()) if depth else None
