"""Every message ever met, sealed; its copies; and what could not be read."""

from __future__ import annotations

from django.db import models

from postroom.core.mailbox import NOT_SELECTED
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Message(models.Model):
    """One mail, chat message, reaction or activity, once per workspace, however often met: sealed (L1)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    identity = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=8, default="mail")
    """``mail``, ``chat``, ``reaction``, ``call``, ``meeting``, ``task`` or ``comment``."""
    seconds = models.IntegerField(null=True)
    """How long a call or meeting took."""
    chat_day = models.BinaryField(max_length=16, null=True)
    """Token of a chat message's chat and day (UTC): imported, they are one engagement (C20)."""
    message_id_token = models.BinaryField(max_length=16, null=True)
    reference_tokens = models.BinaryField()
    """16 bytes for each of References and In-Reply-To, oldest first."""
    at = models.BigIntegerField()
    """The time of the mail, Unix seconds: its Date where plausible, else when it was received."""
    date = models.BigIntegerField(null=True)
    """As the Date header says, however implausible; ``None`` where it says nothing readable."""
    flags = models.CharField(max_length=100)
    """Marks of automatic mail, space-separated."""
    deleted_at = models.BigIntegerField(null=True)
    """Unix seconds. Its engagement was deleted by hand: it does not come back (C17)."""
    deleted_by = models.CharField(max_length=320, blank=True)
    released_at = models.BigIntegerField(null=True)
    """Unix seconds. Somebody looked at its malformed header and lets the careful reading decide (C0)."""
    released_by = models.CharField(max_length=320, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "identity"], name="message_identity")]
        indexes = [
            models.Index(fields=["message_id_token"], name="message_message_id"),
            models.Index(
                fields=["chat_day"], condition=models.Q(chat_day__isnull=False), name="message_chat_day"
            ),
        ]


class Copy(models.Model):
    """One meeting with a message: in a label of a user's mailbox or file, or in an upload."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="copies")
    fingerprint = models.BinaryField(max_length=16)
    """Token of the workspace, source, user, label and all bytes: the same copy again is known by it."""
    source = models.CharField(max_length=10)
    """The kind of source: ``import``, ``api``, ``google``, ``microsoft`` or ``imap``."""
    lenses = models.SmallIntegerField(default=1)
    """Which lenses see it, by its source (F5): 1 customer, 2 people, 3 both."""
    depth_at = models.BigIntegerField(null=True)
    """The crawling depth of its source when it was met, Unix seconds; what is older is skipped (K4)."""
    starts_at = models.BigIntegerField(null=True)
    """From when on its label's mail comes in (C2), Unix seconds; ``None``: always; ``mailbox.NOT_SELECTED``: not."""
    last_seen_by = models.BigIntegerField(null=True)
    """Its source took it back: decisions with ids up to this one saw it, later ones do not (K7)."""
    user = models.ForeignKey(User, models.RESTRICT, null=True, db_index=False)
    """Who has it is whose choice of visibility counts, so a user with copies is not deleted (R4)."""
    label = models.CharField(max_length=200)
    label_role = models.CharField(max_length=8, blank=True)
    participants = models.BinaryField()
    """What this copy shows, sealed: see ``store.sealed``. A message's participants are those of its copies."""
    alternative = models.BinaryField(null=True)
    """The same for the second reading, where a malformed header has one (C0)."""
    received_at = models.BigIntegerField(null=True)
    """When a server took it in, Unix seconds; ``None`` where the copy does not say."""
    met_at = models.BigIntegerField()
    """When Postroom first saw it, Unix seconds."""
    defects = models.CharField(max_length=1000, blank=True)
    """What was wrong with its headers: names of ``core.mail.defects``, space-separated."""
    is_shown = models.BooleanField(default=False)
    """Its text is among the engagement's variants."""
    shown_digest = models.BinaryField(max_length=16, null=True)
    """Of that text; ``None`` where it is not known which it is."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="copy_fingerprint")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(starts_at=NOT_SELECTED), name="copy_not_selected")
        ]


class Mention(models.Model):
    """An address takes part in a message: how Explain finds messages by address."""

    pk = models.CompositePrimaryKey("address", "message_id")
    address = models.BinaryField(max_length=16)
    message = models.ForeignKey(Message, models.CASCADE, db_index=False)


class SetAside(models.Model):
    """A message that could not be read: kept whole, encrypted, to be run again (L6)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="set_aside", db_index=False)
    fingerprint = models.BinaryField(max_length=16)
    source = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.RESTRICT, null=True, db_index=False)
    label = models.CharField(max_length=200)
    label_role = models.CharField(max_length=8, blank=True)
    locator = models.CharField(max_length=1000)
    """File name and offset it was read from; no content."""
    size = models.BigIntegerField()
    why = models.CharField(max_length=30)
    """See ``core.message.UnreadableMail``."""
    sealed_raw = models.BinaryField(null=True)
    """Encrypted; ``None`` where it is larger than what is kept and the file remains the original."""
    met_at = models.BigIntegerField()
    tries = models.IntegerField(default=1)
    item = models.BigIntegerField(null=True)
    """The uploaded item that could not be read: it keeps the original itself."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "fingerprint"], name="set_aside_once")]
