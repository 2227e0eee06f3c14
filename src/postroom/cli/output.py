"""How every command answers: text or one JSON document, and the exit codes; must not decide anything.

A command prints what it found with ``answer`` and ends an expected failure by raising ``Stop``. What commands
let through (a refusal by an action, a full disk, a database that is away) becomes a sentence in ``problems``.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import typer

EXIT_CODES: Final = {
    "ok": 0,
    "failed": 1,
    "usage": 2,
    "no_such_path": 3,
    "refused": 4,
    "unreadable": 5,
    "storage": 6,
    "database": 7,
    "keys": 8,
    "unknown_name": 9,
    "busy": 10,
    "mailbox": 11,
    "difference": 12,
    "interrupted": 130,
}
"""The exit code of each kind of ending; public and stable, told in ``docs/reference/exit-codes.md``."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
"""The option that every command has."""

WorkspaceName = Annotated[str, typer.Option("--workspace", help="The name of the workspace.")]
"""The option of every command that works in one workspace."""


class Stop(Exception):
    """An expected end of a command: a key of ``EXIT_CODES``, and a sentence that says what to do."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence

    @property
    def code(self) -> int:
        """The exit code."""
        return EXIT_CODES[self.kind]


def answer(document: Any, as_json: bool, text: str) -> None:
    """Print the document as JSON, or else the text."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=str) if as_json else text)


def note(text: str) -> None:
    """Tell the person something that is no part of the answer."""
    typer.echo(text, err=True)
