"""Forget what the people lens knows of a user, as the user asked, as a background job (P7).

Erases the user's interactions and the figures made of them, their name in others' interactions (how many took part
stays) and what waits for them. Whether *Collect passive data* is on stays as it is, and so does what came in as
engagements. Anything may kill it anywhere: what is left is found again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.core.people import FORGOTTEN
from postroom.store.models import Colleague, Decision, Job, User, Waiting
from postroom.store.read.directory import revision_of
from postroom.store.write import communities, jobs, rollups
from postroom.store.write import forget as write
from postroom.store.write.turn import take_turn

KIND: Final = "forget"
_BATCH: Final = 500


def forget(user: User) -> Job:
    """Ask for all that is known of this user to be forgotten; only the user does. While it waits it is one job."""
    with transaction.atomic():
        take_turn(user.workspace)
        asked = {"user": user.pk}
        waiting = Job.objects.filter(workspace=user.workspace, kind=KIND, state="waiting", asked=asked)
        return waiting.first() or jobs.ask_for(user.workspace, KIND, asked, user.email)


def run_forget(job: Job) -> None:
    """Do it, step by step; ``counts`` says how many of what each step took.

    Goes on where an earlier try was: in the step ``progress["step"]``, with what was there when that step began,
    up to ``progress["until"]``. So it ends, whatever comes in meanwhile.
    """
    job.counts = dict.fromkeys((step.counts for step in _STEPS), 0) | job.counts
    job.progress = {"step": 0} | job.progress
    while job.progress["step"] < len(_STEPS):
        _take_some(job)
    with transaction.atomic():
        take_turn(job.workspace)
        rollups.make_anew(job.asked["user"])
        communities.leave(job.asked["user"])
        ask_to_erase_traces(job.workspace, actor=job.actor)
        jobs.end(job)


def _take_some(job: Job) -> None:
    """Take some of the step under way, all or none of them; where none is left, go to the next step."""
    step = _STEPS[job.progress["step"]]
    with transaction.atomic():
        take_turn(job.workspace)
        rows = step.rows(job.asked["user"])
        if "until" not in job.progress:
            job.progress["until"] = rows.aggregate(last=Max(step.by))["last"] or 0
        some = list(rows.filter(**{f"{step.by}__lte": job.progress["until"]})[:_BATCH])
        if some:
            job.counts[step.counts] += step.take(job, some)
        else:
            job.progress = {"step": job.progress["step"] + 1}
        jobs.note_progress(job)


class _Step(NamedTuple):
    """What is taken: rows of the user with this id, that are no such rows any more once they are taken."""

    counts: str
    by: str
    """What rises with every row that comes in."""
    rows: Callable[[int], QuerySet[Any]]
    take: Callable[[Job, Sequence[Any]], int]
    """Takes rows and says how many of what counts that were."""


def _waiting(user: int) -> QuerySet[Waiting]:
    return Waiting.objects.filter(user=user)


def _take_waiting(job: Job, rows: Sequence[Waiting]) -> int:
    write.forget_waiting(rows)
    return len(rows)


def _decisions(user: int) -> QuerySet[Decision]:
    found = Decision.objects.filter(user=user, lens="people", is_current=True)
    return found.exclude(reason=FORGOTTEN)


def _take_decisions(job: Job, rows: Sequence[Decision]) -> int:
    """Whatever message is judged again from now on finds that its user forgot it."""
    user, messages = job.asked["user"], [row.message_id for row in rows]
    write.forget_items(messages, user)
    _record(job, messages, instead=True)
    return write.forget_interactions(messages, user)


def _named(user: int) -> QuerySet[Colleague]:
    return Colleague.objects.filter(user=user).select_related("interaction")


def _take_named(job: Job, rows: Sequence[Colleague]) -> int:
    write.leave_interactions([row.interaction_id for row in rows], job.asked["user"])
    _record(job, {row.interaction.message_id for row in rows}, instead=False)
    return len(rows)


def _record(job: Job, messages: Collection[int], *, instead: bool) -> None:
    write.decide_without_asking(
        job.workspace,
        [(message, job.asked["user"]) for message in messages],
        FORGOTTEN,
        revision_of(job.workspace.pk),
        int(time.time()),
        instead=instead,
    )


_STEPS: Final = (
    _Step("held", "pk", _waiting, _take_waiting),
    _Step("interactions", "message", _decisions, _take_decisions),
    _Step("named", "interaction", _named, _take_named),
)
