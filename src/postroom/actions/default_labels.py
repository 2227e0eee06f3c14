"""The default synced labels: foresee what a click would do, click, undo it, and choose what later users get (M5-M12).

What is foreseen and what is done is one plan (``core.labels``); ``push_default_labels`` carries it out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from postroom.actions.rejection import NotFound, Rejected
from postroom.core import audit as acts
from postroom.core.job_kinds import APPLY_LABELS, UNDO_LABELS
from postroom.core.labels import (
    CHANGED,
    DEFAULT_ROLES,
    DISABLED,
    NO_MAILBOX,
    UNCHANGED,
    Boxes,
    Fate,
    plan_default_labels,
)
from postroom.store.models import Job, Workspace
from postroom.store.read import default_labels as read
from postroom.store.read.jobs import job_of
from postroom.store.write import audit, jobs
from postroom.store.write.turn import take_turn
from postroom.store.write.workspaces import set_future_labels

UNDO_WITHIN: Final = timedelta(days=30)
DOUBLE_CLICK: Final = 2
"""Seconds."""
MOST_LATER_USERS: Final = 500
"""In one job; the next follows within a minute."""


class Syncing(NamedTuple):
    """For how many users a label syncs."""

    role: str
    now: int
    after: int
    of: int
    """Users with a mailbox who are not disabled."""


class Foreseen(NamedTuple):
    """What applying the boxes now would do to each user."""

    boxes: Boxes
    fates: Sequence[Fate]

    @property
    def changed(self) -> list[Fate]:
        """The users for whom something changes."""
        return [fate for fate in self.fates if fate.status == CHANGED]

    @property
    def overridden(self) -> list[Fate]:
        """Those of them who chose otherwise themselves (M7)."""
        return [fate for fate in self.fates if fate.overrides]

    @property
    def unchanged(self) -> list[Fate]:
        """The users for whom everything is so already."""
        return [fate for fate in self.fates if fate.status == UNCHANGED]

    def not_for(self, reason: str) -> list[Fate]:
        """The users for whom it does nothing, for this one of ``core.labels.REASONS``."""
        return [fate for fate in self.fates if fate.reason == reason]

    @property
    def syncing(self) -> list[Syncing]:
        """For how many users Inbox and Sent sync, now and afterwards; of those disabled sync is paused."""
        with_mailbox = [fate for fate in self.fates if fate.reason not in (DISABLED, NO_MAILBOX)]
        return [
            Syncing(
                role,
                sum(fate.before[role] is True for fate in with_mailbox),
                sum(fate.after[role] is True for fate in with_mailbox),
                len(with_mailbox),
            )
            for role in DEFAULT_ROLES
        ]


def foresee_default_labels(workspace: Workspace, boxes: Boxes, *, now: int | None = None) -> Foreseen:
    """What a click at this moment would do to every user of the workspace, by the user's id. Changes nothing."""
    at = int(time.time()) if now is None else now
    return Foreseen(boxes, [plan_default_labels(user, boxes, at) for user in read.users_now(workspace)])


def apply_default_labels(workspace: Workspace, boxes: Boxes, *, actor: str, now: int | None = None) -> Job:
    """Ask for Inbox and Sent of all users there now to match the boxes (M6); answers the job.

    Clicks run one after the other, so the last decides. The second of a double click is the first.
    """
    at = int(time.time()) if now is None else now
    with transaction.atomic():
        take_turn(workspace)
        until, total = read.users_there(workspace)
        asked = {**boxes.as_json(), "at": at, "until": until, "total": total}
        last = read.clicks(workspace).first()
        if last is not None and _is_double_click(last, asked, actor):
            return last
        job = jobs.ask_for(workspace, APPLY_LABELS, asked, actor)
        audit.note(workspace, acts.APPLY_ASKED, actor, job=job, after=boxes.as_json())
        return job


def _is_double_click(last: Job, asked: dict[str, Any], actor: str) -> bool:
    """Whether the same person asked for the very same a moment ago, and nothing of it was done yet."""
    is_untouched = last.state == "waiting" and not last.progress
    is_a_moment_ago = 0 <= asked["at"] - last.asked["at"] <= DOUBLE_CLICK
    is_same = {**last.asked, "at": 0} == {**asked, "at": 0} and last.actor == actor
    return is_untouched and is_a_moment_ago and is_same


def why_no_undo(job: Job) -> str:
    """Why what a job did cannot be undone, as a name of ``REJECTIONS``; empty: it can.

    A click can be, once it and what it did for later users has ended, for ``UNDO_WITHIN``, as long as no later click
    stands that changed anybody.
    """
    if job.kind != APPLY_LABELS or job.of_id is not None:
        return "undo_unknown"
    if read.undo_of(job) is not None:
        return "undone_before"
    ended_at = read.all_ended_at(job)
    if ended_at is None:
        return "undo_too_early"
    if timezone.now() - ended_at > UNDO_WITHIN:
        return "undo_too_late"
    if read.is_later_click_in_the_way(job):
        return "later_click"
    return "" if read.left_to_undo(job).exists() else "undo_nothing"


def undo_default_labels(workspace: Workspace, job_id: int, *, actor: str) -> Job:
    """Ask for what a click changed to be set back, for whom nobody chose anew since (M11); answers the job.

    Raises ``NotFound``, and ``Rejected`` with what ``why_no_undo`` says.
    """
    with transaction.atomic():
        take_turn(workspace)
        click = job_of(workspace, job_id)
        if click is None:
            raise NotFound
        reason = why_no_undo(click)
        if reason:
            raise Rejected(reason)
        undo = jobs.ask_for(
            workspace, UNDO_LABELS, {"total": read.left_to_undo(click).count()}, actor, of=click
        )
        audit.note(workspace, acts.UNDO_ASKED, actor, job=undo)
        return undo


def choose_future_labels(workspace: Workspace, *, is_on: bool, actor: str, now: int | None = None) -> bool:
    """Let mailboxes that are connected from now on get what was applied last, too, or not (M8); says whether it is new.

    Nobody is changed who is there. Switched off, what is under way for later users stops at its next step.
    """
    at = int(time.time()) if now is None else now
    with transaction.atomic():
        take_turn(workspace)
        was = read.future_labels(workspace) is not None
        if was == is_on:
            return False
        set_future_labels(workspace, at if is_on else None, actor)
        if not is_on:
            for job in read.later_pushes_under_way(workspace):
                jobs.ask_to_cancel(workspace, job, actor)
        audit.note(workspace, acts.FUTURE_SET, actor, before=was, after=is_on)
        return True


def apply_to_later_users() -> None:
    """Ask, where a workspace wants that, for what was applied last to be applied to mailboxes connected since (M8).

    A duty of the worker: each mailbox is reached once, as soon as its labels are known.
    """
    for workspace in read.workspaces_with_future_labels():
        with transaction.atomic():
            take_turn(workspace)
            click = read.click_in_force(workspace)
            future = read.future_labels(workspace)
            if click is None or future is None or read.is_push_under_way(workspace):
                continue
            users = read.connected_later(click, future.since, MOST_LATER_USERS)
            if users:
                boxes = {role: click.asked[role] for role in DEFAULT_ROLES}
                asked = {**boxes, "users": users, "total": len(users)}
                jobs.ask_for(workspace, APPLY_LABELS, asked, future.actor, of=click)
