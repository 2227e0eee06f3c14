"""What was imported: the timeline of persons and accounts."""

from __future__ import annotations

from django.db import models

from postroom.core.mailbox import Mode
from postroom.store.models.account import Account
from postroom.store.models.message import Message
from postroom.store.models.person import Person
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Engagement(models.Model):
    """An imported message, readable."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    message = models.OneToOneField(Message, models.CASCADE, related_name="engagement")
    kind = models.CharField(max_length=8, default="mail")
    at = models.BigIntegerField()
    """The time of the mail, Unix seconds."""
    subject = models.TextField()
    snippet = models.CharField(max_length=200)
    direction = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    """``out`` where the sender is inside."""
    thread = models.BinaryField(max_length=16)
    """Token of the thread's first Message-ID (``core.thread``)."""
    rfc_message_id = models.TextField()
    """The Message-ID without angle brackets; empty where the mail has none."""
    participants = models.JSONField()
    """``[{"role", "email", "name"}]``, as the readable copies show them."""

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "at", "id"], name="engagement_newest"),
            models.Index(fields=["thread", "at"], name="engagement_thread"),
        ]


class EngagementPerson(models.Model):
    """The engagement shows on this person's timeline."""

    pk = models.CompositePrimaryKey("person_id", "at", "engagement_id")
    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="person_links")
    at = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    """The engagement's own, so that figures are counted in the index below alone."""

    class Meta:
        indexes = [models.Index(fields=["person", "direction", "at"], name="engagement_person_figures")]


class EngagementAccount(models.Model):
    """The engagement shows on this account's timeline."""

    pk = models.CompositePrimaryKey("account_id", "at", "engagement_id")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="account_links")
    at = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    """The engagement's own, so that figures are counted in the index below alone."""

    class Meta:
        indexes = [models.Index(fields=["account", "direction", "at"], name="engagement_account_figures")]


class EngagementUser(models.Model):
    """A user who took part, or in whose mailbox a copy stands."""

    pk = models.CompositePrimaryKey("engagement_id", "user_id")
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="user_links", db_index=False)
    user = models.ForeignKey(User, models.CASCADE)


class Variant(models.Model):
    """One text of an engagement; copies with other text are further variants (F3)."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="variants", db_index=False)
    digest = models.BinaryField(max_length=16)
    """Of subject, text and HTML."""
    subject = models.TextField()
    body = models.BinaryField()
    """Text, HTML and attachments: see ``store.bodies``."""
    defects = models.CharField(max_length=1000, blank=True)
    """What was wrong with its body: names of ``core.mail.defects``, space-separated."""
    kept = models.SmallIntegerField(default=Mode.FULL.value)
    """How much of the mail it is, by the mailbox it came from (``core.mailbox.Mode``)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "digest"], name="variant_once")]
