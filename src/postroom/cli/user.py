"""``postroom user``: add, list, invite and disable users of a workspace, and change their settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from postroom.actions.add_users import add_users
from postroom.actions.add_users_csv import CsvAnswer, add_users_csv, count_fates, same_user
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import VALID_DAYS
from postroom.actions.invite import invite as invite_user
from postroom.actions.rejection import REJECTIONS, WARNINGS, NotFound, Rejected
from postroom.actions.reset_login import reset_login as reset_login_of
from postroom.actions.reset_login import reset_second_factor as reset_second_factor_of
from postroom.actions.update_user_settings import update_user_settings
from postroom.actions.users_csv import csv_text
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.core.clock_text import moment_text
from postroom.core.consent import COMMAND_LINE
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


@app.command("add-many")
def add_many(
    workspace: WorkspaceName,
    path: Annotated[Path, typer.Argument(help="A CSV file whose first line names the columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would become of each row.")] = False,
    as_json: Json = False,
) -> None:
    """Add or update a user for each row of a CSV file; a row that is refused leaves the others alone."""
    try:
        text = csv_text(path.read_bytes())
    except UnicodeDecodeError:
        raise Stop("refused", f"{path} is not in UTF-8. Save it as CSV UTF-8.") from None
    told = add_users_csv(named_workspace(workspace), text, actor=ACTOR, dry_run=dry_run)
    rows = [{"line": row.line, **row.answer} for row in told]
    says = (
        ", ".join(f"{count} {status}" for status, count in count_fates(told).items())
        or "The file has no rows"
    )
    lines = [line for row in told for line in _told(row)]
    answer({"results": rows}, as_json, "\n".join([*lines, f"{'Would be: ' if dry_run else ''}{says}."]))


def _told(row: CsvAnswer) -> list[str]:
    """What is to be said of a row: why it was refused, what is worth a look."""
    reasons = [REJECTIONS[row.answer["reason"]]] if row.answer["reason"] else []
    field = f" ({row.answer['field']})" if row.answer["field"] else ""
    said = [*reasons, *(WARNINGS[warning] for warning in row.answer["warnings"])]
    said += [same_user(row)] if row.also else []
    return [f"Line {row.line}: {sentence}{field}" for sentence in said]


@app.command("settings")
def settings(
    workspace: WorkspaceName,
    email: Email,
    collect: Annotated[
        bool | None, typer.Option("--collect/--no-collect", help="Collect passive data: on or off.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="Such as Europe/Berlin.")] = None,
    locale: Annotated[str | None, typer.Option(help="Such as en-GB.")] = None,
    as_json: Json = False,
) -> None:
    """Switch Collect passive data of a user, or set time zone and locale; what is not given stays."""
    given = {"email": email, "collect_passive_data": collect, "time_zone": time_zone, "locale": locale}
    record = {field: value for field, value in given.items() if value is not None}
    [result] = update_user_settings(named_workspace(workspace), [record], actor=ACTOR, how=COMMAND_LINE)
    if result["reason"]:
        raise Rejected(result["reason"], result["field"])
    answer(result, as_json, f"{result['id']}: {result['status']}.")


@app.command("list")
def list_(workspace: WorkspaceName, as_json: Json = False) -> None:
    """List the users."""
    found = list(users(named_workspace(workspace)))
    rows = [
        {
            "email": user.email,
            "name": user.name,
            "role": user.role,
            "collect_passive_data": user.collects_since is not None,
            "disabled": user.disabled_at is not None,
        }
        for user in found
    ]
    text = "\n".join(
        f"{user.email}  {user.role}{'  (collecting)' if user.collects_since else ''}"
        f"{'  (disabled)' if user.disabled_at else ''}"
        for user in found
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
        made = invite_user(named_workspace(workspace), email, actor=ACTOR)
    document = {"invitation": made.path, "expires_at": moment_text(made.expires_at)}
    answer(document, as_json, f"Works once, for {VALID_DAYS} days, on the server's address: {made.path}")


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
    """Keep a user from signing in, and switch Collect passive data off; what was imported stays."""
    with _known(email):
        user = disable_user(named_workspace(workspace), email, actor=ACTOR)
    answer({"email": user.email, "disabled": True}, as_json, f"{user.email} is disabled.")


@app.command()
def enable(workspace: WorkspaceName, email: Email, as_json: Json = False) -> None:
    """Let a disabled user sign in again; Collect passive data stays off."""
    with _known(email):
        user = enable_user(named_workspace(workspace), email, actor=ACTOR)
    answer({"email": user.email, "disabled": False}, as_json, f"{user.email} is enabled.")
