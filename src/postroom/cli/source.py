"""``postroom source``: create and list sources of a workspace, rotate and revoke their access tokens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from postroom.actions.access_tokens import MAX_GRACE_HOURS
from postroom.actions.access_tokens import revoke as revoke_token
from postroom.actions.access_tokens import rotate as rotate_token
from postroom.actions.create_source import create_source
from postroom.actions.rejection import NotFound
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.core.clock_text import moment_text
from postroom.core.upload import LENSES
from postroom.store.models import Source, Workspace
from postroom.store.read.sources import access_tokens, fed_by, source_named, sources

app = typer.Typer(
    no_args_is_help=True, help="Create and list sources, rotate and revoke their access tokens."
)
SourceName = Annotated[str, typer.Option("--name", help="The name of the source.")]
ACTOR = "command line"
BOTH = "both"


@app.command()
def create(
    workspace: WorkspaceName,
    name: SourceName,
    lens: Annotated[
        list[str] | None,
        typer.Option(help="What it feeds: people, customer or both; may be given again. Else people."),
    ] = None,
    crawling_depth: Annotated[
        str | None, typer.Option(help="A day, 2026-11-21: what is dated before it is skipped.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Create a source; its access token is shown once and kept nowhere."""
    lenses = list(LENSES) if lens and BOTH in lens else lens
    source, secret = create_source(named_workspace(workspace), name, lenses, crawling_depth, actor=ACTOR)
    answer({"id": source.pk, "access_token": secret}, as_json, f"Source {source.pk}, {_shown_once(secret)}")


@app.command("list")
def list_(workspace: WorkspaceName, as_json: Json = False) -> None:
    """List the sources with their access tokens, without the secrets."""
    rows = [_row(source) for source in sources(named_workspace(workspace))]
    text = "\n".join(f"{row['id']:>6}  {row['name']}  {', '.join(row['lenses'])}" for row in rows)
    answer(rows, as_json, text)


@app.command()
def rotate(
    workspace: WorkspaceName,
    name: SourceName,
    grace_hours: Annotated[
        int,
        typer.Option(min=0, max=MAX_GRACE_HOURS, help="For so long the token before works too; 0: it ends."),
    ] = 24,
    as_json: Json = False,
) -> None:
    """Make a source a new access token, which is shown once and kept nowhere."""
    source = _named_source(named_workspace(workspace), name)
    secret = rotate_token(source, grace_hours, actor=ACTOR)
    answer({"id": source.pk, "access_token": secret}, as_json, f"Source {source.pk}, {_shown_once(secret)}")


@app.command()
def revoke(
    workspace: WorkspaceName,
    name: SourceName,
    token: Annotated[int, typer.Argument(help="The access token's id, see: postroom source list --json.")],
    as_json: Json = False,
) -> None:
    """End an access token of a source at once."""
    try:
        ended = revoke_token(_named_source(named_workspace(workspace), name), token, actor=ACTOR)
    except NotFound:
        sentence = f"The source has no access token {token}. See postroom source list --json."
        raise Stop("unknown_name", sentence) from None
    answer({"id": ended.pk, "revoked": True}, as_json, f"Access token {ended.pk} is revoked.")


def _named_source(workspace: Workspace, name: str) -> Source:
    source = source_named(workspace, name)
    if source is None:
        raise Stop("unknown_name", f"There is no source named {name!r}. See postroom source list.")
    return source


def _shown_once(secret: str) -> str:
    return f"its access token, shown only now:\n{secret}"


def _row(source: Source) -> dict[str, Any]:
    return {
        "id": source.pk,
        "name": source.name,
        "kind": source.kind,
        "lenses": fed_by(source),
        "crawling_depth": source.crawling_depth and source.crawling_depth.isoformat(),
        "tokens": [
            {
                "id": token.pk,
                "created_at": moment_text(token.created_at),
                "expires_at": moment_text(token.expires_at),
                "last_used_at": moment_text(token.last_used_at),
                "revoked_at": moment_text(token.revoked_at),
            }
            for token in access_tokens(source)
        ],
    }
