"""Take mails that a label lists through: head, decision, content of what comes in, rows. One transaction a batch.

The cursor moves in the transaction that stores what became of everything before it, ``skip`` included (M13); being
killed anywhere else is to do the batch again, and a copy that was stored is known by its fingerprint. What was not
imported leaves a sealed envelope: its content was never asked for (F2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from django.db import transaction

from postroom.actions.file_mail import ContentMissing, Filed, file_mail
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.judge_people import judge_people
from postroom.actions.kept_content import kept_content
from postroom.core.case import SealedCopy
from postroom.core.mailbox import NOT_SELECTED, Mode, mode_in_force
from postroom.core.message import KEPT_OUT
from postroom.core.seal import Token
from postroom.core.sync import DAY
from postroom.core.upload import PEOPLE, lens_bits
from postroom.providers.port import Head, OpenMailbox
from postroom.reader import MetMail, ReadContent, ReaderPool, ReadMail, Unread
from postroom.reader.one_mail import Keep, Mails, OneMail
from postroom.stopping import Stopping
from postroom.store.models import Label, Mailbox
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.mailboxes import (
    KnownListing,
    copies_by_fingerprint,
    known_listings,
    set_aside_by_fingerprint,
)
from postroom.store.read.messages import Messages, known_copies, label_starts
from postroom.store.read.owners import Owners
from postroom.store.secrets import hash_key_of, seal_of
from postroom.store.write import mailboxes as write
from postroom.store.write.set_aside import Unreadable, put_aside, take_back
from postroom.store.write.turn import take_turn

MAX_BYTES: Final = 35 * 1024 * 1024
"""A larger mail is set aside without its content."""
_PART_BYTES: Final = 8 * 1024 * 1024
_PART_MAILS: Final = 50
"""So much goes to one reading process at a time."""
_EPOCH: Final = date(1970, 1, 1)
_TRIES: Final = 5
"""So often a batch is judged again because what it was judged by changed meanwhile."""


class Left(NamedTuple):
    """A mail that does not come to a decision: set aside, or gone."""

    why: str
    raw: bytes = b""
    size: int = 0


class Interrupted(Exception):
    """It was asked to stop: nothing of the batch under way is stored."""


@dataclass(slots=True)
class Met:
    """What became of the mails of a look, counted."""

    listed: int = 0
    new: int = 0
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    """By outcome and reason, in the customer lens; in the people lens where the source feeds that alone."""

    def add(self, outcome: str, reason: str) -> None:
        """Count one more."""
        self.outcomes[outcome, reason] = self.outcomes.get((outcome, reason), 0) + 1


class MailboxReading:
    """What the batches of one look share. Used within a ``with`` block by one thread."""

    def __init__(
        self,
        mailbox: Mailbox,
        fence: int,
        clock: Callable[[], int],
        stop: Stopping,
        pool: ReaderPool | None = None,
    ) -> None:
        self.mailbox = mailbox
        self.workspace = mailbox.workspace
        self.fence = fence
        self.clock = clock
        self.stop = stop
        self.seal = seal_of(self.workspace)
        self.at_hand = DirectoryAtHand(self.workspace.pk)
        self.messages = Messages(self.workspace.pk, Owners(self.seal))
        self.owner = self.seal.sealed(mailbox.user.email)
        self.mode = mode_in_force(mailbox.mode, self.workspace.mailbox_mode)
        self.has_withdrawn = False
        self.met = Met()
        source = mailbox.source
        self.lenses = lens_bits(source.feeds_customer, source.feeds_people)
        self.depth_at = depth_at(mailbox)
        self._stack = ExitStack()
        self._pool = pool

    def __enter__(self) -> MailboxReading:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def go_on(self) -> None:
        """Raise ``Interrupted`` where it was asked to stop."""
        if self.stop.is_set():
            raise Interrupted

    def pool(self) -> ReaderPool:
        """The reading processes, started when the first mail comes."""
        if self._pool is None:
            self._pool = self._stack.enter_context(ReaderPool(hash_key_of(self.workspace), 2))
        return self._pool


def depth_at(mailbox: Mailbox) -> int | None:
    """The crawling depth of the mailbox's source, Unix seconds."""
    day = mailbox.source.crawling_depth
    return None if day is None else (day - _EPOCH).days * DAY


