"""From the name on the command line to the thing named; an unknown name ends the command with a sentence."""

from __future__ import annotations

from postroom.cli.output import Stop
from postroom.store.models import Workspace
from postroom.store.read.workspaces import workspace_named, workspaces


def named_workspace(name: str) -> Workspace:
    """The workspace of this name; raises ``Stop`` that says which ones there are."""
    workspace = workspace_named(name)
    if workspace is not None:
        return workspace
    names = [known.name for known in workspaces()[:20]]
    there = f"There are: {', '.join(names)}." if names else "Make one with postroom workspace create."
    raise Stop("unknown_name", f"There is no workspace named {name!r}. {there}")
