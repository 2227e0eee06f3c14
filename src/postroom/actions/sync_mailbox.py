"""Look into a mailbox: labels, changes, what is due, the way back, the comparison. The plan is ``core.sync``'s.

One worker at a time has a mailbox, by a lease with a fence; a look may be interrupted anywhere and made again. What
goes wrong at the provider is written on the mailbox in words that stay true until a look goes well (M14).
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction

from postroom.actions.erase_traces import erase_traces_now
from postroom.actions.mailbox_access import access_of, provider_for
from postroom.actions.meet_mail import Interrupted, MailBatch, MailboxReading, Met
from postroom.actions.work import may_pass
from postroom.core import sync
from postroom.core.schedule import LOOK_EVERY, rest
from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, StartOver, TryLater
from postroom.providers.port import Changes, OpenMailbox, Page
from postroom.reader import ReaderPool
from postroom.stopping import Stopping
from postroom.store.models import Label, Mailbox
from postroom.store.read import mailboxes as read
from postroom.store.write import mailboxes as write
from postroom.store.write.jobs import LeaseLost

LABELS_EVERY: Final = 900
"""Seconds between two looks at the list of labels."""
FOLLOW_EVERY: Final = 30
"""Seconds of walking back after which new mail is asked for again."""
LOOK_FOR: Final = 60
"""Seconds after which a look ends though there is more, so that other mailboxes have their turn."""
_WELL: Final[Mapping[str, Any]] = {"trouble": "", "trouble_code": "", "trouble_since": None, "tries": 0}
_PAGES: Final = 100_000
"""More pages than that of one window, or of changes at once, are a server that turns in circles."""

_log = logging.getLogger("postroom.mailboxes")


def look_at_one_due(stop: Stopping) -> bool:
    """Look into the mailbox that has been due for longest; says whether there was one. Raises the database's errors."""
    now = int(time.time())
    return any(look(mailbox_id, stop=stop) is not None for mailbox_id in read.due_mailboxes(now, 10))


def look(
    mailbox_id: int,
    *,
    stop: Stopping | None = None,
    clock: Callable[[], int] = lambda: int(time.time()),
    seconds: float = LOOK_FOR,
    verify: bool = False,
    pool: ReaderPool | None = None,
) -> Met | None:
    """Look into a mailbox now, for at most so many ``seconds`` and what is under way; ``None``: somebody else does.

    ``verify``: compare all of it with the provider's list, due or not. ``pool``: reading processes of the workspace
    that stay for further looks. Provider trouble ends the look and stands on the
    mailbox then. Raises the database's errors, ``KeyMissing`` and ``ReaderProblem``; all that was committed stays.
    """
    fence = write.claim(mailbox_id, clock())
    if fence is None:
        return None
    found: dict[str, Any] = {}
    mailbox = read.mailbox(mailbox_id)
    reading = MailboxReading(mailbox, fence, clock, stop or Stopping(), pool)
    looking: _Look | None = None
    try:
        with reading, provider_for(mailbox).open(access_of(mailbox)) as opened:
            looking = _Look(reading, opened, seconds, verify)
            found = looking.go()
    except (LeaseLost, Interrupted):
        pass
    except ProviderError as error:
        if isinstance(error, SignInAgain) and read.is_secret_new(mailbox):
            # Somebody else signed in meanwhile, and what it was tried with was replaced then (row 47).
            error = TryLater("secret_replaced", after_seconds=1)
        found = _trouble(mailbox, error, clock())
        if error.code == "budget_spent" and looking is not None and looking.has_followed:
            found["looked_at"] = clock()
    except Exception as error:
        if not may_pass(error):
            # A mistake of ours, or keys that are missing: it is not tried without end.
            found = _trouble(mailbox, TryLater("unexpected"), clock())
        raise
    finally:
        write.release(mailbox, fence, **found)
        if reading.has_withdrawn:
            erase_traces_now(reading.workspace)
    return reading.met


