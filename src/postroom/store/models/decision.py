"""The ledger: every decision ever taken."""

from __future__ import annotations

from django.db import models

from postroom.store.models.message import Message
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Decision(models.Model):
    """A lens's verdict on a message. A later one of the same message leaves the earlier ones in place."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="decisions", db_index=False)
    lens = models.CharField(max_length=8)
    user = models.ForeignKey(User, models.CASCADE, null=True, db_index=False)
    """Whose, in the people lens, which decides per message and user; ``None`` in the customer lens."""
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=24)
    findings = models.TextField()
    """JSON, see ``store.sealed``: who or which entry decided, and the rules asked before."""
    policy = models.IntegerField()
    revision = models.BigIntegerField()
    """The directory's revision that was asked."""
    last_copy = models.BigIntegerField()
    """The newest copy that was known: the case can be put together again from the copies up to it (L4)."""
    decided_at = models.BigIntegerField()
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["message", "is_current"], name="decision_of_message"),
            models.Index(
                # The condition stands among the fields too: else SQLite looks it up in the table.
                fields=["workspace", "lens", "outcome", "reason", "id", "is_current"],
                condition=models.Q(is_current=True),
                name="decision_by_reason",
            ),
            models.Index(
                fields=["user", "reason", "id"],
                condition=models.Q(is_current=True, user__isnull=False),
                name="decision_of_user",
            ),
            models.Index(
                fields=["workspace", "id"], condition=models.Q(is_current=True), name="decision_newest"
            ),
        ]
