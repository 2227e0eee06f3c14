"""The command by which mail comes in from its file, spelled out to be copied."""

from __future__ import annotations

from shlex import quote

from postroom.store.models import Workspace


def import_command(workspace: Workspace, user: str, label: str, *, again: bool = False) -> str:
    """The import of ``PATH``, a placeholder, as this user's mail under this label.

    ``again``: what was met before and did not come in is decided again.
    """
    command = f"postroom import PATH --workspace {quote(workspace.name)} --user {quote(user)} --label {quote(label)}"
    return command + " --reconsider" if again else command
