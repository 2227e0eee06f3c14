"""``postroom import``: mail from files."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from postroom.actions.import_mail import import_mail
from postroom.actions.import_summary import Summary
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer, note
from postroom.core.reasons import REASONS
from postroom.core.upload import LENSES
from postroom.providers.files import total_bytes


def import_(
    path: Annotated[str, typer.Argument(help="An mbox, a Maildir, a directory of mails, or one mail.")],
    workspace: WorkspaceName,
    user: Annotated[str, typer.Option(help="E-mail address of the user whose mail it is.")],
    label: Annotated[
        str, typer.Option(help="Where it stood: inbox, sent, drafts, spam, trash, archive, all, or a name.")
    ] = "archive",
    lens: Annotated[
        list[str] | None,
        typer.Option(help="What it is judged for: customer (unless said), people, or both by two."),
    ] = None,
    reconsider: Annotated[
        bool, typer.Option("--reconsider", help="Decide again what was met before and not imported.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import mail. Run it again after an interruption: nothing is lost or doubled."""
    if lens and not {*lens} <= LENSES.keys():
        raise Stop("usage", "There are two lenses. Give --lens customer, --lens people, or both.")
    if not path:
        raise Stop("usage", "The path is empty. Give an mbox, a Maildir, a directory of mails, or one mail.")
    place = named_workspace(workspace)
    # As in the reading processes: many small objects, no cycles.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with _progress(Path(path)) as told:
        summary = import_mail(
            place,
            Path(path),
            user_email=user,
            label=label,
            lenses=sum(LENSES[name] for name in {*(lens or ["customer"])}),
            reconsider=reconsider,
            progress=told,
        )
    answer(summary.as_json(), as_json, _in_words(summary))
    for file, problem in summary.problems:
        note(f"{file}: {problem}")
    if summary.problems:
        raise Stop(
            "unreadable", f"{len(summary.problems)} of the files could not be read; all others were imported."
        )


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[int, Summary], None] | None]:
    """A progress bar on standard error, where that is a terminal; else nobody needs to be told."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("Importing"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[mails]}"),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("Importing", total=total_bytes(path) or None, mails="")
    with bar:
        yield lambda size, summary: bar.update(task, advance=size, mails=f"{summary.messages:,} mails")


def _in_words(summary: Summary) -> str:
    lines = [f"Mails met: {summary.messages:,}, of them new messages: {summary.new_messages:,}."]
    for counted in (summary.outcomes, summary.people):
        for (outcome, reason), count in sorted(counted.items(), key=lambda item: -item[1]):
            lines.append(f"{count:>10,}  {outcome:<10} {reason:<20} {_says(reason)}")
    return "\n".join(lines)


def _says(reason: str) -> str:
    return REASONS[reason].says.split(":")[0].rstrip(".")
