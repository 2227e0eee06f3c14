"""``postroom user``: add, list, invite and disable users of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from postroom.actions.add_users import add_users
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import invite as invite_user
from postroom.actions.rejection import WARNINGS, NotFound, Rejected
from postroom.actions.reset_login import reset_login as reset_login_of
from postroom.actions.reset_login import reset_second_factor as reset_second_factor_of
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.store.read.users import users

app = typer.Typer(no_args_is_help=True, help="Add, list, invite and disable users.")
Email = Annotated[str, typer.Argument(help="The user's e-mail address or an alias.")]
ACTOR = "command line"


@app.command()
def add(
    workspace: WorkspaceName,
    email: Annotated[str, typer.Option(help="E-mail address: who the user is.")],
    name: Annotated[str | None, typer.Option(help="As shown to others.")] = None,
    role: Annotated[
        str | None,
        typer.Option(help="Administrator, Manager, Member, Viewer, or a role of the workspace's own."),
    ] = None,
    alias: Annotated[list[str] | None, typer.Option(help="A further address; may be given again.")] = None,
    as_json: Json = False,
) -> None:
    """Add a user, or update one who is there."""
    given = {"email": email, "name": name, "role": role, "aliases": alias or None}
    record = {field: value for field, value in given.items() if value is not None}
    [result] = add_users(named_workspace(workspace), [record], actor=ACTOR)
    if result["reason"]:
        raise Rejected(result["reason"], result["field"])
    warnings = [WARNINGS[warning] for warning in result["warnings"]]
    answer(result, as_json, "\n".join([f"{result['id']}: {result['status']}.", *warnings]))


@app.command("list")
def list_(workspace: WorkspaceName, as_json: Json = False) -> None:
    """List the users."""
    rows = [
        {"email": user.email, "name": user.name, "role": user.role, "disabled": user.disabled_at is not None}
        for user in users(named_workspace(workspace))
    ]
    text = "\n".join(
        f"{row['email']}  {row['role']}{'  (disabled)' if row['disabled'] else ''}" for row in rows
    )
    answer(rows, as_json, text)


@contextmanager
def _known(email: str) -> Iterator[None]:
    try:
        yield
    except NotFound:
        raise Stop("unknown_name", f"The workspace has no user {email}. See postroom user list.") from None


@app.command()
def invite(workspace: WorkspaceName, email: Email, as_json: Json = False) -> None:
    """Make an invitation link, by which the user sets a password."""
    with _known(email):
        path = invite_user(named_workspace(workspace), email, actor=ACTOR).path
    answer({"invitation": path}, as_json, f"Works once, for 14 days, on the server's address: {path}")


@app.command("reset-login")
def reset_login(
    email: Annotated[str, typer.Option(help="The e-mail address that signs in.")], as_json: Json = False
) -> None:
    """Untie an address from its password, second factor and providers in all workspaces; invite it afresh to each."""
    try:
        fresh = reset_login_of(email, actor=ACTOR)
    except NotFound:
        raise Stop("unknown_name", f"No workspace has a user with the e-mail address {email}.") from None
    rows = [{"workspace": one.workspace, "invitation": one.path} for one in fresh]
    lines = [f"{one.workspace}: {one.path}" for one in fresh]
    says = "The password counts no more. Whoever opens one of these first, within 14 days, sets a new one:"
    answer({"invitations": rows}, as_json, "\n".join([says, *lines]))


@app.command("reset-second-factor")
def reset_second_factor(
    email: Annotated[str, typer.Option(help="The e-mail address that signs in.")], as_json: Json = False
) -> None:
    """Take the second factor off an address whose device is lost; its password stays, its sessions end."""
    try:
        was_on = reset_second_factor_of(email)
    except NotFound:
        raise Stop("unknown_name", f"Nobody signs in by {email}.") from None
    says = "Signing in asks for the password alone." if was_on else "There was no second factor."
    answer({"email": email, "was_on": was_on}, as_json, says)


@app.command()
def disable(workspace: WorkspaceName, email: Email, as_json: Json = False) -> None:
    """Keep a user from signing in; what was imported stays."""
    with _known(email):
        user = disable_user(named_workspace(workspace), email, actor=ACTOR)
    answer({"email": user.email, "disabled": True}, as_json, f"{user.email} is disabled.")


@app.command()
def enable(workspace: WorkspaceName, email: Email, as_json: Json = False) -> None:
    """Let a disabled user sign in again."""
    with _known(email):
        user = enable_user(named_workspace(workspace), email, actor=ACTOR)
    answer({"email": user.email, "disabled": False}, as_json, f"{user.email} is enabled.")
