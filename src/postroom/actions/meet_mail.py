"""Take mails that a label lists through: head, decision, content of what comes in, rows. One transaction a batch.

The cursor moves in the transaction that stores what became of everything before it, ``skip`` included (M13); being
killed anywhere else is to do the batch again, and a copy that was stored is known by its fingerprint. What was not
imported leaves a sealed envelope: its content was never asked for (F2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from django.db import transaction

from postroom.actions.file_mail import ContentMissing, Filed, file_mail
from postroom.actions.judge_mail import MetCopy, Verdict, judge
from postroom.actions.judge_people import judge_people
from postroom.actions.kept_content import kept_content
from postroom.actions.list_mails import Left, Listed, headless, list_mails
from postroom.actions.mailbox_reading import MailboxReading
from postroom.actions.read_mails import read_envelopes, read_wholes
from postroom.core.case import SealedCopy
from postroom.core.mail.unreadable import NOT_GIVEN
from postroom.core.mailbox import NOT_SELECTED, Mode
from postroom.core.message import KEPT_OUT
from postroom.core.seal import Token
from postroom.core.upload import PEOPLE
from postroom.providers.port import Head, NotGiven, OpenMailbox
from postroom.reader import ReadContent, ReadMail, Unread
from postroom.store.models import Label
from postroom.store.read.mailboxes import (
    KnownListing,
    copies_by_fingerprint,
    known_listings,
    mode_now,
)
from postroom.store.read.messages import known_copies, label_starts
from postroom.store.write import mailboxes as write
from postroom.store.write.turn import take_turn

MAX_BYTES: Final = 35 * 1024 * 1024
"""A larger mail is set aside without its content."""
_TRIES: Final = 5
"""So often a batch is judged again because what it was judged by changed meanwhile."""


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
        self._prints: dict[str, Token] = {}
        self._copies: dict[str, MetCopy] = {}
        """By ref; those to be judged."""
        self._alike: dict[str, str] = {}
        """Mails of this batch whose head is that of another, byte for byte: they are one copy."""
        self._known: dict[str, int] = {}
        """By ref the copy that is there already, where nothing is to be judged."""
        self._left: dict[str, Left] = {}
        self._refused: set[str] = set()
        """Mails whose head is known and that the provider does not give whole."""
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
            return known.set_aside is None or known.is_not_given
        return known.label_role != self._label.role and known.label_role in KEPT_OUT

    # Heads

    def _read_heads(self, refs: Sequence[str]) -> None:
        given = self._opened.heads(self._label.ref, refs)
        self._heads = {head.ref: head for head in given if isinstance(head, Head)}
        met_at = {ref: known.received_at for ref, known in self._listings.items()}
        now = self._reading.clock()
        lacking = {
            mail.ref: headless(mail, met_at.get(mail.ref, now))
            for mail in given
            if isinstance(mail, NotGiven)
        }
        self._left = {ref: Left("gone") for ref in refs if ref not in self._heads}
        self._left |= {ref: Left(NOT_GIVEN, None) for ref in lacking}
        read = read_envelopes(self._reading.pool(), [(ref, head.header) for ref, head in self._heads.items()])
        read |= self._read_whole([ref for ref, outcome in read.items() if isinstance(outcome, Unread)])
        prints = self._prints = {ref: self._fingerprint(head) for ref, head in self._heads.items()}
        there = known_copies(list(prints.values()))
        ids = copies_by_fingerprint(there)
        starts = {fingerprint: at for fingerprint, (_, at) in label_starts(list(there)).items()}
        self._heads |= lacking
        prints |= {ref: self._fingerprint(head) for ref, head in lacking.items()}
        first: dict[Token, str] = {}
        for ref, outcome in read.items():
            if isinstance(outcome, Unread):
                self._left[ref] = self._unread(ref, outcome)
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

    def _instead(self) -> dict[str, Token]:
        """By ref what mails were known by that were not given before, and are now."""
        before = [ref for ref, known in self._listings.items() if known.is_not_given and ref in self._heads]
        prints = {ref: self._fingerprint(headless(NotGiven(ref), 0)) for ref in before}
        return {ref: token for ref, token in prints.items() if token != self._prints[ref]}

    def _begins_earlier(self, ref: str, was: int | None) -> bool:
        """Whether the label kept the mail out when it was met, by what it began with then, and would not now (C2)."""
        starts_at, received_at = self._label.starts_at or 0, self._heads[ref].received_at
        return was is not None and (was == NOT_SELECTED or starts_at <= received_at < was)

    def _is_due(self, ref: str) -> bool:
        known = self._listings.get(ref)
        return known is not None and (known.is_due or known.is_not_given)

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
            read |= read_envelopes(self._reading.pool(), [whole])
        return read

    def _unread(self, ref: str, unread: Unread) -> Left:
        """A mail whose head cannot be read, and no more of it."""
        if ref in self._refused:
            return Left(NOT_GIVEN, None)
        return Left(unread.why, unread.raw, len(unread.raw))

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
                self._leave(ref, Left(NOT_GIVEN, None) if ref in self._refused else Left("gone"))

    def _fetch(self, refs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        if refs:
            self._reading.go_on()
            for whole in self._opened.wholes(self._label.ref, refs):
                if isinstance(whole, NotGiven):
                    self._refused.add(whole.ref)
                else:
                    yield whole.ref, whole.raw
                self._reading.go_on()

    def _read_contents(self, mails: Iterable[tuple[str, bytes]], *, is_whole: bool = False) -> None:
        for read in read_wholes(self._reading.pool(), mails):
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
        if copy is not None and twin is not None and left.why in ("gone", NOT_GIVEN):
            # The other one may be there still, and given.
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
            selection = write.selection(label)
            is_selected = selection[0] is not None
            if is_selected and selection != (label.selected_at, label.starts_at, label.begun_at):
                return False
            if not is_selected:
                self._not_selected()
            mode = min(reading.mode, mode_now(reading.mailbox))
            verdicts = self._judge() if self._verdicts is None else self._verdicts
            texts = {
                self._copies[ref].fingerprint: kept_content(content, mode)
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
            self._left |= {
                ref: self._left[first] for ref, first in self._alike.items() if first in self._left
            }
            met = Listed(
                reading, label, self._heads, self._prints, self._instead(), self._listings, self._missed
            )
            list_mails(met, self._became(), self._left, now)
            write.mark_gone(label.pk, removed, now)
            write.pass_on_due(label.pk)
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

    def _became(self) -> dict[str, int]:
        """By ref the copy that a mail is."""
        ids = copies_by_fingerprint(copy.fingerprint for copy in self._copies.values())
        copies = self._known | {ref: ids[copy.fingerprint] for ref, copy in self._copies.items()}
        copies |= {ref: copies[first] for ref, first in self._alike.items() if first in copies}
        refused = [ref for ref, left in self._left.items() if left.why == NOT_GIVEN]
        return copies | {ref: ids[self._prints[ref]] for ref in refused if self._prints[ref] in ids}

    def _count(self, filed: Filed, listed: int) -> None:
        met = self._reading.met
        met.listed += listed
        met.new += len(self._copies) + len(self._left)
        for verdict in filed.verdicts.values():
            for _ in verdict.met:
                met.add(verdict.decision.outcome, verdict.decision.reason)
        for left in self._left.values():
            met.add("gone" if left.why == "gone" else "set_aside", left.why)
