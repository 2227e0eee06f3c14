"""Calls that were sent with an ``Idempotency-Key``."""

from __future__ import annotations

from postroom.store.models import SentCall


def call_of_key(key: bytes) -> SentCall | None:
    """The call that has this key, answered or not."""
    return SentCall.objects.filter(key=key).first()
