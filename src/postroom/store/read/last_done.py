"""When something was last done that recurs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from postroom.store.models import LastDone

WORKER: Final = "worker"
"""The name of the worker's sign of life."""


def last_done(name: str) -> datetime | None:
    """When it was last done; ``None``: never."""
    return LastDone.objects.filter(pk=name).values_list("at", flat=True).first()
