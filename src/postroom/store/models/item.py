"""What was uploaded: each item once, until it is judged also what it says, encrypted (K6, K7, P3)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.message import Copy
from postroom.store.models.source import Source
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Item(models.Model):
    """An item of a source. Readable is only its date; what it says is erased once nobody waits for it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="items", db_index=False)
    kind = models.CharField(max_length=8)
    """``mail``, ``chat``, ``reaction`` or ``activity``."""
    user = models.ForeignKey(User, models.CASCADE, null=True, db_index=False)
    """In whose mailbox a mail stands; ``None`` for all other kinds."""
    key = models.BinaryField(max_length=16, unique=True)
    """Token of source, kind, for mail also the user, and the connector's id."""
    digest = models.BinaryField(max_length=16)
    """Token of all it says: the same again is a duplicate, another an update."""
    state = models.CharField(max_length=8, default="waiting")
    """``waiting`` (for a lens, or for consent), ``done``, ``skipped`` (at the door) or ``dropped`` (P8)."""
    at = models.BigIntegerField()
    """The date that the connector gave, Unix seconds."""
    received_at = models.BigIntegerField()
    """When it was accepted, Unix seconds."""
    depth_at = models.BigIntegerField(null=True)
    """The source's crawling depth then, Unix seconds."""
    sealed = models.BinaryField(null=True)
    """What it says, encrypted (``actions.spool``); ``None`` once nobody waits for it."""
    copy = models.ForeignKey(Copy, models.SET_NULL, null=True, related_name="items")
    """What it became, once a lens judged it."""
    deleted_at = models.BigIntegerField(null=True)
    """Unix seconds. What it became before was deleted by hand: what it becomes does not come back (C17)."""
    deleted_by = models.CharField(max_length=320, null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "kind", "state"], name="item_by_state")]


class Waiting(models.Model):
    """An item waits for a lens: the customer lens, or the people lens for one user.

    Held is no state of its own: it is waiting for the people lens while the user has not consented (P4).
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="waiting", db_index=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, db_index=False)
    """``None``: it waits for the customer lens."""
    kind = models.CharField(max_length=8)
    rank = models.SmallIntegerField()
    """0: sent by the user, 1: received. Sent is taken first."""
    at = models.BigIntegerField()
    """The item's date, Unix seconds: the newest is taken first."""
    problem = models.CharField(max_length=100, blank=True)
    """What went wrong when it was judged; it is left alone until somebody retries it."""

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "user", "problem", "rank", "-at"], name="waiting_next"),
            models.Index(fields=["user", "kind", "at"], name="waiting_of_user"),
            models.Index(fields=["item"], condition=~models.Q(problem=""), name="waiting_failed"),
        ]
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="waiting_once")]
