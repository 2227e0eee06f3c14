"""Which mailboxes a command is about, and how it ends where one is in trouble."""

from __future__ import annotations

from typing import Annotated

import typer

from postroom.actions.find_user import find_user
from postroom.actions.rejection import NotFound
from postroom.cli.output import Stop
from postroom.store.models import Mailbox, Workspace
from postroom.store.read.completeness import connected_mailboxes

MailboxOf = Annotated[
    str | None, typer.Option("--mailbox", help="The user's e-mail address; else all mailboxes.")
]
"""The option of commands that work on one mailbox or all of them."""


def mailboxes_meant(workspace: Workspace, email: str | None) -> list[Mailbox]:
    """The connected mailboxes of users who are not disabled, or that of one user; raises ``Stop`` where it is none."""
    if email is None:
        return connected_mailboxes(workspace)
    try:
        user = find_user(workspace, email)
    except NotFound:
        raise Stop("unknown_name", f"There is no user {email}. See postroom user list.") from None
    found = connected_mailboxes(workspace, user)
    if not found:
        raise Stop(
            "unknown_name", f"The mailbox of {user.email} is not connected. See postroom mailbox list."
        )
    return found


def in_trouble(mailboxes: list[Mailbox]) -> None:
    """Raise ``Stop`` where the provider of one is in trouble; what was met of the others stays."""
    troubled = [box for box in mailboxes if box.trouble]
    if troubled:
        first = troubled[0]
        more = f" So are {len(troubled) - 1} more." if len(troubled) > 1 else ""
        raise Stop(
            "mailbox",
            f"The mailbox of {first.user.email} is in trouble: {first.trouble} ({first.trouble_code}).{more} "
            "Settings, Mailboxes says who has to do what.",
        )
