"""What feeds report and circle: who, with whom, when, of what kind. Free of content (P10)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.message import Message
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Interaction(models.Model):
    """One user's part in one message. Only of users who consented."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="interactions", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="interactions", db_index=False)
    kind = models.CharField(max_length=8)
    """``mail``, ``chat``, ``reaction``, ``call``, ``meeting``, ``task`` or ``comment``."""
    is_sent = models.BooleanField()
    """The user wrote, gave or held it; else it came to them."""
    at = models.BigIntegerField()
    """Unix seconds."""
    seconds = models.IntegerField(null=True)
    """How long a call or meeting took; ``None`` where it has no length."""
    is_automatic = models.BooleanField()
    is_inside = models.BooleanField()
    """It counts in INT: somebody else in it is inside (sent), or its sender is (received) (D3)."""
    is_outside = models.BooleanField()
    """It counts in EXT, in the same way."""
    others = models.IntegerField()
    """How many other people took part, named or not."""
    outsiders = models.BinaryField()
    """16 bytes for each other participant outside: the token of the address."""
    answers = models.BinaryField(max_length=16, null=True)
    """Of a sent mail: the token of the Message-ID it answers."""
    answered_at = models.BigIntegerField(null=True)
    """Of a received mail: when the user first answered it; of a sent one: when the mail it answers had come."""
    answered_sides = models.SmallIntegerField(default=0)
    """Of a sent mail that answers one: 1 where that counts in INT, 2 in EXT, 3 in both."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="interaction_once")]
        indexes = [
            models.Index(fields=["user", "at"], name="interaction_of_user"),
            models.Index(fields=["workspace", "id"], name="interaction_of_workspace"),
            models.Index(
                fields=["answers", "user"],
                condition=models.Q(answers__isnull=False),
                name="interaction_answers",
            ),
        ]


class Colleague(models.Model):
    """Another user in an interaction. Gone once that user was forgotten; ``Interaction.others`` stays (P7)."""

    pk = models.CompositePrimaryKey("interaction_id", "user_id")
    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="colleagues", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.CharField(max_length=8)
    """``from``, ``to``, ``cc``, ``bcc``, ``author``, ``member`` or ``reactor``."""
