"""Questions about the audit log: its entries, the newest first; as a list in which one job does not drown the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from postroom.core.audit import DONE_TO_JOBS
from postroom.store.models import AuditEntry, Label, User, UserAddress, Workspace


class AskedAudit(NamedTuple):
    """What the log is narrowed to; times in Unix seconds, ``until`` not included."""

    act: str = ""
    actor: str = ""
    """Stands somewhere in the actor, in capitals or not."""
    users: QuerySet[User] | QuerySet[UserAddress, int] | None = None
    """Concerns one of these; ids do, too."""
    since: int | None = None
    until: int | None = None
    job: int | None = None

    @property
    def is_of_many(self) -> bool:
        """Whether a job may have done one act to many of what is asked for."""
        return self.users is None and self.job is None


def entries(workspace: Workspace, asked: AskedAudit) -> QuerySet[AuditEntry]:
    """The entries that are asked for, the newest first."""
    found = _within(AuditEntry.objects.filter(workspace=workspace), asked)
    if asked.act:
        found = found.filter(act=asked.act)
    if asked.actor:
        found = found.filter(actor__icontains=asked.actor)
    if asked.users is not None:
        found = found.filter(user__in=asked.users)
    if asked.job is not None:
        found = found.filter(job=asked.job)
    return _shown(found)


def folded(workspace: Workspace, asked: AskedAudit) -> QuerySet[AuditEntry]:
    """The same with the last entry alone of what one job did to many; each stands there where one asks for a job.

    What one act did to many without a job is told by its own entry; each stands there where one asks for what was done.
    """
    found = entries(workspace, asked)
    if not asked.is_of_many:
        return found
    later = AuditEntry.objects.filter(job=OuterRef("job"), act=OuterRef("act"), pk__gt=OuterRef("pk"))
    # Of what a job wrote at one moment one is looked at, so many users make no long search.
    is_alone = Q(job=None) | Q(act__in=DONE_TO_JOBS)
    last = Q(is_last_at_once=True) & (is_alone | ~Exists(_within(later, asked)))
    return found.filter(last | Q(job=None)) if asked.act else found.filter(last)


def count_folded(rows: Sequence[AuditEntry], asked: AskedAudit) -> dict[tuple[int, str], int]:
    """Job and act → how many entries stand behind the one of these rows; empty where nothing is folded."""
    if not asked.is_of_many:
        return {}
    same = AuditEntry.objects.filter(
        job__in={row.job_id for row in rows if row.job_id},
        act__in={row.act for row in rows}.difference(DONE_TO_JOBS),
    )
    counted = _within(same, asked).order_by().values_list("job_id", "act").annotate(count=Count("pk"))
    return {(job, act): count for job, act, count in counted}


def entries_of(user: User) -> QuerySet[AuditEntry]:
    """What was done that concerns this user, the newest first."""
    return _shown(AuditEntry.objects.filter(user=user))


def label_paths(workspace: Workspace, labels: Iterable[int]) -> dict[int, list[str]]:
    """The names of labels that are still there, each with those it is nested in, by id."""
    found = Label.objects.filter(mailbox__workspace=workspace, pk__in=set(labels))
    return {pk: path or [ref] for pk, path, ref in found.values_list("pk", "path", "ref")}


def _within(found: QuerySet[AuditEntry], asked: AskedAudit) -> QuerySet[AuditEntry]:
    if asked.since is not None:
        found = found.filter(at__gte=datetime.fromtimestamp(asked.since, UTC))
    if asked.until is not None:
        found = found.filter(at__lt=datetime.fromtimestamp(asked.until, UTC))
    return found


def _shown(found: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """With whom it concerns and the job, without what a job carries along."""
    heavy = ("asked", "counts", "results", "progress")
    return found.select_related("user", "job").defer(*(f"job__{name}" for name in heavy)).order_by("-pk")
