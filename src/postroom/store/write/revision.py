"""The next revision of a workspace's directory."""

from __future__ import annotations

from django.db import connection, transaction

from postroom.store.models import Revision, Workspace


def next_revision(workspace: Workspace, actor: str, change: str) -> int:
    """Take the next revision for ``change``, in the transaction that stores it, and return its number.

    Locks the workspace's row until that transaction ends, so revisions are gapless and in order.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a revision is taken with its change, in one transaction"
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_workspace SET revision = revision + 1 WHERE id = %s", [workspace.pk])
        cursor.execute("SELECT revision FROM store_workspace WHERE id = %s", [workspace.pk])
        number = int(cursor.fetchone()[0])
    Revision.objects.create(workspace=workspace, number=number, actor=actor[:320], change=change[:500])
    workspace.revision = number
    return number
