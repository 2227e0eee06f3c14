"""What applying the default synced labels to all users, or undoing that, came to: a row for each user (M11)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.job import Job
from postroom.store.models.user import User


class PushResult(models.Model):
    """What a push, or undoing one, made of one user."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="push_results", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="push_results")
    status = models.CharField(max_length=9)
    """One of ``core.labels.STATUSES``."""
    reason = models.CharField(max_length=20, blank=True)
    """One of ``core.labels.REASONS``; empty: none is needed."""
    before = models.JSONField(default=dict)
    """Role → whether it synced; ``None``: there was no such label."""
    after = models.JSONField(default=dict)
    overrides = models.BooleanField(default=False)
    """A choice of the user's own was overridden (M7)."""
    changed = models.JSONField(default=list)
    """The labels that were changed, each as it was before, so that it can be undone (``store.write.pushes``)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="push_result_once")]
        indexes = [models.Index(fields=["job", "status", "user"], name="push_result_status")]
