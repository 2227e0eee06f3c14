"""What sync asks of the rows: which mailbox is due, its labels, what of a listing is known. A batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from postroom.core.mail.unreadable import NOT_GIVEN
from postroom.core.mailbox import Mode, mode_in_force
from postroom.core.schedule import FARTHEST, LEASE_SECONDS
from postroom.core.seal import Token
from postroom.store.models import Label, Listing, Mailbox
from postroom.store.rows import select_in


class KnownListing(NamedTuple):
    """A mail that a label was known to list."""

    copy: int | None
    is_due: bool
    is_gone: bool
    set_aside: int | None
    label_role: str
    """Of the copy: ``drafts``, ``spam`` or ``trash`` where the mail counted as such when it was met."""
    received_at: int
    is_not_given: bool
    """It is set aside because the provider did not give it."""


def mailbox(mailbox_id: int) -> Mailbox:
    """The mailbox with its user, source and workspace."""
    return Mailbox.objects.select_related("user", "source", "workspace").get(pk=mailbox_id)


def is_free(now: int) -> Q:
    """Of mailboxes: nobody has it, or somebody by a lease that nobody can have been given: a clock was wrong."""
    return Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE_SECONDS)


def is_secret_new(mailbox: Mailbox) -> bool:
    """Whether the mailbox's own secret was replaced since it was read."""
    return not Mailbox.objects.filter(pk=mailbox.pk, sealed_secret=mailbox.sealed_secret).exists()


def mode_now(row: Mailbox) -> Mode:
    """What is kept of a mailbox's mail, as its owner and the workspace say now."""
    modes = Mailbox.objects.values_list("mode", "workspace__mailbox_mode").get(pk=row.pk)
    return mode_in_force(*modes)


def due_mailboxes(now: int, most: int) -> list[int]:
    """Mailboxes to be looked at that nobody has, the longest due first; not those of users who are disabled.

    Those that only go on with what their last look left are named where no new mail is to be asked for (M13).
    """
    found = list(_waiting(now).order_by("look_at", "pk").values_list("pk", flat=True)[:most])
    if not found:
        more = _free(now).filter(has_more=True).order_by("look_at", "pk")
        found = list(more.values_list("pk", flat=True)[:most])
    return found


def is_one_waiting(now: int) -> bool:
    """Whether a mailbox that nobody has is to be asked for new mail."""
    return _waiting(now).exists()


def _waiting(now: int) -> QuerySet[Mailbox]:
    return _free(now).filter(Q(look_at__lte=now) | Q(look_at__gt=now + FARTHEST))


def _free(now: int) -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(is_free(now), connected_at__isnull=False, user__disabled_at=None)


def watchable_mailboxes(kind: str, most: int) -> list[int]:
    """Mailboxes of this kind of source that are well and have something selected, so many at most."""
    well = Mailbox.objects.filter(
        connected_at__isnull=False, trouble="", user__disabled_at=None, source__kind=kind
    )
    selected = Label.objects.filter(mailbox=OuterRef("pk"), selected_at__isnull=False, gone_at__isnull=True)
    return list(well.filter(Exists(selected)).order_by("pk").values_list("pk", flat=True)[:most])


def watched_label(mailbox_id: int) -> str | None:
    """The label in which new mail comes first, by its ref: the inbox, or else the first that is selected."""
    selected = Label.objects.filter(
        mailbox=mailbox_id, selected_at__isnull=False, gone_at__isnull=True
    ).order_by("pk")
    refs = dict(selected.values_list("role", "ref"))
    return refs.get("inbox") or next(iter(refs.values()), None)


def labels_of(mailbox_id: int) -> list[Label]:
    """All labels of a mailbox, those gone too."""
    return list(Label.objects.filter(mailbox=mailbox_id).order_by("pk"))


def goes_by(label_id: int, ref: str) -> bool:
    """Whether the provider has this label, and knows it by this ref, as far as is remembered."""
    return Label.objects.filter(pk=label_id, ref=ref, gone_at=None).exists()


def known_listings(label_id: int, refs: Sequence[str]) -> dict[str, KnownListing]:
    """Those of these mails that the label was known to list, by ref."""
    rows = select_in(
        "SELECT l.ref, l.copy_id, l.is_due, l.gone_at IS NOT NULL, l.set_aside_id, COALESCE(c.label_role, ''), "
        "l.received_at, COALESCE(s.why, '') "
        "FROM store_listing l LEFT JOIN store_copy c ON c.id = l.copy_id "
        "LEFT JOIN store_setaside s ON s.id = l.set_aside_id WHERE l.ref IN ({}) AND l.label_id = %s",
        refs,
        [label_id],
    )
    return {
        row[0]: KnownListing(row[1], bool(row[2]), bool(row[3]), row[4], row[5], row[6], row[7] == NOT_GIVEN)
        for row in rows
    }


def listings_between(label_id: int, since: int, until: int) -> dict[str, bool]:
    """The mails known to be in a label that were received at or after ``since`` and before ``until``, by ref.

    ``False``: nothing became of it yet: it is neither a copy nor set aside, or the provider did not give it.
    """
    rows = Listing.objects.filter(
        label=label_id, received_at__gte=since, received_at__lt=until, gone_at__isnull=True
    )
    return {
        ref: copy is not None or why not in (None, NOT_GIVEN)
        for ref, copy, why in rows.values_list("ref", "copy_id", "set_aside__why")
    }


def due_listings(label_id: int, most: int) -> list[str]:
    """Mails of a label that are to be fetched again, the newest first."""
    due = Listing.objects.filter(label=label_id, is_due=True, gone_at__isnull=True)
    return list(due.order_by("-received_at").values_list("ref", flat=True)[:most])


def listings_there(label_id: int) -> int:
    """How many mails are known to be in a label."""
    return Listing.objects.filter(label=label_id, gone_at__isnull=True).count()


def lost_since(label_id: int, since: int) -> int:
    """How many mails of a label were found gone at or after ``since`` and are not listed there under another ref."""
    twins = Listing.objects.filter(label=label_id, copy=OuterRef("copy"), gone_at__isnull=True)
    return Listing.objects.filter(~Exists(twins), label=label_id, gone_at__gte=since).count()


def copies_by_fingerprint(fingerprints: Iterable[Token]) -> dict[Token, int]:
    """The ids of copies, by fingerprint."""
    rows = select_in("SELECT fingerprint, id FROM store_copy WHERE fingerprint IN ({})", fingerprints)
    return {bytes(row[0]): row[1] for row in rows}


def set_aside_by_fingerprint(workspace_id: int, fingerprints: Iterable[Token]) -> dict[Token, int]:
    """The ids of mails set aside, by fingerprint."""
    rows = select_in(
        "SELECT fingerprint, id FROM store_setaside WHERE fingerprint IN ({}) AND workspace_id = %s",
        fingerprints,
        [workspace_id],
    )
    return {bytes(row[0]): row[1] for row in rows}
