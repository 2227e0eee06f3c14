"""The audit log: who did what, when, to whom, and what it was before and after (S5)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.job import Job
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class AuditEntry(models.Model):
    """One act. Never changed; holds no content of mail and no secret."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audit_entries", db_index=False)
    at = models.DateTimeField()
    actor = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME`` or ``command line``."""
    act = models.CharField(max_length=30)
    """One of ``core.audit.ACTS``."""
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="audit_entries")
    """Whom it concerns; ``None``: nobody in particular."""
    job = models.ForeignKey(Job, models.SET_NULL, null=True, db_index=False, related_name="+")
    """The background work that did it."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    is_last_at_once = models.BooleanField(default=True)
    """The last of those that a job wrote at one moment: in lists it stands for all of them.

    Without a job, ``False`` where an entry of another act, written with it, stands for it.
    """

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "id"], name="audit_of_workspace"),
            models.Index(fields=["job", "act", "id"], name="audit_of_job"),
            models.Index(
                fields=["workspace", "id"], condition=models.Q(is_last_at_once=True), name="audit_at_once"
            ),
        ]
