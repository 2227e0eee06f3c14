"""Say how much is kept of the mail of a mailbox, or at most of all mailboxes (S8).

It counts for mail that comes in from then on; what is kept stays. The stricter of the two is in force.
"""

from __future__ import annotations

from django.db import transaction

from postroom.actions.rejection import Rejected
from postroom.core import audit as acts
from postroom.core.mailbox import MODE_NAMES, MODES_BY_NAME, Mode
from postroom.store.models import Mailbox, Workspace
from postroom.store.write import audit
from postroom.store.write import mailbox_choices as write
from postroom.store.write.directory import directory_change


def set_mailbox_mode(mailbox: Mailbox, mode: str, *, is_owner: bool, actor: str) -> bool:
    """Keep ``full``, ``subject`` or ``metadata`` of this mailbox, and say whether that changed it.

    Raises ``Rejected``: whoever is not the owner may keep less and never more.
    """
    wanted = _read(mode)
    if wanted > mailbox.mode and not is_owner:
        raise Rejected("mode_of_owner", "mode")
    if wanted == mailbox.mode:
        return False
    before = MODE_NAMES[Mode(mailbox.mode)]
    with transaction.atomic():
        write.set_mode(mailbox, wanted)
        audit.note(
            *(mailbox.workspace, acts.MODE_SET, actor),
            user=mailbox.user,
            before={"mode": before},
            after={"mode": mode},
        )
    return True


def set_strictest_mode(workspace: Workspace, mode: str, *, actor: str) -> bool:
    """Let no mailbox of the workspace keep more than ``mode``, and say whether that changed it. Raises ``Rejected``."""
    wanted = _read(mode)
    with directory_change(workspace, actor, f"keep at most of mailboxes: {mode}") as change:
        current = Workspace.objects.values_list("mailbox_mode", flat=True).get(pk=workspace.pk)
        if wanted == current:
            return False
        workspace.mailbox_mode = wanted.value
        change.update([workspace], ["mailbox_mode"])
        before = MODE_NAMES[Mode(current)]
        audit.note(workspace, acts.MOST_KEPT_SET, actor, before={"mode": before}, after={"mode": mode})
    return True


def _read(name: str) -> Mode:
    if name not in MODES_BY_NAME:
        raise Rejected("mode_unknown", "mode")
    return MODES_BY_NAME[name]