def _trouble(mailbox: Mailbox, error: ProviderError, now: int) -> dict[str, Any]:
    """What is written on the mailbox after trouble at the provider."""
    after = error.after_seconds if isinstance(error, TryLater) else None
    if error.code == "budget_spent":
        # Nothing is wrong: it goes on where it was as soon as it may.
        return {**_WELL, "look_at": now + round(after or 1)}
    _log.warning("mailbox %s: %s (%s)", mailbox.pk, error.kind, error.code)
    tries = mailbox.tries + 1
    since = mailbox.trouble_since if mailbox.trouble == error.kind else now
    return {
        "trouble": error.kind,
        "trouble_code": error.code[:60],
        "trouble_since": since or now,
        "tries": tries,
        "look_at": now + rest(error.kind, tries, after, random.random()),
    }


class _Deselected(Exception):
    """The label was deselected meanwhile, or selected anew: the look leaves it alone."""


class _Look:
    """One look into one open mailbox."""

    def __init__(
        self,
        reading: MailboxReading,
        opened: OpenMailbox,
        seconds: float,
        verify: bool,
    ) -> None:
        self._reading = reading
        self._mailbox = reading.mailbox
        self._opened = opened
        self._stop = reading.stop
        self._ends_at = time.monotonic() + seconds
        self._verify = verify
        self._labels: dict[int, Label] = {}
        self._followed_at = 0.0
        self._began_at = reading.clock()
        self._removed: Counter[int] = Counter()
        """By label how many mails this look was told to be gone."""

    @property
    def has_followed(self) -> bool:
        """Whether new mail was asked for in all labels."""
        return self._followed_at > 0.0

    def go(self) -> dict[str, Any]:
        """Do what is planned; returns what to write on the mailbox. Raises the provider's errors."""
        now = self._now()
        if sync.is_due_again(self._mailbox.labels_at, LABELS_EVERY, now):
            self._refresh_labels()
        self._load()
        if self._verify:
            for label_id in list(self._labels):
                self._in_label(label_id, self._compare_anew)
        self._follow()
        self._take_due()
        is_done = self._walk() and self._compare() and not self._stop.is_set()
        found: dict[str, Any] = {**_WELL}
        if self.has_followed:
            found["looked_at"] = self._now()
        found["look_at"] = self._now() + (LOOK_EVERY if is_done else 0)
        return found

    def _now(self) -> int:
        return self._reading.clock()

    def _is_over(self) -> bool:
        return self._stop.is_set() or time.monotonic() >= self._ends_at

    # Labels

    def _refresh_labels(self) -> None:
        now = self._now()
        found = [sync.Found(*label) for label in self._opened.labels()]
        known = [
            sync.KnownLabel(
                row.pk,
                row.ref,
                tuple(row.path),
                row.role,
                row.is_selectable,
                row.total,
                row.trait,
                row.gone_at is not None,
            )
            for row in read.labels_of(self._mailbox.pk)
        ]
        plan = sync.reconcile(known, found)
        write.store_labels(self._mailbox, self._reading.fence, plan, now)

    def _load(self) -> None:
        """The labels that sync, by id."""
        self._labels = {
            label.pk: label
            for label in read.labels_of(self._mailbox.pk)
            if label.selected_at is not None and label.gone_at is None
        }

    def _states(self) -> list[sync.LabelState]:
        passively = self._mailbox.source.feeds_people and self._mailbox.user.collects_since is not None
        return [
            sync.LabelState(
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
            for label in self._labels.values()
        ]

    # Changes

    def _follow(self) -> None:
        for step in sync.follow_steps(self._states(), self._now()):
            if self._stop.is_set():
                return
            self._in_label(step.label, self._follow_one)
        if not self._stop.is_set():
            self._followed_at = time.monotonic()

    def _follow_one(self, label: Label) -> None:
        """Follow the changes of a label page by page, each stored with the cursor behind it."""
        seen = {_key(label.cursor)}
        while not self._stop.is_set():
            changes = self._opened.changes(label.ref, label.cursor)
            if changes.more and (_key(changes.cursor) in seen or len(seen) >= _PAGES):
                raise CannotEver("protocol")
            seen.add(_key(changes.cursor))
            self._store_changes(label, changes)
            if not changes.more:
                return

    def _store_changes(self, label: Label, changes: Changes) -> None:
        is_first_round = label.begun_at is None
        wanted = self._wanted_from(label) if is_first_round else 0
        added = [mail.ref for mail in changes.added if mail.received_at is None or mail.received_at >= wanted]
        then: dict[str, Any] = {}
        if label.cursor != changes.cursor:
            then["cursor"] = changes.cursor
        if is_first_round and not changes.more:
            then["begun_at"] = self._now()
        if label.problem in sync.RESTS_FOR_A_DAY:
            then |= {"problem": "", "problem_at": None}
        removed: Sequence[str] = changes.removed
        if not self._is_believed(label, removed):
            # The comparison asks, at once, and about what was told of it before.
            removed = ()
            then |= {"verified_at": None, "verifying_since": self._began_at, "verified_to": None}
        if added or removed or then:
            # Of many mails the cursor moves with the last.
            *parts, last = self._parts(added) or [[]]
            for part in parts:
                self._take(label, part)
            self._take(label, last, then, removed)

    def _is_believed(self, label: Label, removed: Sequence[str]) -> bool:
        """Whether these are gone indeed; not where a look is told that of suddenly nearly all (row 51)."""
        self._removed[label.pk] += len(removed)
        if self._removed[label.pk] < sync.SUDDEN_LEAST or label.problem == "believed":
            return True
        told = read.known_listings(label.pk, removed).values()
        before = read.lost_since(label.pk, self._began_at)
        lacking = before + sum(not listing.is_gone for listing in told)
        return not sync.is_sudden(read.listings_there(label.pk, 0) + before, lacking)

    def _wanted_from(self, label: Label) -> int:
        return next(state.wanted_from for state in self._states() if state.id == label.pk)

    def _take(
        self,
        label: Label,
        refs: Sequence[str],
        then: Mapping[str, Any] = {},
        removed: Sequence[str] = (),
        *,
        missed: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self._reading.go_on()
        if not MailBatch(self._reading, self._opened, label, missed=missed).take(refs, then, removed):
            raise _Deselected

    # What is due

    def _take_due(self) -> None:
        for label_id in list(self._labels):
            self._in_label(label_id, self._take_due_of)

    def _take_due_of(self, label: Label) -> None:
        while not self._is_over() and (refs := read.due_listings(label.pk, self._opened.at_once)):
            self._take(label, refs)

    # The way back

    def _walk(self) -> bool:
        """Walk back as long as there is time; says whether all is met."""
        span = sync.WINDOW
        while (step := sync.next_walk(self._states(), span, now=self._now())) is not None:
            if self._is_over():
                return False
            met = self._in_label(step.label, partial(self._walk_window, step=step))
            if met is None:
                return False
            span = sync.longer(span, met)
            if time.monotonic() - self._followed_at >= FOLLOW_EVERY:
                self._follow()
        return True

    def _walk_window(self, label: Label, step: sync.Step) -> int | None:
        """Meet what a window lists; returns how many mails that are, ``None`` where it was left half-way."""
        met = 0
        for page in self._pages(label, step):
            refs = [mail.ref for mail in page.listed]
            met += len(refs)
            for part in self._parts(self._unknown(label, refs)):
                self._take(label, part)
                if self._is_over():
                    return None
        self._note(label, {"walked_to": step.since})
        return met

    def _parts(self, refs: Sequence[str]) -> list[Sequence[str]]:
        size = self._opened.at_once
        return [refs[at : at + size] for at in range(0, len(refs), size)]

    def _unknown(self, label: Label, refs: Sequence[str]) -> list[str]:
        known = read.known_listings(label.pk, refs)
        return [ref for ref in refs if ref not in known or known[ref].is_gone]

    def _pages(self, label: Label, step: sync.Step) -> Iterator[Page]:
        """The pages of a window. Raises ``CannotEver`` where the server turns in circles."""
        position: str | None = None
        seen: set[str] = set()
        while True:
            page: Page = self._opened.list(label.ref, step.since, step.until, position)
            yield page
            position = page.position
            if position is None:
                return
            if position in seen or len(seen) >= _PAGES:
                raise CannotEver("protocol")
            seen.add(position)

    # The comparison

    def _compare(self) -> bool:
        """Compare labels with the provider's lists, where that is due and there is time; says whether all is done."""
        span = sync.WINDOW
        while (step := sync.next_verify(self._states(), span, now=self._now())) is not None:
            if self._is_over():
                return False
            met = self._in_label(step.label, partial(self._compare_window, step=step))
            if met is None:
                return False
            span = sync.longer(span, met)
        return True

    def _compare_anew(self, label: Label) -> None:
        self._note(label, {"verified_at": None, "verifying_since": None, "verified_to": None})

    def _compare_window(self, label: Label, step: sync.Step) -> int | None:
        """Compare one window; what is missing here is met now, what is lacking there is gone once all was compared."""
        now = self._now()
        if label.verifying_since is None:
            self._note(label, {"verifying_since": now})
        listed: dict[str, None] = {}
        for page in self._pages(label, step):
            listed |= dict.fromkeys(mail.ref for mail in page.listed)
        here = read.listings_between(label.pk, step.since, step.until)
        for part in self._parts([ref for ref in listed if not here.get(ref)]):
            self._take(label, part, missed=lambda at: at < now - FOLLOW_EVERY)
            if self._is_over():
                return None
        lacking = [ref for ref in here if ref not in listed]
        if lacking:
            self._take(label, [], removed=lacking)
        self._note(label, self._compared(label, step))
        return len(listed)

    def _compared(self, label: Label, step: sync.Step) -> Mapping[str, Any]:
        """How far the comparison is; at its end what is gone is believed, or it stops and asks."""
        if step.since > self._wanted_from(label):
            return {"verified_to": step.since}
        ended: dict[str, Any] = {"verified_at": self._now(), "verifying_since": None, "verified_to": None}
        began = label.verifying_since or self._now()
        gone = read.lost_since(label.pk, began)
        if label.problem != "believed" and sync.is_sudden(read.listings_there(label.pk, 0) + gone, gone):
            write.there_after_all(label.pk, began)
            return ended | {"problem": "emptied", "problem_at": self._now()}
        if label.problem in ("emptied", "believed"):
            return ended | {"problem": "", "problem_at": None}
        return ended

    def _note(self, label: Label, fields: Mapping[str, Any]) -> None:
        """Write on a label how far it is. Raises ``LeaseLost``."""
        with transaction.atomic():
            write.renew(self._mailbox.pk, self._reading.fence, self._now())
            if not write.update_label(label, fields):
                raise _Deselected

    # Trouble with one label

    def _in_label(self, label_id: int, do: Callable[[Label], Any]) -> Any:
        """Do something in a label; trouble that is the label's own stays with it. Raises what concerns the mailbox."""
        label = self._labels[label_id]
        try:
            return self._in_spite(label, do)
        except _Deselected:
            self._labels.pop(label_id, None)
        return None

    def _in_spite(self, label: Label, do: Callable[[Label], Any]) -> Any:
        try:
            return do(label)
        except StartOver as error:
            self._start_over(label, error)
        except (CannotEver, NotAllowed) as error:
            if error.code not in sync.OF_ONE_LABEL:
                raise
            self._give_up(label, sync.OF_ONE_LABEL[error.code])
        return None

    def _start_over(self, label: Label, error: StartOver) -> None:
        """The cursor is lost: take it anew, and walk all of it again; what is met again is known."""
        is_gone = error.code == "label_gone"
        if is_gone or label.trait:
            # Perhaps it was renamed, and another goes by its name now: the next look knows it by its own.
            self._refresh_labels()
            if not read.goes_by(label.pk, label.ref):
                self._labels.pop(label.pk, None)
                return
        times = sync.of_late(label.started_over, self._now())
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
        self._note(label, anew)
        if is_gone or len(times) > sync.STARTS_OVER_MOST:
            self._labels.pop(label.pk, None)
        else:
            self._in_label(label.pk, self._follow_one)

    def _give_up(self, label: Label, problem: str) -> None:
        self._note(label, {"problem": problem, "problem_at": self._now()})
        self._labels.pop(label.pk, None)


def _key(cursor: Mapping[str, Any] | None) -> str:
    return repr(sorted((cursor or {}).items()))
