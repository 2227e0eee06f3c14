"""Questions about background work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from postroom.store.models import Job, Workspace

FAILED = "failed"


def jobs(workspace: Workspace, state: str = "") -> QuerySet[Job]:
    """The jobs of the workspace, or those in this state, newest first; without their long lists."""
    found = Job.objects.filter(workspace=workspace).defer("results").order_by("-pk")
    return found.filter(state=state) if state else found


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
