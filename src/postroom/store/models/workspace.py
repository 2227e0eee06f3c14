"""Workspaces, and the revisions of their directories."""

from __future__ import annotations

from django.db import models

from postroom.core.mailbox import Mode


class Workspace(models.Model):
    """One company's isolated copy of everything."""

    name = models.CharField(max_length=200, unique=True)
    sealed_hash_key = models.BinaryField()
    """The key of all tokens, encrypted; it does not rotate (L1)."""
    revision = models.BigIntegerField(default=0)
    is_demo = models.BooleanField(default=False)
    """Made up by ``postroom demo``: its overview says what to look at."""
    collects_by_default = models.BooleanField(default=False)
    """Whether *Collect passive data* is on for users added from now on (P6)."""
    holds_for_days = models.IntegerField(null=True)
    """After so many days what is held is dropped; ``None``: it is kept until consent or Forget (P8)."""
    mailbox_mode = models.SmallIntegerField(default=Mode.FULL.value)
    """The most that is kept of mail from mailboxes, whatever their owners choose (S8)."""
    future_labels_since = models.BigIntegerField(null=True)
    """Since when mailboxes that are connected get the default synced labels too (M8), Unix seconds; ``None``: not."""
    future_labels_by = models.CharField(max_length=320, blank=True)
    """Who chose that last."""
    created_at = models.DateTimeField(auto_now_add=True)


class Revision(models.Model):
    """A change of the directory: who changed what, when."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="revisions")
    number = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME``, ``command line`` or ``mail`` (persons created from mail)."""
    change = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="revision_number")]
