"""Decide again what was not imported (F6), from the sealed envelopes, as a background job.

What would come in now has no content here, and its decision stays until it has. What a mailbox still lists is fetched
again from there; the rest is counted as "send again", until its file is imported or it is uploaded again, to be
reconsidered. What stays out for another reason gets that decision.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from postroom.actions.fetch_again import FETCH_AGAIN, SEND_AGAIN, fetch_again
from postroom.actions.judge_mail import Verdict, judge_known
from postroom.actions.record_verdicts import record_verdicts
from postroom.core.reasons import IMPORT
from postroom.store.models import Decision, Job, Workspace
from postroom.store.read.decisions import CUSTOMER, AskedDecisions, decisions
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write import jobs
from postroom.store.write.turn import take_turn

KIND: Final = "reconsider"
MOST_RESULTS: Final = 1_000
_BATCH: Final = 500


def reconsider(
    workspace: Workspace,
    ids: Sequence[int] | None = None,
    filters: AskedDecisions | None = None,
    *,
    actor: str,
) -> Job:
    """Ask for these decisions, or those that ``filters`` finds, to be taken again; returns the job.

    Where the very same waits to begin, it is that job.
    """
    asked: dict[str, Any] = {"ids": list(ids)} if ids is not None else {}
    if filters is not None:
        asked["filters"] = {
            name: getattr(filters, name) for name in AskedDecisions.__slots__ if getattr(filters, name)
        }
    with transaction.atomic():
        take_turn(workspace)
        waiting = Job.objects.filter(workspace=workspace, kind=KIND, state="waiting").order_by("pk")
        same = next((job for job in waiting if job.asked == asked and not job.progress), None)
        return same or jobs.ask_for(workspace, KIND, asked, actor)


def run_reconsider(job: Job) -> None:
    """Do what was asked: ``counts`` says how many ``changed``, are ``unchanged``, or need to be sent again, and
    ``fetch_again`` how many mailboxes were asked for, where it was any.

    Goes on where an earlier try was: after the decision ``progress["after"]``, up to ``progress["until"]``,
    which was the last of ``progress["total"]`` there at first. ``results`` lists what to send
    again and what is fetched again, up to ``MOST_RESULTS``; ``not_listed`` counts the rest.
    """
    job.counts = {"changed": 0, "unchanged": 0, SEND_AGAIN: 0} | job.counts
    if not job.progress:
        found = asked_decisions(job).aggregate(last=Max("pk"), total=Count("pk"))
        job.progress = {"after": 0, "until": found["last"] or 0, "total": found["total"]}
    again = _Again(job)
    while again.take_some():
        pass
    jobs.end(job)


def asked_decisions(job: Job) -> QuerySet[Decision]:
    """The decisions that the job was asked for and that are in force now, of the customer lens.

    The people lens decides again by itself: once its user consents, or a copy is added.
    """
    asked = AskedDecisions(**{"lens": CUSTOMER, **job.asked.get("filters", {})})
    found = decisions(job.workspace, asked).filter(lens=CUSTOMER).exclude(outcome=IMPORT)
    return found.filter(pk__in=job.asked["ids"]) if "ids" in job.asked else found


class _Again:
    """One run of a job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.messages = Messages(job.workspace.pk, Owners(seal_of(job.workspace)))
        self.at_hand = DirectoryAtHand(job.workspace.pk)

    def take_some(self) -> bool:
        """Take the next decisions again, all or none of them; says whether there were any."""
        with transaction.atomic():
            take_turn(self.job.workspace)
            rows = self._next()
            if rows:
                known = self.messages.by_id([message for _, message in rows])
                self._count(list(judge_known(known.values(), self.at_hand).values()))
                self.job.progress["after"] = rows[-1][0]
            jobs.note_progress(self.job)
        return bool(rows)

    def _next(self) -> list[tuple[int, int]]:
        """Decisions and their messages."""
        after, until = self.job.progress["after"], self.job.progress["until"]
        found = asked_decisions(self.job).filter(pk__gt=after, pk__lte=until).order_by("pk")
        return list(found.values_list("pk", "message_id")[:_BATCH])

    def _count(self, verdicts: Sequence[Verdict]) -> None:
        now = int(time.time())
        out = [v for v in verdicts if not v.imports]
        changed = record_verdicts(self.job.workspace, out, now)
        self._add("changed", changed)
        self._add("unchanged", len(out) - changed)
        would_come_in = [v.known.id for v in verdicts if v.imports and v.known is not None]
        fetched = fetch_again(would_come_in, now)
        for message in would_come_in:
            status = FETCH_AGAIN if message in fetched else SEND_AGAIN
            self._add(status, 1)
            if len(self.job.results) < MOST_RESULTS:
                self.job.results.append({"message": message, "status": status})
            else:
                self._add("not_listed", 1)

    def _add(self, name: str, count: int) -> None:
        self.job.counts[name] = self.job.counts.get(name, 0) + count
