"""Centralized Connect: read the mailboxes of all users with the one secret of a source (M2).

Switching it on asks for a background job that goes through all users; ``connect_users`` does it. Nothing is selected
by it (M3), and a user's own connection stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from postroom.actions.mailbox_access import PATIENCE_OF_PAGES, secret_of_source, settings_for
from postroom.actions.mailbox_settings import Parts, has_central_secret
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.typed import typed_address
from postroom.core import audit as acts
from postroom.core.job_kinds import CONNECT_ALL
from postroom.providers.port import Missing
from postroom.providers.registry import provider_of
from postroom.store.models import Job, Source, User, Workspace
from postroom.store.read import mailbox_sources as read
from postroom.store.read.users import user_with_address
from postroom.store.write import audit, jobs
from postroom.store.write import mailbox_sources as write
from postroom.store.write.pushes import hold_mailboxes
from postroom.store.write.turn import take_turn

TRIED_AGAIN_AFTER: Final = timedelta(days=1)
"""Users in whose name no mailbox was found are tried again so often."""


def check_central(workspace: Workspace, kind: str, email: Any) -> Sequence[Missing]:
    """What is missing for reading all mailboxes, in the provider's words, tried with that of ``email``; none: nothing.

    Raises ``NotFound``, ``Rejected`` (``central_not_set_up``, ``user_unknown``, …), ``TryLater``.
    """
    source, secret = _ready(workspace, kind)
    address = typed_address(email)
    _user(workspace, address)
    return provider_of(source.kind).check({**settings_for(source, {}), **PATIENCE_OF_PAGES}, secret, address)


def connect_all(workspace: Workspace, kind: str, email: Any, *, actor: str) -> Job:
    """Switch Centralized Connect on, and have all users connected in the background; answers the job.

    ``email``: the address of a user that ``check_central`` was tried with. Raises as it does, but for ``TryLater``.
    """
    with transaction.atomic():
        take_turn(workspace)
        source, _ = _ready(workspace, kind)
        address = typed_address(email)
        _user(workspace, address)
        was_on = source.is_central
        write.set_central(source, is_central=True)
        job = jobs.ask_for(workspace, CONNECT_ALL, {"source": source.pk, "checked": address}, actor)
        if not was_on:
            audit.note(workspace, acts.CENTRAL_ON, actor, job=job, after={"source": kind})
        return job


def disconnect_all(workspace: Workspace, kind: str, *, actor: str) -> int:
    """Switch Centralized Connect off, and disconnect the mailboxes that were read by it; answers how many.

    Labels, what is selected and what came in stay. Raises ``NotFound``.
    """
    with transaction.atomic():
        take_turn(workspace)
        source = read.mailbox_source_of(workspace, kind)
        if source is None:
            raise NotFound
        was_on = source.is_central
        write.set_central(source, is_central=False)
        mailboxes = write.central_mailboxes(source)
        users = list(mailboxes.order_by("user").values_list("user", flat=True))
        hold_mailboxes(users)
        count = write.unbind(mailboxes)
        if was_on:
            audit.note(workspace, acts.CENTRAL_OFF, actor, before={"source": kind, "mailboxes": count})
        gone = [(user, {"source": kind}, None) for user in users]
        audit.note_beneath(workspace, acts.MAILBOX_DISCONNECTED, actor, gone)
        return count


def ask_for_one(user: User, *, actor: str) -> bool:
    """Have the user's mailbox connected by whatever source does that for all; says whether there is one."""
    sources = list(read.central_sources().filter(workspace=user.workspace))
    for source in sources:
        last = read.last_job_of(source, CONNECT_ALL)
        asked = last.asked if last else {"source": source.pk}
        jobs.ask_for(user.workspace, CONNECT_ALL, {**asked, "only": user.pk}, actor)
    return bool(sources)


def connect_new_users() -> None:
    """Ask for users to be connected who were added since all were gone through, or had no mailbox the last time.

    So had those whose mailbox has an address that is theirs no more.
    """
    for source in read.central_sources():
        last = read.last_job_of(source, CONNECT_ALL)
        if last is not None and last.ended_at is not None and _is_due(source, last):
            with transaction.atomic():
                jobs.ask_for(source.workspace, CONNECT_ALL, last.asked, last.actor)


def _is_due(source: Source, last: Job) -> bool:
    if read.is_somebody_new(source.workspace, last.created_at):
        return True
    is_long_ago = timezone.now() - last.created_at >= TRIED_AGAIN_AFTER
    return is_long_ago and (
        read.users_without(source.workspace).exists() or read.central_astray(source.workspace).exists()
    )


def _ready(workspace: Workspace, kind: str) -> tuple[Source, dict[str, str]]:
    """The source and its secret, where all mailboxes can be tried with it."""
    source = read.mailbox_source_of(workspace, kind)
    if source is None:
        raise NotFound
    secret = secret_of_source(source)
    if not has_central_secret(source.kind, Parts(source.settings, secret)):
        raise Rejected("central_not_set_up")
    return source, secret


def _user(workspace: Workspace, address: str) -> User:
    user = user_with_address(workspace, address)
    if user is None:
        raise Rejected("user_unknown", "email")
    return user
