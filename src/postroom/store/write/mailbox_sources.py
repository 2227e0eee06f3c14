"""Sources that mailboxes are read through, and whose mailbox is connected how.

Whatever changes a connection raises the mailbox's fence: a look that is under way writes nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet

from postroom.core.trouble import CANNOT_EVER, NOT_ALLOWED, SIGN_IN_AGAIN
from postroom.store.models import Label, Listing, Mailbox, Source, User, Workspace

_WELL = {"trouble": "", "trouble_code": "", "trouble_since": None, "tries": 0}
_ENDS_LOOK = {"fence": F("fence") + 1, "leased_until": None}


def store_mailbox_source(workspace: Workspace, kind: str, name: str, depth: date, actor: str) -> Source:
    """Store a source that mailboxes are read through; it feeds both lenses."""
    return Source.objects.create(
        workspace=workspace,
        kind=kind,
        name=name,
        feeds_customer=True,
        feeds_people=True,
        crawling_depth=depth,
        created_by=actor,
    )


def update_source_settings(source: Source) -> None:
    """Store how the source is set up."""
    source.save(update_fields=["settings", "sealed_secret"])


def set_central(source: Source, is_central: bool) -> None:
    """Store whether the mailboxes of all users are read with the source's one secret."""
    source.is_central = is_central
    source.save(update_fields=["is_central"])


def central_mailboxes(source: Source) -> QuerySet[Mailbox]:
    """The mailboxes that are read with the source's one secret."""
    return Mailbox.objects.filter(source=source, is_central=True, connected_at__isnull=False)


def look_again(source: Source) -> None:
    """Have the source's mailboxes that wait for somebody to act looked at at once: somebody did."""
    waiting = Mailbox.objects.filter(source=source, trouble__in=(SIGN_IN_AGAIN, NOT_ALLOWED, CANNOT_EVER))
    waiting.update(look_at=int(time.time()), tries=0)


def bind(
    user: User,
    source: Source,
    address: str,
    actor: str,
    *,
    settings: Mapping[str, Any],
    sealed_secret: bytes | None,
    is_central: bool,
    now: datetime,
) -> Mailbox:
    """Connect the user's mailbox so, from now on; labels and what came in stay."""
    connected = {
        "source": source,
        "address": address,
        "is_central": is_central,
        "settings": dict(settings),
        "sealed_secret": sealed_secret,
        "connected_at": now,
        "connected_by": actor,
        "labels_at": None,
        "look_at": int(now.timestamp()),
        **_WELL,
    }
    if not Mailbox.objects.filter(user=user).update(**connected, **_ENDS_LOOK):
        Mailbox.objects.create(workspace_id=user.workspace_id, user=user, **connected)
    return Mailbox.objects.select_related("source", "user").get(user=user)


def unbind(mailboxes: QuerySet[Mailbox]) -> int:
    """Disconnect mailboxes and erase the secrets of their own; answers how many. Labels and what came in stay."""
    return mailboxes.update(connected_at=None, is_central=False, sealed_secret=None, **_WELL, **_ENDS_LOOK)


def start_over(mailboxes: QuerySet[Mailbox]) -> None:
    """Follow the labels of mailboxes from anew: another server numbers labels and mails otherwise.

    What is met again is known by what it says, so nothing doubles.
    """
    ids = list(mailboxes.values_list("pk", flat=True))
    Label.objects.filter(mailbox__in=ids).update(
        cursor=None,
        begun_at=None,
        walked_to=None,
        verified_at=None,
        verifying_since=None,
        verified_to=None,
        problem="",
        problem_at=None,
    )
    gone = Listing.objects.filter(label__mailbox__in=ids, gone_at__isnull=True)
    gone.update(gone_at=int(time.time()), is_due=False)


def replace_mailbox_secret(mailbox_id: int, before: bytes, after: bytes) -> bool:
    """Store the mailbox's own secret, if it still is the one ``before``; says whether it was."""
    still = Mailbox.objects.filter(pk=mailbox_id, sealed_secret=before, connected_at__isnull=False)
    return bool(still.update(sealed_secret=after))
