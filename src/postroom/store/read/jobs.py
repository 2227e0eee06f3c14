"""Questions about background work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from postroom.core.job_kinds import APPLY_LABELS, OWN, kind_of, kinds_opened_by
from postroom.store.models import Job, Workspace

FAILED: Final = "failed"
STATES: Final = ("waiting", "running", "done", FAILED, "cancelled")


class Viewer(NamedTuple):
    """Who asks: what they may do, and the number of the user; ``None`` is a program."""

    permissions: frozenset[str]
    user: int | None


def jobs(workspace: Workspace, state: str = "") -> QuerySet[Job]:
    """The jobs of the workspace, or those in this state, newest first; without their long lists."""
    found = Job.objects.filter(workspace=workspace).defer("results").order_by("-pk")
    return found.filter(state=state) if state else found


def jobs_seen(workspace: Workspace, viewer: Viewer, state: str = "", kind: str = "") -> QuerySet[Job]:
    """Those of them that the viewer may see, or those of this kind."""
    seen = Q(kind__in=kinds_opened_by(viewer.permissions))
    if viewer.user is not None:
        seen |= Q(kind__in=OWN, asked__user=viewer.user)
    found = jobs(workspace, state).filter(seen)
    return found.filter(kind=kind) if kind else found


def is_seen(job: Job, viewer: Viewer) -> bool:
    """Whether the viewer may see the job, cancel it and try it again."""
    is_own = job.kind in OWN and viewer.user is not None and job.asked.get("user") == viewer.user
    return is_own or kind_of(job.kind).permission in viewer.permissions


class Done(NamedTuple):
    """How far a job is."""

    done: int
    total: int


def how_far(job: Job) -> Done | None:
    """How many of how many are done; ``None`` where the job does not know how many there are.

    A job says the ``total`` in its progress, or it was asked for so many; its ``counts`` together are what is done,
    unless the progress says ``done``. What is counted twice, ``not_listed``, is left out; so are users for whom a push
    failed, as long as it may go on with them.
    """
    total = job.progress.get("total") or job.asked.get("total")
    if not total:
        return None
    left_out = {"not_listed"} if job.kind != APPLY_LABELS or job.state == "done" else {"not_listed", "failed"}
    counted = sum(count for name, count in job.counts.items() if name not in left_out)
    return Done(min(job.progress.get("done", counted), total), total)


def job_of(workspace: Workspace, job_id: int) -> Job | None:
    """The job with this id, in this workspace."""
    return Job.objects.filter(workspace=workspace, pk=job_id).first()


def count_failed(workspace: Workspace) -> int:
    """How many jobs ended with a problem and were not tried again."""
    return Job.objects.filter(workspace=workspace, state=FAILED).count()


def latest_about(workspace: Workspace, kinds: Iterable[str], about: str, id_: int) -> Job | None:
    """The last job of one of these kinds that was asked for about this person, account or blocklist entry."""
    found = Job.objects.filter(workspace=workspace, kind__in=kinds, asked__about=about, asked__id=id_)
    return found.order_by("-pk").first()


def jobs_about(workspace: Workspace, kinds: Iterable[str], about: str, since: datetime) -> list[Job]:
    """The jobs of these kinds that were asked for since then about this sort of thing, newest first."""
    found = Job.objects.filter(workspace=workspace, kind__in=kinds, asked__about=about, created_at__gte=since)
    return list(found.defer("results").order_by("-pk")[:200])
