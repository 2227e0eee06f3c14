"""Roles of the company's own, beside the built-in ones (R3)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.workspace import Workspace


class Role(models.Model):
    """A named set of permissions."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="roles", db_index=False)
    name = models.CharField(max_length=100)
    permissions = models.JSONField(default=list)
    """Names of ``core.permissions.PERMISSIONS``, sorted."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="role_name")]
