"""Remove on request what came in and an entry of the blocklist would have kept out, as a background job (C13, C16).

Each engagement is withdrawn as if it had never come in: no tombstone, its decision is ``blocked``. Undoing removes the
entry and decides again what was kept out since; the texts are erased, and come from mailboxes that still list
them, or with their files.
"""

from __future__ import annotations

import time

from django.db import transaction

from postroom.actions.add_blocklist import remove_blocklist
from postroom.actions.earlier_messages import REMOVE, Walk, covered, is_blocked, offer_of
from postroom.actions.reconsider import reconsider
from postroom.actions.record_verdicts import record_verdicts
from postroom.actions.rejection import NotFound
from postroom.actions.withdraw_engagements import withdraw
from postroom.store.models import Job, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.earlier import BLOCKLIST, blocked_after, entries_of
from postroom.store.write import jobs
from postroom.store.write.turn import take_turn


def remove_blocked(workspace: Workspace, entry_id: int, *, actor: str) -> Job:
    """Ask for the removal of what was counted. Raises ``NotFound`` where nothing was, or the entry has changed."""
    with transaction.atomic():
        take_turn(workspace)
        offer = offer_of(workspace, BLOCKLIST, entry_id)
        if offer is None or offer.job.state != "done" or not offer.count:
            raise NotFound
        return jobs.ask_for(workspace, REMOVE, {**offer.job.asked, "total": offer.count}, actor)


def run_remove_blocked(job: Job) -> None:
    """Do it: ``counts`` says how many engagements were ``removed``. An entry that is gone removes nothing."""
    job.counts = {"removed": 0} | job.counts
    walk = Walk(job)
    at_hand = DirectoryAtHand(job.workspace.pk)
    while _take_some(job, walk, at_hand):
        pass
    jobs.end(job)


def _take_some(job: Job, walk: Walk, at_hand: DirectoryAtHand) -> bool:
    """Remove the next ones, all or none of them; says whether the walk goes on."""
    with transaction.atomic():
        take_turn(job.workspace)
        messages = walk.next_messages()
        if messages is None:
            return False
        out = [v for v in walk.judged(messages, at_hand) if is_blocked(v) and covered(walk.entries, v)]
        record_verdicts(job.workspace, out, int(time.time()))
        gone = [v.known.engagement for v in out if v.known and v.known.engagement]
        withdraw(job.workspace, gone, actor=job.actor)
        job.counts["removed"] += len(out)
        jobs.note_progress(job)
    return True


def can_be_undone(job: Job) -> bool:
    """Whether it removed something and the entry that it did so for still stands."""
    if job.kind != REMOVE or not job.counts.get("removed"):
        return False
    return bool(entries_of(job.workspace, BLOCKLIST, job.asked["id"]))


def undo_removal(job: Job, *, actor: str) -> Job:
    """Remove the entry and decide again what was blocked since; returns that job. Raises ``NotFound``."""
    if job.kind != REMOVE:
        raise NotFound
    with transaction.atomic():
        remove_blocklist(job.workspace, job.asked["id"], actor=actor)
        # All that was decided before the job has a lower number.
        until = job.progress.get("until")
        ids = [] if until is None else blocked_after(job.workspace, until)
        return reconsider(job.workspace, ids=ids, actor=actor)
