"""What the page of the default synced labels shows beside them: what followed a click, when labels were chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Exists, IntegerField, OuterRef, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from postroom.core.job_kinds import APPLY_LABELS, IN_ORDER, UNDER_WAY, UNDO_LABELS
from postroom.core.labels import DEFAULT_ROLES
from postroom.store.models import Job, Label, Mailbox, Workspace


def undos_of(clicks: Iterable[Job]) -> dict[int, Job]:
    """Click → the last that was asked for to undo it, for those that have one."""
    of = [click.pk for click in clicks]
    found = Job.objects.filter(of__in=of, kind=UNDO_LABELS).defer("results").order_by("pk")
    return {job.of_id: job for job in found if job.of_id is not None}


def count_later(clicks: Iterable[Job]) -> dict[int, int]:
    """Click → for so many users who came later the same was done, where there was such a push."""
    pushes = Job.objects.filter(of__in=[click.pk for click in clicks], kind=APPLY_LABELS)
    changed = Coalesce(Cast(KT("counts__changed"), IntegerField()), 0)
    return dict(pushes.values_list("of").annotate(count=Sum(changed)).order_by())


def is_another_before(job: Job) -> bool:
    """Whether a push, or undoing one, that was asked for earlier is not done yet: the job waits for its turn."""
    return Job.objects.filter(
        workspace=job.workspace_id, kind__in=IN_ORDER, state__in=UNDER_WAY, pk__lt=job.pk
    ).exists()


def count_disconnected(workspace: Workspace) -> int:
    """How many mailboxes of users who are not disabled are not connected now, with labels that are known."""
    labels = Label.objects.filter(mailbox=OuterRef("pk"), role__in=DEFAULT_ROLES)
    found = Mailbox.objects.filter(workspace=workspace, connected_at=None, user__disabled_at=None)
    return found.filter(Q(labels_at__isnull=False) | Exists(labels)).count()


def chosen_at(labels: Collection[int]) -> dict[int, int]:
    """When these labels were last chosen, by id, Unix seconds; without those of which it is not known."""
    found = Label.objects.filter(pk__in=labels).values_list("pk", "chosen_at")
    return {label: at for label, at in found if at is not None}
