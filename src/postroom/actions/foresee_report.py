"""What a report would show if the user said yes now, for their own eyes: from what waits for it, kept nowhere (P1).

Reads what is held as it would be read, judges it by the same rules as if *Collect passive data* were on, and counts it
by the same functions. Writes nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple

from postroom.actions.judge_mail import MetCopy
from postroom.actions.judge_people import concern_of
from postroom.actions.met_upload import met_mail, met_other
from postroom.actions.spool import open_item
from postroom.core.answers import Link, links_of
from postroom.core.circle import Circle, circle_of
from postroom.core.message import time_of
from postroom.core.people import Concern, Counted, Place, count, decide
from postroom.core.reasons import IMPORT
from postroom.core.report import Report, report_of
from postroom.core.rollup import read_figures, read_pairs
from postroom.core.seal import TOKEN_BYTES, Seal, Token
from postroom.core.upload import MAIL, Uploaded, UploadedMail
from postroom.core.weeks import Period, sunday_of, today_in
from postroom.measure.bucket import Week, weeks_of
from postroom.measure.rows import Row, columns_from
from postroom.reader import ReaderPool, ReadMail
from postroom.reader.one_mail import Keep, Mails, OneMail
from postroom.store.item_cipher import ItemDamaged
from postroom.store.models import User
from postroom.store.read.concerns import UserFacts, passive_messages
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.held import held_item_ids, held_messages, kept_messages
from postroom.store.read.interactions import forgotten_since
from postroom.store.read.reports import who_may_be_named, zone_of
from postroom.store.read.uploads_due import DueItem, items_of
from postroom.store.secrets import KeyMissing, hash_key_of, seal_of

MOST: Final = 2_000
"""So many of the newest items that are held, and of the newest messages, are looked at."""
_MOST_BYTES: Final = 48 * 1024 * 1024
_CONSENTS: Final = UserFacts(is_disabled=False, consents=True)


class Foreseen(NamedTuple):
    """What it would show."""

    report: Report
    circle: Circle
    users: dict[int, User]
    """Who is named in the circle."""
    counted: int
    """Interactions it rests on."""
    kept: int
    """Those of them that were counted before, and still are."""
    is_part: bool
    """There is more than was looked at."""


@dataclass(slots=True)
class _Message:
    """What would be one interaction, or none."""

    concern: Concern
    seconds: int | None
    message_id: Token | None
    answers: Token | None
    is_kept: bool = False
    """It was counted before, and still is."""


class _Sent(NamedTuple):
    """A mail that would be counted, as its links are found by."""

    place: int
    at: int
    is_inside: bool
    is_outside: bool
    is_automatic: bool

    @property
    def id(self) -> int:
        """Tells it from the others."""
        return self.place


def foresee_report(user: User, period: Period) -> Foreseen:
    """The report and the circle of a period that the user would have."""
    messages, is_part = _messages(user)
    at_hand = DirectoryAtHand(user.workspace_id)
    directory = at_hand.for_(sealed for m in messages for _, sealed in m.concern.participants)
    counted = [
        (message, count(message.concern, directory))
        for message in messages
        if decide(message.concern, directory).outcome == IMPORT
    ]
    rows = _rows(counted)
    weeks = list(weeks_of(columns_from(user.pk, user.time_zone, rows)))
    pairs = {week.sunday: list(read_pairs(week.pairs)) for week in weeks}
    users = who_may_be_named({pair.colleague for week in pairs.values() for pair in week})
    report = report_of(period, {w.sunday: read_figures(w.figures) for w in weeks}, _known(user, weeks))
    kept = sum(message.is_kept for message, _ in counted)
    return Foreseen(report, circle_of(period, pairs, users.keys()), users, len(rows), kept, is_part)


def _known(user: User, weeks: Sequence[Week]) -> range:
    this = sunday_of(today_in(zone_of(user), time.time()))
    return range(min((week.sunday for week in weeks), default=this + 7), this + 1, 7)


def _rows(counted: Sequence[tuple[_Message, Counted]]) -> list[Row]:
    received: dict[Token, list[_Sent]] = defaultdict(list)
    answers: dict[Token, list[_Sent]] = defaultdict(list)
    for place, (message, how) in enumerate(counted):
        concern = message.concern
        if concern.kind == MAIL:
            mail = _Sent(place, concern.at, how.is_inside, how.is_outside, concern.is_automatic)
            token = message.answers if how.is_sent else message.message_id
            if token is not None:
                (answers if how.is_sent else received)[token].append(mail)
    links = {
        mail.place: link
        for token in answers
        for mail, link in links_of(received.get(token, []), answers[token])
    }
    return [
        Row(
            message.concern.kind,
            message.concern.at,
            message.seconds,
            message.concern.is_automatic,
            how,
            links.get(place, Link()),
        )
        for place, (message, how) in enumerate(counted)
    ]


def _messages(user: User) -> tuple[list[_Message], bool]:
    """What is known of the user as messages, and what is held as items; and whether there is more."""
    known = held_messages(user, MOST)
    item_ids = held_item_ids(user, MOST)
    items = items_of(item_ids, _MOST_BYTES)
    identities = set(known.values())
    met = [copy for copy in _met(user, items) if copy.identity not in identities]
    found = [*_of_messages(user, list(known)), *_of_items(user, met)]
    return found, len(known) == MOST or len(item_ids) == MOST or len(items) < len(item_ids)


def _of_messages(user: User, message_ids: Sequence[int]) -> Iterator[_Message]:
    forgotten = forgotten_since(user.workspace)
    kept = kept_messages(user, message_ids)
    for message_id, message in passive_messages(message_ids).items():
        concern = concern_of(message, user.pk, _CONSENTS, forgotten, {user.pk})
        yield _Message(concern, message.seconds, message.message_id, message.answers, message_id in kept)


def _met(user: User, items: Sequence[DueItem]) -> Iterator[MetCopy]:
    """What the items say; what cannot be opened or read is left out, as it would be set aside."""
    seal = seal_of(user.workspace)
    opened = _opened(items)
    items = [item for item in items if item.id in opened]
    mails = [item for item in items if item.kind == MAIL]
    if mails:
        keep = Keep()
        chunk = Mails(tuple(OneMail(_raw(opened[item.id]), "upload") for item in mails))
        with ReaderPool(hash_key_of(user.workspace), 1) as pool:
            pool.run([chunk], lambda _: keep)
        for read in keep.outcomes:
            if isinstance(read, ReadMail):
                item = mails[read.index]
                mail = opened[item.id]
                assert isinstance(mail, UploadedMail)
                yield met_mail(item, mail, read, None, is_known=False)
    yield from _others(items, opened, seal)


def _opened(items: Iterable[DueItem]) -> dict[int, Uploaded]:
    found = {}
    for item in items:
        with suppress(KeyMissing, ItemDamaged):
            found[item.id] = open_item(item.kind, item.key, item.sealed)
    return found


def _others(items: Iterable[DueItem], opened: dict[int, Uploaded], seal: Seal) -> Iterator[MetCopy]:
    for item in items:
        if item.kind != MAIL:
            yield met_other(item, opened[item.id], seal, is_known=False)


def _raw(uploaded: Uploaded) -> bytes:
    assert isinstance(uploaded, UploadedMail)
    return uploaded.raw


def _of_items(user: User, met: Iterable[MetCopy]) -> Iterator[_Message]:
    copies: dict[Token, list[MetCopy]] = defaultdict(list)
    for copy in met:
        copies[copy.identity].append(copy)
    for same in copies.values():
        first = same[0]
        envelope, met_at = first.envelope, min(copy.sealed.met_at for copy in same)
        concern = Concern(
            user.pk,
            first.kind,
            time_of(envelope.date, envelope.received_at, met_at),
            list(dict.fromkeys(p for copy in same for p in copy.sealed.participants)),
            tuple(Place(copy.sealed.label_role, copy.sealed.depth_at) for copy in same),
            bool(envelope.flags),
            is_disabled=False,
            consents=True,
        )
        references = first.references[-TOKEN_BYTES:]
        yield _Message(concern, first.seconds, first.message_id, references or None)
