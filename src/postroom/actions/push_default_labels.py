"""Carry out what was asked of the default synced labels, as background jobs: a push, or undoing one (M6-M11).

May be interrupted anywhere and goes on from there: what became of a batch of users is kept with how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from postroom.actions.plan_undos import plan_undos
from postroom.core import audit as acts
from postroom.core.labels import (
    CHANGED,
    DEFAULT_ROLES,
    FAILED,
    STATUSES,
    Boxes,
    Fate,
    plan_default_labels,
)
from postroom.store.models import Job
from postroom.store.read import default_labels as read
from postroom.store.read.push_results import was_pushed_since, what_was_changed
from postroom.store.write import audit, jobs, pushes

BATCH: Final = 100
"""Users in one transaction: other people's requests wait for no more."""
FEW: Final = 10
"""The same where all mail of their labels has to be gone through."""
PATIENCE: Final = 120
"""So many seconds may pass without a mailbox being looked into for the first time: then those left failed."""
REST: Final = timedelta(seconds=5)


def run_apply_labels(job: Job, *, now: int | None = None) -> None:
    """Make Inbox and Sent of the users match the boxes: of those there at the click, or of ``asked["users"]``.

    Mailboxes whose labels are not known yet are waited for, as long as they get fewer. ``counts`` is by status.
    ``now``: from when on labels sync, Unix seconds, if not from the moment it reaches them.
    """
    push = _Push(job, now)
    while push.take_some():
        pass
    left = push.try_failed_again()
    if left and _is_patient(job, left):
        jobs.note_progress(job)
        jobs.put_back(job, REST)
        return
    job.progress.pop("left", None)
    jobs.note_progress(job)
    jobs.end(job)


def _is_patient(job: Job, left: int) -> bool:
    """Whether to wait for the mailboxes whose labels are not known yet; not where a later click waits."""
    now = int(time.time())
    if left != job.progress.get("left"):
        job.progress |= {"left": left, "since": now}
    return now - job.progress["since"] < PATIENCE and not read.is_later_click_waiting(job)


class _Push:
    """One run of a push."""

    def __init__(self, job: Job, now: int | None) -> None:
        self.job = job
        self.now = now
        self.boxes = Boxes(**{role: job.asked[role] for role in DEFAULT_ROLES})
        job.counts = dict.fromkeys(STATUSES, 0) | job.counts
        job.progress = {"after": 0} | job.progress

    def take_some(self) -> bool:
        """Push to the next users; says whether there were any."""
        users = read.next_users(self.job, self.job.progress["after"], BATCH)
        if users:
            self._do(users, failed_before=0)
        return bool(users)

    def try_failed_again(self) -> int:
        """Push to the users once more for whom it failed; says for how many it does still."""
        failed = read.failed_users(self.job)
        for start in range(0, len(failed), BATCH):
            users = failed[start : start + BATCH]
            self._do(users, failed_before=len(users))
        return int(self.job.counts[FAILED])

    def _do(self, users: Sequence[int], failed_before: int) -> None:
        now = int(time.time()) if self.now is None else self.now
        # For users who came later, whatever they chose by hand counts.
        clicked_at = self.job.asked.get("at", 0)
        with pushes.batch():
            pushes.hold_mailboxes(users)
            found = read.users_now(self.job.workspace, users)
            fates = [plan_default_labels(user, self.boxes, clicked_at) for user in found]
            pushes.apply(self.job, fates, now)
            _count(self.job, fates)
            self.job.counts[FAILED] -= failed_before
            self.job.progress["after"] = max(self.job.progress["after"], users[-1])
            audit.note_of_users(self.job, acts.APPLIED, _changed(fates))
            jobs.note_progress(self.job)


def run_undo_labels(job: Job) -> None:
    """Set back what the click ``of`` changed, and what was done after it for users who came later."""
    job.counts = dict.fromkeys(STATUSES, 0) | job.counts
    job.progress = {"after": 0} | job.progress
    while job.of is not None and _undo_some(job, job.of):
        pass
    jobs.end(job)


def _undo_some(job: Job, click: Job) -> bool:
    now = int(time.time())
    began_later = was_pushed_since(click)
    changed = what_was_changed(click, job.progress["after"], FEW if began_later else BATCH)
    if not changed:
        return False
    users = [one.user for one in changed]
    was = {label: fields for one in changed for label, fields in one.labels.items()}
    with pushes.batch():
        pushes.hold_mailboxes(users)
        fates = plan_undos(changed, read.users_now(job.workspace, users))
        pushes.undo(job, fates, was, now, began_later=began_later)
        _count(job, fates)
        job.progress["after"] = changed[-1].result
        audit.note_of_users(job, acts.UNDONE, _changed(fates))
        jobs.note_progress(job)
    return True


def _count(job: Job, fates: Sequence[Fate]) -> None:
    for fate in fates:
        job.counts[fate.status] += 1


def _changed(fates: Sequence[Fate]) -> list[tuple[int, object, object]]:
    return [(fate.user, fate.before, fate.after) for fate in fates if fate.status == CHANGED]
