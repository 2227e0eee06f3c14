"""Write the audit log: in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from postroom.store.models import AuditEntry, Job, User, Workspace


def note(
    workspace: Workspace,
    act: str,
    actor: str,
    *,
    user: User | None = None,
    job: Job | None = None,
    before: Any = None,
    after: Any = None,
) -> None:
    """Write down one of ``core.audit.ACTS``; ``before`` and ``after`` are JSON."""
    AuditEntry.objects.create(
        workspace=workspace,
        at=timezone.now(),
        actor=actor[:320],
        act=act,
        user=user,
        job=job,
        before=before,
        after=after,
    )


def note_of_users(job: Job, act: str, changes: Iterable[tuple[int, Any, Any]]) -> None:
    """Write down what a job did to users: each one's id, what it was before, and after."""
    entries = _of_users(job.workspace_id, act, job.actor, job, changes)
    for last in entries[-1:]:
        last.is_last_at_once = True
    AuditEntry.objects.bulk_create(entries)


def note_beneath(workspace: Workspace, act: str, actor: str, changes: Iterable[tuple[int, Any, Any]]) -> None:
    """Write down what came to users by an act that has an entry of its own, which stands for these in lists."""
    AuditEntry.objects.bulk_create(_of_users(workspace.pk, act, actor, None, changes))


def _of_users(
    workspace: int, act: str, actor: str, job: Job | None, changes: Iterable[tuple[int, Any, Any]]
) -> list[AuditEntry]:
    now = timezone.now()
    return [
        AuditEntry(
            workspace_id=workspace,
            at=now,
            actor=actor[:320],
            act=act,
            user_id=user,
            job=job,
            before=before,
            after=after,
            is_last_at_once=False,
        )
        for user, before, after in changes
    ]
