"""One at a time: whoever writes decisions and engagements of a workspace waits for who does so already."""

from __future__ import annotations

from django.db import connection, transaction

from postroom.store.models import Workspace


def take_turn(workspace: Workspace) -> None:
    """Wait until nobody else writes in the workspace, and hold the turn until the transaction ends.

    What is read after that is still true when it is written. SQLite's transactions exclude each other anyway.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a turn is taken for one transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Rows that only refer to the workspace may be written all the while.
            cursor.execute("SELECT id FROM store_workspace WHERE id = %s FOR NO KEY UPDATE", [workspace.pk])
