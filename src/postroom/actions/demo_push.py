"""Have the administrator of a demo workspace have applied the default synced labels, some weeks before its present.

Whose mailboxes it reached, and what was in them, is the table of ``demo.quiet``. Done by the actions as a person would;
done again it changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from postroom.actions.choose_labels import choose_labels
from postroom.actions.default_labels import apply_default_labels
from postroom.actions.demo_mailboxes import demo_source
from postroom.actions.push_default_labels import run_apply_labels
from postroom.actions.sync_mailbox import look
from postroom.core.labels import USER, Boxes
from postroom.demo import company, quiet
from postroom.demo.quiet import QuietMailbox
from postroom.store.models import Mailbox, Source, User, Workspace
from postroom.store.read.default_labels import clicks
from postroom.store.read.mailbox_sources import mailbox_of
from postroom.store.read.mailboxes import labels_of
from postroom.store.write import demo as write_demo
from postroom.store.write import jobs
from postroom.store.write import mailbox_sources as write

_DAY: Final = 86_400


def click_in_demo(workspace: Workspace, now: int) -> None:
    """Click, for the users there: with both boxes, so long before ``now``, Unix seconds. Reaches nobody yet."""
    at = now - quiet.PUSHED * _DAY
    apply_default_labels(workspace, Boxes(inbox=True, sent=True), actor=company.ADMIN.email, now=at)


def push_in_demo(workspace: Workspace, now: int) -> None:
    """Connect the quiet mailboxes, let the click reach them, and what happened since happen."""
    source = demo_source(workspace, now)
    for each in quiet.QUIET:
        _connect(workspace, source, each, now, quiet.CONNECTED)
    _push(workspace)
    for each in quiet.QUIET:
        _choose(
            workspace, each, (each.deselected_since,), is_wanted=False, at=now - quiet.CHOSEN_SINCE * _DAY
        )
    for each in quiet.NEWCOMERS:
        _connect(workspace, source, each, now, quiet.JOINED)


def _push(workspace: Workspace) -> None:
    click = clicks(workspace).last()
    if click is not None:
        job = jobs.claim(pk=click.pk)
        if job is not None:
            run_apply_labels(job, now=click.asked["at"])
        write_demo.date_back(click, click.asked["at"])


def _user(workspace: Workspace, each: QuietMailbox) -> User:
    return User.objects.get(workspace=workspace, email=company.user_named(each.name).email)


def _connect(workspace: Workspace, source: Source, each: QuietMailbox, now: int, days: int) -> None:
    """Connect it with all others, look at its labels and choose among them, each so many days ago."""
    user = _user(workspace, each)
    if mailbox_of(user) is not None:
        return
    at = now - days * _DAY
    mailbox = write.bind(
        *(user, source, user.email, company.ADMIN.email),
        settings={},
        sealed_secret=None,
        is_central=True,
        now=datetime.fromtimestamp(at, UTC),
    )
    look(mailbox.pk, clock=lambda: at)
    _choose(workspace, each, each.chosen, is_wanted=True, at=now - quiet.CHOSEN * _DAY)
    _choose(workspace, each, (each.deselected,), is_wanted=False, at=now - quiet.DESELECTED * _DAY)
    if each.is_disconnected:
        write.unbind(Mailbox.objects.filter(pk=mailbox.pk))


def _choose(
    workspace: Workspace, each: QuietMailbox, names: tuple[str, ...], *, is_wanted: bool, at: int
) -> None:
    """Let its owner select labels, or deselect them, at that time; what is so already stays."""
    mailbox = mailbox_of(_user(workspace, each))
    assert mailbox is not None
    labels = [label for label in labels_of(mailbox.pk) if {label.role, label.path[-1]} & ({*names} - {""})]
    wanted = dict.fromkeys([label.pk for label in labels], is_wanted)
    choose_labels(mailbox, wanted, origin=USER, actor=mailbox.user.email, now=at)
