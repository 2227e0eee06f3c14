"""Addresses and domains whose mail is never imported (C16)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.entry import DirectoryEntry
from postroom.store.models.workspace import Workspace


class BlocklistEntry(DirectoryEntry):
    """One address or domain, whose it was to add, and how often it decided."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="blocklist")
    value = models.CharField(max_length=320)
    """A normalised address (with ``@``) or domain."""
    token = models.BinaryField(max_length=16)
    include_subdomains = models.BooleanField(default=False)
    lenses = models.JSONField(default=list)
    """The lenses it acts in: always ``customer``, and ``people`` where the entry says so."""
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=320)
    created_at = models.DateTimeField(auto_now_add=True)
    hits = models.BigIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="blocklist_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "value"],
                condition=models.Q(closed_in__isnull=True),
                name="blocklist_once",
            )
        ]