class MailBatch:
    """Some mails of one label on their way: known? head read, judged, content read, filed."""

    def __init__(
        self,
        reading: MailboxReading,
        opened: OpenMailbox,
        label: Label,
        *,
        missed: Callable[[int], bool] = lambda _: False,
    ) -> None:
        """``missed``: whether a mail received then should have been met before."""
        self._reading = reading
        self._opened = opened
        self._label = label
        self._missed = missed
        self._heads: dict[str, Head] = {}
        self._copies: dict[str, MetCopy] = {}
        """By ref; those to be judged."""
        self._alike: dict[str, str] = {}
        """Mails of this batch whose head is that of another, byte for byte: they are one copy."""
        self._known: dict[str, int] = {}
        """By ref the copy that is there already, where nothing is to be judged."""
        self._left: dict[str, Left] = {}
        self._contents: dict[str, ReadContent] = {}
        self._verdicts: dict[Token, Verdict] | None = None
        """``None``: the copies changed since they were judged."""
        self._listings: dict[str, KnownListing] = {}

    def take(self, listed: Sequence[str], then: Mapping[str, Any], removed: Sequence[str] = ()) -> bool:
        """Meet these mails, note those ``removed``, and store with what became of them the label's fields ``then``.

        Says whether the label is selected as it was; where it is not any more, nothing of ``then`` is stored, and
        where it was selected anew, nothing at all. Raises ``LeaseLost``, ``Interrupted``, the provider's errors, and
        the database's; then nothing of the batch is stored.
        """
        refs = list(dict.fromkeys(listed))
        self._listings = known_listings(self._label.pk, refs)
        new = [ref for ref in refs if self._is_to_be_met(ref)]
        if new:
            self._read_heads(new)
        for _ in range(_TRIES):
            self._verdicts = self._judge()
            self._fetch_contents(self._verdicts)
            try:
                return self._store(then, removed, len(refs))
            except ContentMissing:
                continue
        raise ContentMissing

    def _is_to_be_met(self, ref: str) -> bool:
        """Not known yet, due, there again, or known only as a draft, spam or trash, which it may be no more."""
        known = self._listings.get(ref)
        if known is None or known.is_due or known.is_gone:
            return True
        if known.copy is None:
            return known.set_aside is None
        return known.label_role != self._label.role and known.label_role in KEPT_OUT

    # Heads

    def _read_heads(self, refs: Sequence[str]) -> None:
        self._heads = {head.ref: head for head in self._opened.heads(self._label.ref, refs)}
        self._left = {ref: Left("gone") for ref in refs if ref not in self._heads}
        read = self._envelopes([(ref, head.header) for ref, head in self._heads.items()])
        read |= self._read_whole([ref for ref, outcome in read.items() if isinstance(outcome, Unread)])
        prints = {ref: self._fingerprint(head) for ref, head in self._heads.items()}
        there = known_copies(list(prints.values()))
        ids = copies_by_fingerprint(there)
        starts = {fingerprint: at for fingerprint, (_, at) in label_starts(list(there)).items()}
        first: dict[Token, str] = {}
        for ref, outcome in read.items():
            if isinstance(outcome, Unread):
                self._left[ref] = Left(outcome.why, outcome.raw, len(outcome.raw))
            elif (
                prints[ref] in there
                and not self._is_due(ref)
                and not self._begins_earlier(ref, starts.get(prints[ref]))
            ):
                self._known[ref] = ids[prints[ref]]
            elif first.setdefault(prints[ref], ref) != ref:
                self._alike[ref] = first[prints[ref]]
            else:
                self._copies[ref] = self._copy(ref, outcome, prints[ref], is_known=prints[ref] in there)

    def _begins_earlier(self, ref: str, was: int | None) -> bool:
        """Whether the label kept the mail out when it was met, by what it began with then, and would not now (C2)."""
        starts_at, received_at = self._label.starts_at or 0, self._heads[ref].received_at
        return was is not None and (was == NOT_SELECTED or starts_at <= received_at < was)

    def _is_due(self, ref: str) -> bool:
        known = self._listings.get(ref)
        return known is not None and known.is_due

    def _envelopes(self, mails: Sequence[tuple[str, bytes]]) -> dict[str, ReadMail | Unread]:
        keep = Keep()
        self._reading.pool().run([Mails(tuple(OneMail(raw, "mailbox") for _, raw in mails))], lambda _: keep)
        return {mails[outcome.index][0]: outcome for outcome in keep.outcomes}

    def _fingerprint(self, head: Head) -> Token:
        """What a copy is known by: whose it is, where it stands and as what, and its header block byte for byte."""
        place = f"mailbox\0{self._reading.mailbox.user_id}\0{self._label.pk}\0{self._role(head)}"
        return blake2b(self._reading.seal.raw(head.header) + place.encode(), digest_size=16).digest()

    def _role(self, head: Head) -> str:
        return head.kept_out or self._label.role

    def _copy(self, ref: str, read: ReadMail, fingerprint: Token, *, is_known: bool) -> MetCopy:
        reading, head, label = self._reading, self._heads[ref], self._label
        sealed = SealedCopy(
            self._role(head),
            reading.owner,
            read.sealed,
            read.alternative,
            head.received_at,
            reading.clock(),
            reading.depth_at,
            reading.lenses,
            label.starts_at,
        )
        return MetCopy(
            fingerprint,
            read.identity,
            read.message_id,
            read.references,
            read.envelope,
            reading.mailbox.source.kind,
            reading.mailbox.user_id,
            "/".join(label.path)[:200],
            sealed,
            is_known=is_known,
        )

    def _read_whole(self, refs: Sequence[str]) -> dict[str, ReadMail | Unread]:
        """Mails whose heads could not be read, read whole; what cannot be read so either is set aside whole (L6)."""
        read: dict[str, ReadMail | Unread] = {}
        small = [ref for ref in refs if (self._heads[ref].size or 0) <= MAX_BYTES]
        for whole in self._fetch(small):
            read |= self._envelopes([whole])
        return read

    # Judging

    def _judge(self) -> dict[Token, Verdict]:
        reading = self._reading
        return judge(list(self._copies.values()), reading.messages, reading.at_hand, again=self._some_due())

    def _some_due(self) -> bool:
        return any(self._is_due(ref) for ref in self._copies)

    def _shown(self, verdicts: Mapping[Token, Verdict]) -> list[str]:
        """The mails whose content is shown."""
        shown = {copy.fingerprint for v in verdicts.values() if v.imports for copy in v.shown}
        return [ref for ref, copy in self._copies.items() if copy.fingerprint in shown]

    # Contents

    def _fetch_contents(self, verdicts: Mapping[Token, Verdict]) -> None:
        """Have the contents of what comes in, as far as they are kept; with what the whole mail says, judge again."""
        wanted = [ref for ref in self._shown(verdicts) if ref not in self._contents]
        if self._reading.mode is not Mode.FULL:
            self._read_contents((ref, self._heads[ref].header) for ref in wanted)
            return
        for ref in wanted:
            size = self._heads[ref].size or 0
            if size > MAX_BYTES:
                self._leave(ref, Left("too_large", b"", size))
        wanted = [ref for ref in wanted if ref in self._copies]
        self._read_contents(self._fetch(wanted), is_whole=True)
        for ref in wanted:
            if ref in self._copies and ref not in self._contents:
                self._leave(ref, Left("gone"))

    def _fetch(self, refs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        if refs:
            self._reading.go_on()
            for whole in self._opened.wholes(self._label.ref, refs):
                yield whole.ref, whole.raw
                self._reading.go_on()

    def _read_contents(self, mails: Iterable[tuple[str, bytes]], *, is_whole: bool = False) -> None:
        judges: list[_ReadAll] = []

        def judge_for(_: Mails) -> _ReadAll:
            judges.append(_ReadAll())
            return judges[-1]

        self._reading.pool().run(_parts(mails), judge_for)
        for read in judges:
            self._contents |= read.contents
            for ref, unread in read.unread.items():
                self._leave(ref, Left(unread.why, unread.raw, len(unread.raw)))
            if is_whole:
                for ref, whole in read.mails.items():
                    self._say_more(ref, whole)

    def _say_more(self, ref: str, whole: ReadMail) -> None:
        """Take the envelope from the whole mail, where the provider's head did not say as much."""
        copy = self._copies.get(ref)
        if copy is not None and whole.identity == copy.identity and whole.envelope != copy.envelope:
            self._copies[ref] = self._copy(ref, whole, copy.fingerprint, is_known=copy.is_known)
            self._verdicts = None

    def _leave(self, ref: str, left: Left) -> None:
        copy = self._copies.pop(ref, None)
        self._left[ref] = left
        self._verdicts = None
        twin = next((other for other, first in self._alike.items() if first == ref), None)
        if copy is not None and twin is not None and left.why == "gone":
            # The other one may be there still.
            del self._alike[twin]
            self._alike = {other: twin if first == ref else first for other, first in self._alike.items()}
            self._copies[twin] = copy

    # Rows

    def _store(self, then: Mapping[str, Any], removed: Sequence[str], listed: int) -> bool:
        reading, label = self._reading, self._label
        now = reading.clock()
        with transaction.atomic():
            take_turn(reading.workspace)
            write.renew(reading.mailbox.pk, reading.fence, now)
            selected_at, starts_at = write.selection(label)
            is_selected = selected_at is not None
            if is_selected and (selected_at, starts_at) != (label.selected_at, label.starts_at):
                return False
            if not is_selected:
                self._not_selected()
            verdicts = self._judge() if self._verdicts is None else self._verdicts
            texts = {
                self._copies[ref].fingerprint: kept_content(content, reading.mode)
                for ref, content in self._contents.items()
                if ref in self._copies
            }
            filed = file_mail(
                reading.workspace,
                verdicts,
                texts,
                reading.messages,
                reading.at_hand,
                now,
                again=self._some_due(),
            )
            if reading.lenses & PEOPLE:
                user = reading.mailbox.user_id
                concerns = {(id_, user) for identity, id_ in filed.ids.items() if identity in filed.verdicts}
                judge_people(reading.workspace, concerns, reading.at_hand, now)
            self._list(now)
            write.mark_gone(label.pk, removed, now)
            if is_selected:
                write.update_label(label, then)
        self._count(filed, listed)
        reading.has_withdrawn = reading.has_withdrawn or bool(filed.withdrawn)
        return is_selected

    def _not_selected(self) -> None:
        """The label was deselected while this was fetched: what was met is recorded as such (C2)."""
        self._verdicts = None
        self._copies = {
            ref: copy._replace(sealed=copy.sealed._replace(starts_at=NOT_SELECTED))
            for ref, copy in self._copies.items()
        }

    def _list(self, now: int) -> None:
        """Store what the label lists, and what became of each."""
        label, workspace = self._label, self._reading.workspace
        ids = copies_by_fingerprint(copy.fingerprint for copy in self._copies.values())
        copies = self._known | {ref: ids[copy.fingerprint] for ref, copy in self._copies.items()}
        copies |= {ref: copies[first] for ref, first in self._alike.items() if first in copies}
        prints = {ref: self._fingerprint(head) for ref, head in self._heads.items()}
        readable = {prints[ref]: copy for ref, copy in copies.items() if ref in prints}
        write.read_after_all(workspace.pk, readable)
        take_back(workspace.pk, list(readable))
        aside = {ref: left for ref, left in self._left.items() if left.why != "gone"}
        put_aside(
            workspace.pk, [self._unreadable(ref, left, prints[ref]) for ref, left in aside.items()], now
        )
        aside_ids = set_aside_by_fingerprint(workspace.pk, (prints[ref] for ref in aside)) if aside else {}
        rows = [self._listing(ref, copy, None, now) for ref, copy in copies.items()]
        rows += [self._listing(ref, None, aside_ids[prints[ref]], now) for ref in aside]
        write.add_listings(label.pk, rows)
        gone = [ref for ref, left in self._left.items() if left.why == "gone"]
        write.mark_gone(label.pk, [ref for ref in gone if ref in self._listings], now)
        write.add_vanished(label.pk, [ref for ref in gone if ref not in self._listings], now)

    def _listing(self, ref: str, copy: int | None, aside: int | None, now: int) -> write.NewListing:
        received_at = self._heads[ref].received_at
        missed_at = now if ref not in self._listings and self._missed(received_at) else None
        return write.NewListing(ref, received_at, copy, aside, missed_at)

    def _unreadable(self, ref: str, left: Left, fingerprint: Token) -> Unreadable:
        mailbox, label = self._reading.mailbox, self._label
        return Unreadable(
            fingerprint,
            mailbox.source.kind,
            mailbox.user_id,
            "/".join(label.path)[:200],
            self._role(self._heads[ref]),
            "mailbox",
            left.size or self._heads[ref].size or 0,
            left.why,
            left.raw,
        )

    def _count(self, filed: Filed, listed: int) -> None:
        met = self._reading.met
        met.listed += listed
        met.new += len(self._copies) + len(self._left)
        for verdict in filed.verdicts.values():
            for _ in verdict.met:
                met.add(verdict.decision.outcome, verdict.decision.reason)
        for left in self._left.values():
            met.add("gone" if left.why == "gone" else "set_aside", left.why)


class _ReadAll:
    """The reading pool's judge: read everything of these mails, whose refs are their locators."""

    def __init__(self) -> None:
        self._refs: dict[int, str] = {}
        self.mails: dict[str, ReadMail] = {}
        self.contents: dict[str, ReadContent] = {}
        self.unread: dict[str, Unread] = {}

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        self._refs = {mail.index: mail.locator for mail in mails}
        return list(self._refs)

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        self.mails = {self._refs[mail.index]: mail for mail in mails}
        return [mail.index for mail in mails]

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self.contents = {self._refs[content.index]: content for content in contents}
        self.unread = {self._refs[mail.index]: mail for mail in unread}


def _parts(mails: Iterable[tuple[str, bytes]]) -> Iterator[Mails]:
    """The mails in portions for the reading processes, as they come."""
    held: list[OneMail] = []
    size = 0
    for ref, raw in mails:
        held.append(OneMail(raw, ref))
        size += len(raw)
        if size >= _PART_BYTES or len(held) >= _PART_MAILS:
            yield Mails(tuple(held))
            held, size = [], 0
    if held:
        yield Mails(tuple(held))
