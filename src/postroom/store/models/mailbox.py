"""Mailboxes, their labels, and each mail as a label lists it: what sync knows and how far it is (M1-M15)."""

from __future__ import annotations

from django.db import models

from postroom.core.labels import DEFAULT_ROLES
from postroom.core.mailbox import Mode
from postroom.store.models.job import Job
from postroom.store.models.message import Copy, SetAside
from postroom.store.models.source import Source
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Mailbox(models.Model):
    """One user's mail account, read through a source. A user has one; it stays when it is disconnected."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mailboxes", db_index=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="mailbox")
    source = models.ForeignKey(Source, models.RESTRICT, related_name="mailboxes")
    address = models.CharField(max_length=320)
    """The address it is bound to, normalised: connecting it again with another is refused (M14)."""
    is_central = models.BooleanField(default=False)
    """Read with the one secret of its source, not with one of the user's own (M2)."""
    settings = models.JSONField(default=dict)
    """Of the user's own connection, nothing secret. IMAP: ``host``, ``port``, ``security``, ``username``."""
    sealed_secret = models.BinaryField(null=True)
    """Encrypted JSON of the user's own connection: ``password`` or ``refresh_token``; ``None``: it has none."""
    mode = models.SmallIntegerField(default=Mode.FULL.value)
    """What is kept of its mail, as its owner chose (S8); the workspace may be stricter."""
    connected_at = models.DateTimeField(null=True)
    """``None``: it is disconnected, nobody looks into it."""
    connected_by = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME`` or ``command line``."""
    labels_at = models.BigIntegerField(null=True)
    """When its labels were last listed, Unix seconds."""
    looked_at = models.BigIntegerField(null=True)
    """When everything selected was last looked at to the end, Unix seconds."""
    look_at = models.BigIntegerField(default=0)
    """When new mail is to be asked for again, Unix seconds; 0: somebody asked by hand."""
    has_more = models.BooleanField(default=False)
    """The last look ended for lack of time: it goes on as soon as no mailbox waits for new mail (M13)."""
    trouble = models.CharField(max_length=13, blank=True)
    """Which of the five kinds of provider trouble it is in (``core.trouble``); empty: in none (M14)."""
    trouble_code = models.CharField(max_length=60, blank=True)
    """A stable name of what went wrong; holds no address and no text of the provider's."""
    trouble_since = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    """How often it was looked at in vain since it last went well."""
    leased_until = models.BigIntegerField(null=True)
    """Until then one worker has it, Unix seconds."""
    fence = models.BigIntegerField(default=0)
    """Rises with each claim; a worker whose fence is older writes nothing."""

    class Meta:
        indexes = [
            models.Index(
                fields=["look_at"], condition=models.Q(connected_at__isnull=False), name="mailbox_due"
            ),
            models.Index(fields=["workspace", "trouble"], name="mailbox_of_workspace"),
        ]


