"""``postroom workspace``: create and list workspaces."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from postroom.actions.create_workspace import create_workspace
from postroom.cli.output import Json, answer
from postroom.store.read.workspaces import workspaces

app = typer.Typer(no_args_is_help=True, help="Create and list workspaces.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The workspace's name, usually the company's.")],
    admin: Annotated[str, typer.Option(help="E-mail address of the first administrator.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the administrator's password from standard input.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Create a workspace with its first administrator."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    created = create_workspace(name, admin, password)
    workspace, user, invitation = created.workspace, created.admin, created.invitation
    text = f"Workspace {workspace.name} is there; {user.email} is its administrator."
    if invitation:
        text += f"\nTo sign in, open this path on the server within 14 days: {invitation}"
    document = {"id": workspace.pk, "name": workspace.name, "admin": user.email, "invitation": invitation}
    answer(document, as_json, text)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the workspaces."""
    rows = [{"id": workspace.pk, "name": workspace.name} for workspace in workspaces()]
    answer(rows, as_json, "\n".join(f"{row['id']:>6}  {row['name']}" for row in rows))
