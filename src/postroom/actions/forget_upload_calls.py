"""Forget what calls of the upload API were answered, once nobody asks for it any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from postroom.store.write.upload_calls import drop_calls_before

KEPT: Final = timedelta(days=30)


def forget_upload_calls() -> int:
    """Forget the counts of calls that are older than ``KEPT``; how many they were. The items themselves stay."""
    return drop_calls_before(datetime.now(UTC) - KEPT)
