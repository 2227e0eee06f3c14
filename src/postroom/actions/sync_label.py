"""Sync one label of an open mailbox: its changes, what is due in it, the way back, the comparison.

Each step is stored with how far it is, so it may be interrupted anywhere and made again. Trouble that is the label's
own is left to whoever looks into the mailbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from postroom.actions.mailbox_reading import MailboxReading
from postroom.actions.meet_mail import MailBatch
from postroom.core import sync
from postroom.core.trouble import CannotEver
from postroom.providers.port import Changes, OpenMailbox, Page
from postroom.store.models import Label
from postroom.store.read import mailboxes as read
from postroom.store.write import mailboxes as write

FOLLOW_EVERY: Final = 30
"""Seconds of walking back after which new mail is asked for again."""
_PAGES: Final = 100_000
"""More pages than that of one window, or of changes at once, are a server that turns in circles."""


class Deselected(Exception):
    """The label was deselected meanwhile, or selected anew: the look leaves it alone."""


class LabelSync:
    """One label, as long as a look lasts."""

    def __init__(
        self, reading: MailboxReading, opened: OpenMailbox, label: Label, is_over: Callable[[], bool]
    ) -> None:
        """``is_over``: whether the look has no more time."""
        self.label = label
        self._reading = reading
        self._opened = opened
        self._is_over = is_over
        self._began_at = reading.clock()
        self.has_more = False
        """It was left, for lack of time, with changes to follow or mails that are due."""
        self._removed = 0
        """How many mails this look was told to be gone."""

    @property
    def state(self) -> sync.LabelState:
        """How far its sync is."""
        mailbox, label = self._reading.mailbox, self.label
        passively = mailbox.source.feeds_people and mailbox.user.collects_since is not None
        return sync.LabelState(
            label.pk,
            label.role,
            sync.wanted_from(label.starts_at or 0, self._reading.depth_at, passively),
            label.begun_at,
            label.walked_to,
            label.verified_at,
            label.verified_to,
            label.problem,
            label.problem_at,
        )

    def _now(self) -> int:
        return self._reading.clock()

    # Changes

    def follow(self) -> None:
        """Follow its changes page by page, each stored with the cursor behind it."""
        label = self.label
        seen = {_key(label.cursor)}
        while not self._reading.stop.is_set():
            changes = self._opened.changes(label.ref, label.cursor)
            if changes.more and (_key(changes.cursor) in seen or len(seen) >= _PAGES):
                raise CannotEver("protocol")
            seen.add(_key(changes.cursor))
            self._store_changes(changes)
            if not changes.more:
                return
            if self._is_over():
                self.has_more = True
                return

    def _store_changes(self, changes: Changes) -> None:
        label = self.label
        is_first_round = label.begun_at is None
        wanted = self.state.wanted_from if is_first_round else 0
        added = [mail.ref for mail in changes.added if mail.received_at is None or mail.received_at >= wanted]
        then: dict[str, Any] = {}
        if label.cursor != changes.cursor:
            then["cursor"] = changes.cursor
        if is_first_round and not changes.more:
            then["begun_at"] = self._now()
        if label.problem in sync.RESTS:
            then |= {"problem": "", "problem_at": None}
        removed: Sequence[str] = changes.removed
        if not self._is_believed(removed):
            # The comparison asks, at once, and about what was told of it before.
            removed = ()
            then |= {"verified_at": None, "verifying_since": self._began_at, "verified_to": None}
        if added or removed or then:
            # Of many mails the cursor moves with the last.
            *parts, last = self._parts(added) or [[]]
            for part in parts:
                self._take(part)
            self._take(last, then, removed)

    def _is_believed(self, removed: Sequence[str]) -> bool:
        """Whether these are gone indeed; not where a look is told that of suddenly nearly all (row 51)."""
        label = self.label
        self._removed += len(removed)
        if self._removed < sync.SUDDEN_LEAST or label.problem == "believed":
            return True
        told = read.known_listings(label.pk, removed).values()
        before = read.lost_since(label.pk, self._began_at)
        lacking = before + sum(not listing.is_gone for listing in told)
        return not sync.is_sudden(read.listings_there(label.pk) + before, lacking)

    def _take(
        self,
        refs: Sequence[str],
        then: Mapping[str, Any] = {},
        removed: Sequence[str] = (),
        *,
        missed: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self._reading.go_on()
        if not MailBatch(self._reading, self._opened, self.label, missed=missed).take(refs, then, removed):
            raise Deselected

    # What is due

    def take_due(self) -> None:
        """Meet again what somebody asked for (C13)."""
        while refs := read.due_listings(self.label.pk, self._opened.at_once):
            if self._is_over():
                self.has_more = True
                return
            self._take(refs)

    # The way back

    def walk(self, step: sync.Step) -> int | None:
        """Meet what a window lists; returns how many mails that are, ``None`` where it was left half-way."""
        met = 0
        for page in self._pages(step):
            refs = [mail.ref for mail in page.listed]
            met += len(refs)
            for part in self._parts(self._unknown(refs)):
                self._take(part, _reached(step, page, part[-1]))
                if self._is_over():
                    return None
        self.note({"walked_to": step.since})
        return met

    def _parts(self, refs: Sequence[str]) -> list[Sequence[str]]:
        size = self._opened.at_once
        return [refs[at : at + size] for at in range(0, len(refs), size)]

    def _unknown(self, refs: Sequence[str]) -> list[str]:
        known = read.known_listings(self.label.pk, refs)
        return [ref for ref in refs if ref not in known or known[ref].is_gone]

    def _pages(self, step: sync.Step) -> Iterator[Page]:
        """The pages of a window. Raises ``CannotEver`` where the server turns in circles."""
        position: str | None = None
        seen: set[str] = set()
        while True:
            page = self._opened.list(self.label.ref, step.since, step.until, position)
            yield page
            position = page.position
            if position is None:
                return
            if position in seen or len(seen) >= _PAGES:
                raise CannotEver("protocol")
            seen.add(position)

    # The comparison

    def compare_anew(self) -> None:
        """Have all of it compared again."""
        self.note({"verified_at": None, "verifying_since": None, "verified_to": None})

    def compare(self, step: sync.Step) -> int | None:
        """Compare one window; what is missing here is met now, what is lacking there is gone once all was compared."""
        label, now = self.label, self._now()
        if label.verifying_since is None:
            self.note({"verifying_since": now})
        listed: dict[str, None] = {}
        for page in self._pages(step):
            listed |= dict.fromkeys(mail.ref for mail in page.listed)
        here = read.listings_between(label.pk, step.since, step.until)
        # What was not given before is asked for by itself; whether it is gone, the provider says then.
        unsure = [ref for ref, is_settled in here.items() if not is_settled]
        for part in [*self._parts([ref for ref in listed if ref not in here]), *([ref] for ref in unsure)]:
            self._take(part, missed=lambda at: at < now - FOLLOW_EVERY)
            if self._is_over():
                return None
        lacking = [ref for ref, is_settled in here.items() if is_settled and ref not in listed]
        if lacking:
            self._take([], removed=lacking)
        self.note(self._compared(step))
        return len(listed)

    def _compared(self, step: sync.Step) -> Mapping[str, Any]:
        """How far the comparison is; at its end what is gone is believed, or it stops and asks."""
        label = self.label
        if step.since > self.state.wanted_from:
            return {"verified_to": step.since}
        ended: dict[str, Any] = {"verified_at": self._now(), "verifying_since": None, "verified_to": None}
        began = label.verifying_since or self._now()
        gone = read.lost_since(label.pk, began)
        if label.problem != "believed" and sync.is_sudden(read.listings_there(label.pk) + gone, gone):
            write.there_after_all(label.pk, began)
            return ended | {"problem": "emptied", "problem_at": self._now()}
        if label.problem in ("emptied", "believed"):
            return ended | {"problem": "", "problem_at": None}
        return ended

    def note(self, fields: Mapping[str, Any]) -> None:
        """Write on the label how far it is. Raises ``LeaseLost``, ``Deselected``."""
        with transaction.atomic():
            write.renew(self._reading.mailbox.pk, self._reading.fence, self._now())
            if not write.update_label(self.label, fields):
                raise Deselected

    def begin_anew(self) -> bool:
        """The cursor is lost: forget it, so that all is walked again; says whether it was lost too often."""
        times = sync.of_late(self.label.started_over, self._now())
        anew: dict[str, Any] = {
            "cursor": None,
            "begun_at": None,
            "walked_to": None,
            "verified_at": None,
            "verifying_since": None,
            "verified_to": None,
            "started_over": times,
        }
        if len(times) > sync.STARTS_OVER_MOST:
            anew |= {"problem": "starts_over", "problem_at": self._now()}
        self.note(anew)
        return len(times) > sync.STARTS_OVER_MOST


def _reached(step: sync.Step, page: Page, last: str) -> Mapping[str, Any]:
    """What to note of a window whose mails up to the ``last`` of this page are met, so that it goes on behind that."""
    at = dict(page.listed).get(last) if page.is_newest_first else None
    # Others of the same second may be left.
    return {"walked_to": at + 1} if at is not None and step.since < at + 1 < step.until else {}


def _key(cursor: Mapping[str, Any] | None) -> str:
    return repr(sorted((cursor or {}).items()))
