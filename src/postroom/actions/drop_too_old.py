"""Drop what was held for longer than the workspace keeps it (P8): a daily duty; and say how long that is."""

from __future__ import annotations

import time
from typing import Final

from django.db import transaction

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.rejection import Rejected
from postroom.store.models import Waiting, Workspace
from postroom.store.read.directory import revision_of
from postroom.store.read.held import count_older
from postroom.store.write.directory import directory_change
from postroom.store.write.forget import drop_waiting
from postroom.store.write.turn import take_turn

ACTOR: Final = "workspace"
MOST_DAYS: Final = 3_650
_BATCH: Final = 500
_DAY: Final = 86_400


def set_holding(workspace: Workspace, days: int | None, *, actor: str) -> bool:
    """Keep what is held for so many days; ``None``: until consent or Forget. Says whether that changed it.

    Raises ``Rejected``. What is older goes with the next ``drop_too_old``.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Rejected("days_invalid", "days")
    says = "keep what is held until consent" if days is None else f"keep what is held for {days} days"
    with directory_change(workspace, actor, says) as change:
        workspace.refresh_from_db(fields=["holds_for_days"])
        if workspace.holds_for_days == days:
            return False
        workspace.holds_for_days = days
        change.update([workspace], ["holds_for_days"])
    return True


def count_too_old(workspace: Workspace, days: int) -> int:
    """How much the next ``drop_too_old`` would drop if what is held were kept for so many days."""
    return count_older(workspace, int(time.time()) - days * _DAY)


def drop_too_old(workspace: Workspace) -> int:
    """Drop what has been held for too long, and say how much: of each item once for each user it waited for.

    An item is as old as its upload. What waits for the customer lens, or for a user who consented, is not held.
    """
    dropped = after = 0
    while True:
        with transaction.atomic():
            take_turn(workspace)
            workspace.refresh_from_db(fields=["holds_for_days"])
            if workspace.holds_for_days is None:
                return dropped
            now = int(time.time())
            too_old = Waiting.objects.filter(
                workspace=workspace,
                pk__gt=after,
                user__isnull=False,
                user__collects_since=None,
                item__received_at__lt=now - workspace.holds_for_days * _DAY,
            )
            rows = list(too_old.order_by("pk")[:_BATCH])
            if not rows:
                break
            drop_waiting(workspace, rows, revision_of(workspace.pk), now)
            dropped, after = dropped + len(rows), rows[-1].pk
            ask_to_erase_traces(workspace, actor=ACTOR)
    return dropped
