"""What every entry of the directory has: the revisions between which it is in force (L4)."""

from __future__ import annotations

from django.db import models


class DirectoryEntry(models.Model):
    """In force from revision ``opened_in`` until ``closed_in``; never deleted, so the past can be replayed."""

    opened_in = models.BigIntegerField()
    closed_in = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
