"""What the page of the default synced labels shows beside them: what followed a click, when labels were chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from postroom.core.job_kinds import IN_ORDER
from postroom.store.models import Job, Label


def followed_by(clicks: Iterable[Job]) -> dict[int, list[Job]]:
    """Click → what was asked for after it because of it, oldest first: for later users, or to undo it."""
    found: dict[int, list[Job]] = {}
    of = [click.pk for click in clicks]
    for job in Job.objects.filter(of__in=of, kind__in=IN_ORDER).defer("results").order_by("pk"):
        found.setdefault(job.of_id or 0, []).append(job)
    return found


def is_another_before(job: Job) -> bool:
    """Whether a push, or undoing one, that was asked for earlier is not done yet: the job waits for its turn."""
    return Job.objects.filter(
        workspace=job.workspace_id, kind__in=IN_ORDER, state__in=("waiting", "running"), pk__lt=job.pk
    ).exists()


def chosen_at(labels: Collection[int]) -> dict[int, int]:
    """When these labels were last chosen, by id, Unix seconds; without those of which it is not known."""
    found = Label.objects.filter(pk__in=labels).values_list("pk", "chosen_at")
    return {label: at for label, at in found if at is not None}
