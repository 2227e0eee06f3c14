"""Notes of when something was last done."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import LastDone


def note(name: str, at: datetime) -> None:
    """Note that it was last done then; of two workers the last one's word stands."""
    LastDone.objects.bulk_create(
        [LastDone(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )
