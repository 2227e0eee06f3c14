"""Secrets by which programs call the API."""

from __future__ import annotations

from django.db import models

from postroom.store.models.workspace import Workspace


class ApiToken(models.Model):
    """A workspace's secret with scopes; kept as a hash (K2 in kind)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the token, which has 256 bits of its own."""
    scopes = models.JSONField(default=list)
    """Permissions, or ``admin`` for all."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME`` or ``command line``."""
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=320, blank=True)
