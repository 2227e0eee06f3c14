"""``postroom token``: create, list and revoke API tokens of a workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from postroom.actions.create_token import create_token, revoke_token
from postroom.actions.rejection import NotFound
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.core.clock_text import moment_text
from postroom.core.permissions import ADMIN_SCOPE, PERMISSIONS
from postroom.store.read.tokens import tokens

app = typer.Typer(no_args_is_help=True, help="Create, list and revoke API tokens.")
ACTOR = "command line"


@app.command()
def create(
    workspace: WorkspaceName,
    scope: Annotated[list[str], typer.Option(help="A permission, or admin for all; may be given again.")],
    name: Annotated[
        str, typer.Option(help="What the token is for; stands as author of its changes.")
    ] = "token",
    as_json: Json = False,
) -> None:
    """Create a token; its secret is shown once and kept nowhere."""
    unknown = [one for one in scope if one != ADMIN_SCOPE and one not in PERMISSIONS]
    if unknown:
        known = ", ".join([ADMIN_SCOPE, *PERMISSIONS])
        raise Stop("refused", f"There is no scope {unknown[0]!r}. Scopes are: {known}.")
    token, secret = create_token(named_workspace(workspace), name, scope, actor=ACTOR)
    data = {"id": token.pk, "name": token.name, "scopes": token.scopes, "token": secret}
    answer(data, as_json, f"Token {token.pk}, shown only now:\n{secret}")


@app.command("list")
def list_(workspace: WorkspaceName, as_json: Json = False) -> None:
    """List the tokens, without their secrets."""
    rows = [
        {
            "id": token.pk,
            "name": token.name,
            "scopes": token.scopes,
            "last_used_at": moment_text(token.last_used_at),
            "created_by": token.created_by,
            "revoked": token.revoked_at is not None,
            "revoked_by": token.revoked_by or None,
        }
        for token in tokens(named_workspace(workspace))
    ]
    text = "\n".join(f"{r['id']:>6}  {r['name']}  {r['scopes']}{'  (revoked)' * r['revoked']}" for r in rows)
    answer(rows, as_json, text)


@app.command()
def revoke(
    workspace: WorkspaceName,
    token: Annotated[int, typer.Argument(help="The token's id, see: postroom token list.")],
    as_json: Json = False,
) -> None:
    """End a token at once."""
    try:
        ended = revoke_token(named_workspace(workspace), token, actor=ACTOR)
    except NotFound:
        sentence = f"The workspace has no token {token}. See postroom token list."
        raise Stop("unknown_name", sentence) from None
    answer({"id": ended.pk, "revoked": True}, as_json, f"Token {ended.pk} is revoked.")
