"""Work that goes on in the background."""

from __future__ import annotations

from django.db import models

from postroom.store.models.workspace import Workspace


class Job(models.Model):
    """One piece of background work; the row is the truth, so it survives a crash."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=30)
    of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="followed_by")
    """The job that it undoes, or does again for users who came later."""
    state = models.CharField(max_length=9, default="waiting")
    """``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    asked = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    results = models.JSONField(default=list)
    problem = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=320)
    progress = models.JSONField(default=dict)
    """How far it is, so that it goes on from there; each kind of job has its own keys."""
    cancel_asked_by = models.CharField(max_length=320, blank=True)
    """Somebody wants it to stop; it does at its next step, and what it did stays."""
    tries = models.IntegerField(default=0)
    """How often it met an error that may pass, since it last got on."""
    leased_until = models.DateTimeField(null=True)
    """Until then nobody else takes it up: somebody does it, or it rests after an error."""
    fence = models.BigIntegerField(default=0)
    """Rises with each claim; a worker whose fence is older writes nothing."""
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="job_due")]