class Label(models.Model):
    """A Gmail label or a mail folder of one mailbox; selected or not (M4), and how far its sync is (M13)."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="labels", db_index=False)
    ref = models.CharField(max_length=500)
    """What the provider knows it by: a Gmail label's id, a Graph folder's id, an IMAP folder's name."""
    path = models.JSONField(default=list)
    """Its name and before it those of the labels it is nested in."""
    role = models.CharField(max_length=8, blank=True)
    """From the provider, never from a name (M12); see ``core.message.LABEL_ROLES``."""
    is_selectable = models.BooleanField(default=True)
    """``False``: it only holds other labels."""
    total = models.BigIntegerField(null=True)
    """Mails in it, by the provider."""
    trait = models.CharField(max_length=100, blank=True)
    """What stays when it is renamed, where ``ref`` does not: an IMAP folder's UIDVALIDITY."""
    gone_at = models.BigIntegerField(null=True)
    """Since when the provider has it no more, Unix seconds."""
    selected_at = models.BigIntegerField(null=True)
    """Since when it syncs, Unix seconds; ``None``: it does not."""
    origin = models.CharField(max_length=5, blank=True)
    """Who chose last: ``user`` or ``admin``."""
    chosen_by = models.CharField(max_length=320, blank=True)
    chosen_at = models.BigIntegerField(null=True)
    chosen_in = models.ForeignKey(Job, models.SET_NULL, null=True, db_index=False, related_name="+")
    """The push that chose last (M6); ``None``: it was chosen alone, or never. Undoing sets this back, too."""
    starts_at = models.BigIntegerField(null=True)
    """What was received earlier is ``before_selection`` (M15), Unix seconds."""
    cursor = models.JSONField(null=True)
    """Where its changes were followed to, in the provider's own terms; ``None``: from nowhere yet."""
    begun_at = models.BigIntegerField(null=True)
    """When ``cursor`` was first taken: what was received before is walked back to, Unix seconds."""
    walked_to = models.BigIntegerField(null=True)
    """Everything received from then until ``begun_at`` was met, Unix seconds; ``None``: nothing was."""
    verified_at = models.BigIntegerField(null=True)
    """When all of it was last compared with the provider's list, Unix seconds (L5)."""
    verifying_since = models.BigIntegerField(null=True)
    """When the comparison under way began, Unix seconds; ``None``: none is."""
    verified_to = models.BigIntegerField(null=True)
    """How far back it is, Unix seconds."""
    started_over = models.JSONField(default=list)
    """When its cursor was lost of late, Unix seconds."""
    problem = models.CharField(max_length=30, blank=True)
    """``starts_over``, ``protocol``, ``not_allowed``, ``try_later``: it rests (``core.sync``). ``emptied``: nearly all
    of it is lacking at the provider, which is not believed; ``believed``: somebody says that it is so. Empty: none."""
    problem_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "ref"], name="label_once")]
        indexes = [
            models.Index(
                fields=["mailbox"], condition=models.Q(selected_at__isnull=False), name="label_selected"
            ),
            models.Index(
                fields=["mailbox"], condition=models.Q(role__in=DEFAULT_ROLES), name="label_default"
            ),
        ]


class Listing(models.Model):
    """One mail as one label lists it, and what became of it: the copy, or the mail set aside (L5)."""

    label = models.ForeignKey(Label, models.CASCADE, related_name="listings", db_index=False)
    ref = models.CharField(max_length=300)
    """What the provider knows the mail by there; IMAP: UIDVALIDITY and UID."""
    received_at = models.BigIntegerField()
    """When the provider took it in, Unix seconds."""
    copy = models.ForeignKey(Copy, models.RESTRICT, null=True, related_name="listings")
    set_aside = models.ForeignKey(SetAside, models.SET_NULL, null=True, related_name="listings")
    is_due = models.BooleanField(default=False)
    """It is to be fetched and decided again: somebody asked for it (C13)."""
    missed_at = models.BigIntegerField(null=True)
    """A comparison with the provider's list found it missing, and healed that (L5), Unix seconds."""
    gone_at = models.BigIntegerField(null=True)
    """Since when the label lists it no more, Unix seconds. What came of it stays (M15)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "ref"], name="listing_once")]
        indexes = [
            models.Index(fields=["label", "received_at"], name="listing_by_day"),
            models.Index(fields=["label"], condition=models.Q(is_due=True), name="listing_due"),
        ]


class Vanished(models.Model):
    """A mail that was listed and gone before it could be fetched: the reason ``gone``."""

    label = models.ForeignKey(Label, models.CASCADE, related_name="vanished", db_index=False)
    ref = models.CharField(max_length=300)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "ref"], name="vanished_once")]


class Budget(models.Model):
    """What may be asked of a provider in a span of time, shared by all workers."""

    key = models.CharField(max_length=100, unique=True)
    span_began_at = models.BigIntegerField()
    spent = models.BigIntegerField(default=0)
    """Units since then."""
