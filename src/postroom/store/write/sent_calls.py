"""Calls with an ``Idempotency-Key``: claimed before they are done, answered in the transaction of their effect (K7)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from postroom.store.models import SentCall, Workspace


def claim_call(workspace: Workspace, key: bytes, fingerprint: bytes, at: datetime) -> bool:
    """Claim ``key`` for a call that begins now; says whether nobody had it."""
    with connection.cursor() as cursor:
        # Of several at once the database lets one in; the others meet no error.
        cursor.execute(
            "INSERT INTO store_sentcall (workspace_id, key, fingerprint, began_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [workspace.pk, key, fingerprint, connection.ops.adapt_datetimefield_value(at)],
        )
        return bool(cursor.rowcount)


def take_over_call(call: SentCall, at: datetime) -> bool:
    """Begin a claimed call anew that was never answered; says whether nobody else did so first."""
    unanswered = SentCall.objects.filter(pk=call.pk, status=None, began_at=call.began_at)
    return bool(unanswered.update(began_at=at))


def store_answer(key: bytes, began_at: datetime, status: int, sealed_answer: bytes) -> bool:
    """Store the answer to a claimed call; says whether the claim was still held."""
    claimed = SentCall.objects.filter(key=key, began_at=began_at, status=None)
    return bool(claimed.update(status=status, sealed_answer=sealed_answer))


def drop_claim(key: bytes, began_at: datetime) -> None:
    """Let go of a claim whose call came to nothing, so that it can be sent again."""
    SentCall.objects.filter(key=key, began_at=began_at, status=None).delete()


def drop_calls_before(at: datetime) -> int:
    """Forget calls that began before ``at``; answers how many."""
    return SentCall.objects.filter(began_at__lt=at).delete()[0]
