"""Look into a mailbox: labels, changes, what is due, the way back, the comparison. The plan is ``core.sync``'s.

One worker at a time has a mailbox, by a lease with a fence; a look may be interrupted anywhere and made again. What
goes wrong at the provider is written on the mailbox in words that stay true until a look goes well (M14).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from postroom.actions.erase_traces import erase_traces_now
from postroom.actions.keep_lease import LeaseKeeper
from postroom.actions.look_time import LookTime
from postroom.actions.mailbox_access import access_of, provider_for
from postroom.actions.mailbox_reading import Interrupted, MailboxReading, Met
from postroom.actions.sync_label import FOLLOW_EVERY, Deselected, LabelSync
from postroom.actions.work import may_pass
from postroom.core import sync
from postroom.core.schedule import look_again_after, rest
from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, StartOver, TryLater
from postroom.providers.port import OpenMailbox
from postroom.reader import ReaderPool
from postroom.stopping import Stopping
from postroom.store.models import Mailbox
from postroom.store.read import mailboxes as read
from postroom.store.write import mailboxes as write
from postroom.store.write.jobs import LeaseLost

LABELS_EVERY: Final = 900
"""Seconds between two looks at the list of labels."""
LOOK_FOR: Final = 60
"""Seconds after which a look ends though there is more, so that other mailboxes have their turn."""
_WELL: Final[Mapping[str, Any]] = {
    "trouble": "",
    "trouble_code": "",
    "trouble_since": None,
    "tries": 0,
    "has_more": False,
}

_Told = TypeVar("_Told")


_Window = Callable[[LabelSync, sync.Step], int | None]
"""What is done with a window: how many mails it has, or ``None`` where it was left half-way."""


class _Plan(Protocol):
    """Which window is next (``core.sync``)."""

    def __call__(self, labels: Sequence[sync.LabelState], span: int, *, now: int) -> sync.Step | None: ...


_log = logging.getLogger("postroom.mailboxes")


def look_at_one_due(stop: Stopping) -> bool:
    """Look into the mailbox that has been due for longest; says whether there was one. Raises the database's errors."""

    def is_waited_for() -> bool:
        return read.is_one_waiting(int(time.time()))

    due = read.due_mailboxes(int(time.time()), 10)
    return any(look(mailbox_id, stop=stop, is_waited_for=is_waited_for) is not None for mailbox_id in due)


def look(
    mailbox_id: int,
    *,
    stop: Stopping | None = None,
    clock: Callable[[], int] = lambda: int(time.time()),
    seconds: float = LOOK_FOR,
    verify: bool = False,
    pool: ReaderPool | None = None,
    is_waited_for: Callable[[], bool] = lambda: False,
) -> Met | None:
    """Look into a mailbox now, for at most so many ``seconds`` and what is under way; ``None``: somebody else does.

    ``is_waited_for``: whether another mailbox has to be looked into, so that this look is to be a short one.
    ``verify``: compare all of it with the provider's list, due or not. ``pool``: reading processes of the workspace
    that stay for further looks. Provider trouble ends the look and stands on the mailbox then. Raises the database's
    errors, ``KeyMissing`` and ``ReaderProblem``; all that was committed stays.
    """
    fence = write.claim(mailbox_id, clock())
    if fence is None:
        return None
    found: dict[str, Any] = {}
    mailbox = read.mailbox(mailbox_id)
    reading = MailboxReading(mailbox, fence, clock, stop or Stopping(), pool)
    looking: _Look | None = None
    try:
        with (
            reading,
            LeaseKeeper(mailbox_id, fence),
            provider_for(mailbox).open(access_of(mailbox, is_stopping=reading.stop.is_set)) as opened,
        ):
            looking = _Look(reading, opened, LookTime(reading.stop, seconds, is_waited_for), verify)
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
        "has_more": False,
    }


