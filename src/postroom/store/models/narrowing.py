"""Single messages of which their owners show less than of the rest of their mailboxes (R4)."""

from __future__ import annotations

from django.db import models

from postroom.core.visibility import NAMES, Visibility
from postroom.store.models.message import Message
from postroom.store.models.user import User


class Narrowing(models.Model):
    """What one owner of a message lets others see of it. Stays with the message while it is not shown."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="narrowings", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="narrowings")
    visibility = models.SmallIntegerField(
        choices=[(level.value, name) for level, name in NAMES.items() if level < Visibility.EVERYTHING]
    )
    narrowed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="narrowing_once")]
