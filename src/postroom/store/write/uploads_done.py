"""What becomes of uploaded items: judged, failed, tried again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from postroom.store.models import SetAside, Waiting, Workspace
from postroom.store.rows import select_in
from postroom.store.write.rows import change


def name_copies(copies: Iterable[tuple[int, bytes]]) -> None:
    """Note which copy an item became: ``(item, fingerprint)``."""
    change(
        "UPDATE store_item SET copy_id = (SELECT id FROM store_copy WHERE fingerprint = %s) WHERE id = %s",
        [(fingerprint, item) for item, fingerprint in copies],
    )


def end_waiting(waiting_ids: Iterable[int], item_ids: Sequence[int]) -> None:
    """Nobody waits by these rows any more; an item for which nobody waits is done and says nothing more (F2)."""
    change("DELETE FROM store_waiting WHERE id = %s", [(id_,) for id_ in waiting_ids])
    awaited = {
        row[0]
        for row in select_in("SELECT DISTINCT item_id FROM store_waiting WHERE item_id IN ({})", item_ids)
    }
    change(
        "UPDATE store_item SET state = 'done', sealed = NULL WHERE id = %s",
        [(item,) for item in item_ids if item not in awaited],
    )


def mark_failed(waiting_ids: Iterable[int], problem: str) -> None:
    """Leave these rows alone until somebody tries them again; ``problem`` is a stable name."""
    change(
        "UPDATE store_waiting SET problem = %s WHERE id = %s", [(problem[:100], id_) for id_ in waiting_ids]
    )


def clear_problems(workspace: Workspace, items: Iterable[int]) -> int:
    """Have the failed rows of these items of the workspace taken up again; returns how many."""
    failed = Waiting.objects.filter(workspace=workspace, item__in=list(items)).exclude(problem="")
    return failed.update(problem="")


def stop_waiting(workspace: Workspace, item_ids: Iterable[int]) -> None:
    """Let no lens wait for these items of the workspace any more, failed ones included."""
    items = list(item_ids)
    Waiting.objects.filter(workspace=workspace, item__in=items).delete()
    SetAside.objects.filter(workspace=workspace, item__in=items).delete()


def take_back_copies(copies: Iterable[tuple[int, int, bytes]]) -> None:
    """Hide copies from later decisions: ``(copy, last decision that saw it, another fingerprint)``."""
    copies = list(copies)
    change(
        "UPDATE store_copy SET last_seen_by = %s, fingerprint = %s WHERE id = %s",
        [(last, fingerprint, id_) for id_, last, fingerprint in copies],
    )
    # Whatever the item says next does not bring back what somebody deleted (C17).
    deleted = (
        "(SELECT m.{} FROM store_message m JOIN store_copy c ON c.message_id = m.id WHERE c.id = copy_id)"
    )
    change(
        f"UPDATE store_item SET deleted_at = COALESCE({deleted.format('deleted_at')}, deleted_at), "  # noqa: S608
        f"deleted_by = COALESCE({deleted.format('deleted_by')}, deleted_by), copy_id = NULL WHERE copy_id = %s",
        [(id_,) for id_, _, _ in copies],
    )
