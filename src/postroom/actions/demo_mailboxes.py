"""Connect mailboxes of a few users of a demo workspace, as they would, to a mail server that is made up.

Their mail comes as long as the demo lives: ``demo_server``. Must not know how it is read: a worker does that as with
any other mailbox.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from postroom.actions.choose_labels import choose_labels
from postroom.actions.connect_mailbox import connect_own
from postroom.actions.demo_server import KIND
from postroom.actions.mailbox_secrets import sealed
from postroom.actions.mailbox_settings import Parts
from postroom.actions.sync_mailbox import look
from postroom.core.labels import ADMIN, USER
from postroom.demo import company, live
from postroom.providers.memory import MASTER_PASSWORD, PASSWORD
from postroom.store.models import Mailbox, Source, User, Workspace
from postroom.store.read.mailbox_sources import mailbox_of, mailbox_source_of
from postroom.store.read.mailboxes import labels_of
from postroom.store.write import mailbox_sources as write

NAME: Final = "Demo mail server"
_DEPTH: Final = timedelta(days=365)


class _Way(NamedTuple):
    """How a user's mailbox is connected, and what is selected in it."""

    name: str
    roles: tuple[str, ...] = ()
    """Labels with these roles are selected, and the one of a customer if there are any and the user chose."""
    days: int = 0
    """So many days back mail comes in."""
    is_central: bool = False
    """Connected with all others, and selected by the administrator."""
    has_new_password: bool = False
    """Changed at the server since: the user has to sign in again."""


_WAYS: Final = (
    _Way("Maya Lindqvist", ("inbox", "sent"), days=7),
    _Way("Tom Okafor", ("inbox", "sent", "drafts", "spam"), days=live.BEFORE),
    _Way("Kate Ashby"),
    _Way("Elif Demir", ("inbox", "sent"), is_central=True),
    _Way("Oliver Stanton", ("inbox",), is_central=True),
    _Way("Greg Marlow", ("inbox", "sent"), has_new_password=True),
)


def connect_demo_mailboxes(workspace: Workspace, now: int) -> None:
    """Connect them and select labels; done again it changes nothing. ``now``: the demo's present, Unix seconds."""
    source = demo_source(workspace, now)
    for way in _WAYS:
        user = User.objects.get(workspace=workspace, email=company.user_named(way.name).email)
        if not _is_done(user, way):
            _connect(user, source, way)


def demo_source(workspace: Workspace, now: int) -> Source:
    """The source of the demo's mailboxes, made where there is none yet."""
    return mailbox_source_of(workspace, KIND) or _make_source(workspace, now)


def _is_done(user: User, way: _Way) -> bool:
    mailbox = mailbox_of(user)
    if mailbox is None:
        return False
    return not way.roles or any(label.selected_at is not None for label in labels_of(mailbox.pk))


def _connect(user: User, source: Source, way: _Way) -> None:
    mailbox = _connect_central(user, source) if way.is_central else _connect_own(user, source)
    look(mailbox.pk)
    if way.has_new_password:
        before, after = mailbox.sealed_secret, sealed({"password": "the one before"})
        assert before is not None and after is not None
        write.replace_mailbox_secret(mailbox.pk, bytes(before), after)
    _select(mailbox, way)


def _make_source(workspace: Workspace, now: int) -> Source:
    depth = (datetime.fromtimestamp(now, UTC) - _DEPTH).date()
    with transaction.atomic():
        source = write.store_mailbox_source(workspace, KIND, NAME, depth, company.ADMIN.email)
        source.settings = {"present": now, "ends_at": now + live.AFTER * live.DAY}
        source.sealed_secret = sealed({"master_password": MASTER_PASSWORD})
        write.update_source_settings(source)
        write.set_central(source, is_central=True)
    return source


def _connect_own(user: User, source: Source) -> Mailbox:
    return connect_own(user, source, Parts({}, {"password": PASSWORD}), user.email, actor=user.email)


def _connect_central(user: User, source: Source) -> Mailbox:
    return write.bind(
        user,
        source,
        user.email,
        company.ADMIN.email,
        settings={},
        sealed_secret=None,
        is_central=True,
        now=timezone.now(),
    )


def _select(mailbox: Mailbox, way: _Way) -> None:
    is_own_choice = bool(way.roles) and not way.is_central
    customer = list(live.project_label(live.PROJECTS[way.name]))
    wanted = {
        label.pk: True
        for label in labels_of(mailbox.pk)
        if label.role in way.roles or (is_own_choice and label.path == customer)
    }
    origin, actor = (ADMIN, company.ADMIN.email) if way.is_central else (USER, mailbox.user.email)
    present = mailbox.source.settings["present"]
    choose_labels(mailbox, wanted, origin=origin, actor=actor, backfill_days=way.days, now=present)
