"""``postroom mailbox``: list the mailboxes of a workspace."""

from __future__ import annotations

import time
from typing import Any

import typer

from postroom.cli.names import named_workspace
from postroom.cli.output import Json, WorkspaceName, answer
from postroom.core.clock_text import moment_text, rfc3339
from postroom.store.read.mailbox_pages import MailboxRow, mailboxes, rows_of

app = typer.Typer(no_args_is_help=True, help="List mailboxes.")


@app.callback()
def _root() -> None:
    """List mailboxes."""


@app.command("list")
def list_(workspace: WorkspaceName, as_json: Json = False) -> None:
    """List the mailboxes with their state, and the labels that sync."""
    now = int(time.time())
    rows = [_row(row) for row in rows_of(list(mailboxes(named_workspace(workspace), now)), now)]
    answer(rows, as_json, "\n".join(map(_line, rows)) or "There are no mailboxes.")


def _row(row: MailboxRow) -> dict[str, Any]:
    mailbox = row.mailbox
    return {
        "id": mailbox.pk,
        "user": mailbox.user.email,
        "address": mailbox.address,
        "source": mailbox.source.kind,
        "central": mailbox.is_central,
        "state": row.state,
        "trouble": mailbox.trouble or None,
        "trouble_code": mailbox.trouble_code or None,
        "connected_at": moment_text(mailbox.connected_at),
        "looked_at": rfc3339(mailbox.looked_at),
        "look_at": rfc3339(mailbox.look_at) if mailbox.connected_at else None,
        "labels": [
            {
                "label": "/".join(label.path),
                "role": label.role,
                "selected_at": rfc3339(label.selected_at),
                "starts_at": rfc3339(label.starts_at),
                "problem": label.problem or None,
            }
            for label in row.selected
        ],
    }


def _line(row: dict[str, Any]) -> str:
    labels = ", ".join(label["label"] for label in row["labels"]) or "nothing selected"
    trouble = f" ({row['trouble_code']})" if row["trouble_code"] else ""
    return f"{row['user']}  {row['source']}  {row['state']}{trouble}  {labels}"
