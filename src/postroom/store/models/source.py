"""Sources: configured ways in. Those of kind ``api`` have an access token each (K1, K2), the others mailboxes (M1)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Source(models.Model):
    """A way in: ``api``, for programs that upload; ``google``, ``microsoft`` or ``imap``, for mailboxes."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="sources", db_index=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="api")
    feeds_customer = models.BooleanField(default=False)
    feeds_people = models.BooleanField(default=True)
    """The lenses that what comes in through it is judged for (F5)."""
    crawling_depth = models.DateField(null=True)
    """What is dated before this day (UTC) is skipped (K4); ``None``: nothing is."""
    settings = models.JSONField(default=dict)
    """Of mailboxes, nothing secret: see ``providers.port.SourceSettings``."""
    sealed_secret = models.BinaryField(null=True)
    """Encrypted JSON: the client's secret, the service account's key or the master password; ``None``: none is set."""
    is_central = models.BooleanField(default=False)
    """Whether the mailboxes of all users are read with its one secret (M2)."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME`` or ``command line``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="source_name"),
            models.UniqueConstraint(
                fields=["workspace", "kind"], condition=~models.Q(kind="api"), name="source_of_mailboxes"
            ),
        ]


class AccessToken(models.Model):
    """The upload secret of one source; kept as a hash. A source has one, and while it is rotated the one before."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the token, which has 256 bits of its own."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=320)
    expires_at = models.DateTimeField(null=True)
    """Set when a newer one was made: until then this one works too."""
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=320, blank=True)


class UploadCall(models.Model):
    """What one call of the upload API was answered: counts only (K9)."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="calls", db_index=False)
    kind = models.CharField(max_length=8)
    """``mail``, ``chat``, ``reaction``, ``activity`` or ``folder``."""
    at = models.DateTimeField()
    statuses = models.JSONField(default=dict)
    """How many items were answered with each status."""
    reasons = models.JSONField(default=dict)
    """How many with each reason, of those that have one."""

    class Meta:
        indexes = [models.Index(fields=["source", "at"], name="upload_call_newest")]


class FolderStatistics(models.Model):
    """What a connector says of a mail folder: shown for diagnosis, never counted (K3)."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="folders", db_index=False)
    user = models.ForeignKey(User, models.CASCADE)
    folder = models.CharField(max_length=200)
    total = models.BigIntegerField()
    uploaded = models.BigIntegerField()
    from_at = models.BigIntegerField(null=True)
    until_at = models.BigIntegerField(null=True)
    """Unix seconds, of the oldest and the newest mail."""
    sent_at = models.DateTimeField()
    """When the connector said so."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "user", "folder"], name="folder_once")]


class SentCall(models.Model):
    """A call with an ``Idempotency-Key``, and its answer: the same key again is answered the same (K7)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    key = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of caller, route and key."""
    fingerprint = models.BinaryField(max_length=32)
    """SHA-256 of the body and the query: another one under the same key is refused."""
    began_at = models.DateTimeField()
    status = models.IntegerField(null=True)
    """Of the answer; ``None`` while the call is in flight."""
    sealed_answer = models.BinaryField(null=True)
    """Encrypted."""

    class Meta:
        indexes = [models.Index(fields=["began_at"], name="sent_call_oldest")]
