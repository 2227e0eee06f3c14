"""Accept what a connector says of mail folders: shown for diagnosis, never counted (K3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from postroom.actions.item_answer import ItemAnswer
from postroom.store.models import Source


def accept_statistics(source: Source, records: Sequence[Any], *, now: int | None = None) -> list[ItemAnswer]:
    """Keep what was said last of each folder. ``updated``: said for the first time or otherwise; else ``duplicate``."""
    raise NotImplementedError
