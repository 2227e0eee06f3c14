"""Workspaces: new ones, and what holds for all of one."""

from __future__ import annotations

from postroom.store.models import Workspace
from postroom.store.secrets import encrypt


def create_workspace_row(name: str, hash_key: bytes) -> Workspace:
    """Store a workspace with the key of its tokens, encrypted."""
    return Workspace.objects.create(name=name, sealed_hash_key=encrypt(hash_key))


def mark_as_demo(workspace: Workspace) -> None:
    """Store that the workspace is made up."""
    workspace.is_demo = True
    workspace.save(update_fields=["is_demo"])


def set_future_labels(workspace: Workspace, since: int | None, actor: str) -> None:
    """Store since when later mailboxes get the default synced labels, and who chose it; ``None``: they do not."""
    workspace.future_labels_since, workspace.future_labels_by = since, actor
    workspace.save(update_fields=["future_labels_since", "future_labels_by"])
