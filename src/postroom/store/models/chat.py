"""What was said in an imported chat: one engagement is one chat and day (C20)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.engagement import Engagement
from postroom.store.models.message import Message


class ChatLine(models.Model):
    """One chat message on an engagement."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="lines", db_index=False)
    message = models.OneToOneField(Message, models.CASCADE, related_name="line")
    at = models.BigIntegerField()
    """Unix seconds."""
    author = models.CharField(max_length=320)
    """The author's address."""
    body = models.BinaryField()
    """The text: see ``store.bodies``."""

    class Meta:
        indexes = [models.Index(fields=["engagement", "at", "id"], name="chat_line_in_order")]
