"""``postroom demo``: a workspace with made-up mail, to look around in."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from postroom.actions.make_demo import OTHERS, Demo, ensure_demo
from postroom.cli.output import Json, answer


def demo(as_json: Json = False) -> None:
    """Make the workspace "Demo Company" with half a year of made-up mail, and say how to sign in.

    Where it is there already nothing changes.
    """
    made = demo_with_bar()
    document = {
        "workspace": made.workspace.name,
        "email": made.email,
        "password": made.password,
        "others": [{"email": other.email, "who": other.who} for other in OTHERS],
        "created": made.is_new,
    }
    there = f"Workspace {made.workspace.name} is {'ready' if made.is_new else 'there already'}."
    answer(document, as_json, f"{there}\n{made.sign_in}")


def demo_with_bar() -> Demo:
    """Make or find the demo workspace, with a progress bar on standard error where that is a terminal."""
    bar = Progress(
        TextColumn("Demo mail"),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("Demo mail", total=None)
        return ensure_demo(progress=lambda done, total: bar.update(task, completed=done, total=total))