class _Look:
    """One look into one open mailbox."""

    def __init__(self, reading: MailboxReading, opened: OpenMailbox, lasts: LookTime, verify: bool) -> None:
        self._reading = reading
        self._mailbox = reading.mailbox
        self._opened = opened
        self._stop = reading.stop
        self._is_over = lasts.is_over
        self._verify = verify
        self._labels: dict[int, LabelSync] = {}
        self._followed_at = 0.0
        self._busy: list[tuple[LabelSync, TryLater]] = []
        """Labels that the server had trouble with before any other was followed."""

    @property
    def has_followed(self) -> bool:
        """Whether new mail was asked for in all labels."""
        return self._followed_at > 0.0

    def go(self) -> dict[str, Any]:
        """Do what is planned; returns what to write on the mailbox. Raises the provider's errors."""
        if sync.is_due_again(self._mailbox.labels_at, LABELS_EVERY, self._reading.clock()):
            self._refresh_labels()
        self._load()
        if self._verify:
            self._in_all(LabelSync.compare_anew)
        self._follow()
        self._in_all(LabelSync.take_due)
        is_done = (
            self._go_back(sync.next_walk, LabelSync.walk)
            and self._go_back(sync.next_verify, LabelSync.compare)
            and not self._is_one_left
        )
        now = self._reading.clock()
        if self._stop.is_set():
            found = {**_WELL, "look_at": now}
        else:
            selected = [one.label.selected_at or 0 for one in self._labels.values()]
            found = {**_WELL, "look_at": now + look_again_after(selected, now), "has_more": not is_done}
        return found | ({"looked_at": now} if self.has_followed else {})

    @property
    def _is_one_left(self) -> bool:
        return any(label.has_more for label in self._labels.values())

    def _refresh_labels(self) -> None:
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
        write.store_labels(self._mailbox, self._reading.fence, plan, self._reading.clock())

    def _load(self) -> None:
        """The labels that sync, by id."""
        self._labels = {
            label.pk: LabelSync(self._reading, self._opened, label, self._is_over)
            for label in read.labels_of(self._mailbox.pk)
            if label.selected_at is not None and label.gone_at is None
        }

    def _states(self) -> list[sync.LabelState]:
        return [label.state for label in self._labels.values()]

    def _follow(self) -> None:
        for step in sync.follow_steps(self._states(), self._reading.clock()):
            if self._stop.is_set():
                return
            self._in_label(step.label, LabelSync.follow)
        busy, self._busy = self._busy, []
        if busy and not self._labels:
            raise busy[0][1]
        for one, _ in busy:
            with suppress(Deselected):
                self._rest(one, "try_later")
        if not self._stop.is_set() and not self._is_one_left:
            self._followed_at = time.monotonic()

    def _go_back(self, plan: _Plan, do: _Window) -> bool:
        """Take window after window as long as there is time, and ask for new mail between; says whether all is done."""
        span = sync.WINDOW
        while (step := plan(self._states(), span, now=self._reading.clock())) is not None:
            if self._is_over():
                return False
            met = self._in_label(step.label, partial(_in_window, do=do, step=step))
            if met is None:
                return False
            span = sync.longer(span, met)
            if time.monotonic() - self._followed_at >= FOLLOW_EVERY:
                self._follow()
        return True

    # Trouble with one label

    def _in_all(self, do: Callable[[LabelSync], None]) -> None:
        for label_id in list(self._labels):
            self._in_label(label_id, do)

    def _in_label(self, label_id: int, do: Callable[[LabelSync], _Told]) -> _Told | None:
        """Do something in a label; trouble that is the label's own stays with it. Raises what concerns the mailbox."""
        try:
            return self._in_spite(self._labels[label_id], do)
        except Deselected:
            self._labels.pop(label_id, None)
        return None

    def _in_spite(self, one: LabelSync, do: Callable[[LabelSync], _Told]) -> _Told | None:
        try:
            return do(one)
        except StartOver as error:
            self._start_over(one, is_gone=error.code == "label_gone")
        except (CannotEver, NotAllowed) as error:
            if error.code not in sync.OF_ONE_LABEL:
                raise
            self._rest(one, sync.OF_ONE_LABEL[error.code])
        except TryLater as error:
            if error.code != sync.MAY_BE_OF_ONE_LABEL:
                raise
            self._labels.pop(one.label.pk, None)
            if self.has_followed:
                self._rest(one, "try_later")
            else:
                self._busy.append((one, error))
        return None

    def _rest(self, one: LabelSync, problem: str) -> None:
        one.note({"problem": problem, "problem_at": self._reading.clock()})
        self._labels.pop(one.label.pk, None)

    def _start_over(self, one: LabelSync, *, is_gone: bool) -> None:
        """The cursor is lost: take it anew, and walk all of it again; what is met again is known."""
        label = one.label
        if is_gone or label.trait:
            # Perhaps it was renamed, and another goes by its name now: the next look knows it by its own.
            self._refresh_labels()
            if not read.goes_by(label.pk, label.ref):
                self._labels.pop(label.pk, None)
                return
        is_too_often = one.begin_anew()
        if is_gone or is_too_often:
            self._labels.pop(label.pk, None)
        else:
            self._in_label(label.pk, LabelSync.follow)


def _in_window(one: LabelSync, do: _Window, step: sync.Step) -> int | None:
    return do(one, step)
