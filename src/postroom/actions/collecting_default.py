"""Whether *Collect passive data* is on for users who are added from now on: the workspace's choice (P6)."""

from __future__ import annotations

from collections.abc import Iterable

from postroom.actions.set_consent import set_consent
from postroom.core.consent import DEFAULT
from postroom.store.models import User, Workspace
from postroom.store.read.workspaces import collects_by_default
from postroom.store.write.directory import directory_change

ACTOR = "workspace default"


def set_collecting_default(workspace: Workspace, is_on: bool, *, actor: str) -> bool:
    """Choose what new users begin with, and say whether that changed it. Users who are there keep what they have."""
    says = f"Collect passive data for new users: {'on' if is_on else 'off'}"
    with directory_change(workspace, actor, says) as change:
        if collects_by_default(workspace) == is_on:
            return False
        workspace.collects_by_default = is_on
        change.update([workspace], ["collects_by_default"])
    return True


def begin_collecting(workspace: Workspace, new: Iterable[User]) -> None:
    """Switch it on for new users, where the workspace chose so; in the transaction that stores them."""
    if collects_by_default(workspace):
        set_consent(workspace, [(user, True) for user in new], actor=ACTOR, how=DEFAULT)
