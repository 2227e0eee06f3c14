"""Set up a source that mailboxes are read through: Google Workspace, Microsoft 365 or IMAP (M1), one of each.

Connects nobody: that is a step of its own. Secrets are encrypted before they are stored, and told to nobody after.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from postroom.actions.mailbox_secrets import opened, sealed
from postroom.actions.mailbox_settings import Parts, changed, fields_of, has_central_secret, has_client
from postroom.actions.record import Record
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.mailbox import KINDS
from postroom.store.models import Source, Workspace
from postroom.store.read.mailbox_sources import mailbox_source_of
from postroom.store.read.sources import sources
from postroom.store.write import mailbox_sources as write
from postroom.store.write.pushes import hold_mailboxes
from postroom.store.write.turn import take_turn

NAMES: Final = {"google": "Google Workspace", "microsoft": "Microsoft 365", "imap": "IMAP"}
"""What a source is called, unless another one is."""
DEPTH: Final = timedelta(days=365)
"""How far before its making a source begins, unless somebody says otherwise."""


class SourceShown(NamedTuple):
    """What may be told of a source; of what is secret, only what is set."""

    source: Source
    settings: dict[str, Any]
    secrets: frozenset[str]
    """The names of the secret fields that are set."""
    can_be_central: bool
    """Whether all mailboxes can be tried with what is set (M2)."""
    has_client: bool
    """Whether users can connect their own mailbox by signing in at the provider."""


def set_up_source(workspace: Workspace, kind: str, sent: Any, *, actor: str) -> Source:
    """Set up the workspace's source of this kind, or change what ``sent`` names of it; what it does not name stays.

    Null or an empty text takes a field out. Raises ``NotFound`` for an unknown kind, and ``Rejected``.
    """
    if kind not in KINDS:
        raise NotFound
    record = Record(sent, fields_of(kind))
    with transaction.atomic():
        take_turn(workspace)
        source = mailbox_source_of(workspace, kind)
        before = Parts(source.settings, opened(source.sealed_secret)) if source else Parts({}, {})
        after = changed(kind, record, before)
        if source is None:
            source = new_source(workspace, kind, actor)
        elif source.is_central and not has_central_secret(kind, after):
            raise Rejected("central_is_on")
        source.settings, source.sealed_secret = after.settings, sealed(after.secret)
        write.update_source_settings(source)
        if after != before:
            hold_mailboxes(list(source.mailboxes.values_list("user", flat=True)))
            write.look_again(source)
        if after.settings.get("host") != before.settings.get("host"):
            write.start_over(write.central_mailboxes(source))
        return source


def new_source(workspace: Workspace, kind: str, actor: str) -> Source:
    """Make the source of this kind, as yet without settings; within a turn. It feeds both lenses (F5)."""
    name = NAMES[kind]
    taken = set(sources(workspace).values_list("name", flat=True))
    free = next(
        each for each in (name, *(f"{name} {n}" for n in range(2, len(taken) + 3))) if each not in taken
    )
    return write.store_mailbox_source(workspace, kind, free, (timezone.now() - DEPTH).date(), actor)


def shown_source(source: Source) -> SourceShown:
    """What may be told of the source. Raises ``KeyMissing``."""
    parts = Parts(source.settings, opened(source.sealed_secret))
    return SourceShown(
        source,
        parts.settings,
        frozenset(parts.secret),
        has_central_secret(source.kind, parts),
        has_client(source.kind, parts),
    )


def ways_to_connect(workspace: Workspace) -> list[str]:
    """The kinds by which a user can connect a mailbox of their own: IMAP always, others once a client is set up."""
    ways = []
    for kind in KINDS:
        source = mailbox_source_of(workspace, kind)
        if kind == "imap" or (source is not None and shown_source(source).has_client):
            ways.append(kind)
    return ways
