"""The command line ``postroom``: which commands there are, and how each ends; must not do anything itself."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import typer

from postroom.cli.output import EXIT_CODES, Stop, note
from postroom.cli.problems import stop_for
from postroom.store.problems import place_of


@dataclass(frozen=True, slots=True)
class Command:
    """A command and the function, or the ``typer.Typer`` of several, that it calls."""

    name: str
    module: str
    attribute: str
    needs_database: bool = True
    """Whether the database is made or upgraded first."""


COMMANDS: Final = (
    Command("up", "postroom.cli.up", "up"),
    Command("demo", "postroom.cli.demo", "demo"),
    Command("workspace", "postroom.cli.workspace", "app"),
    Command("user", "postroom.cli.user", "app"),
    Command("token", "postroom.cli.token", "app"),
    Command("source", "postroom.cli.source", "app"),
    Command("import", "postroom.cli.import_", "import_"),
    Command("mailbox", "postroom.cli.mailbox", "app"),
    Command("sync", "postroom.cli.sync", "sync"),
    Command("verify", "postroom.cli.verify", "verify"),
    Command("explain", "postroom.cli.explain", "explain"),
    Command("replay", "postroom.cli.replay", "replay"),
    Command("doctor", "postroom.cli.doctor", "doctor", needs_database=False),
)


def main() -> None:
    """Run the command that was asked for, and exit with its code."""
    os.umask(0o077)  # the database is nobody else's to read
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; answer its exit code. Every expected error is one sentence on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.settings")
    try:
        commands = [command for command in COMMANDS if command.name == next(iter(arguments), None)]
        _prepare(commands, arguments)
        application(commands or COMMANDS)(args=list(arguments), prog_name="postroom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_CODES["failed"]
    except KeyboardInterrupt:
        note("Stopped. What was done stays, nothing is half-written; run the command again to go on.")
        return EXIT_CODES["interrupted"]
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not fail on flushing the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CODES["ok"]
    except Exception as error:
        return _end(error)
    return EXIT_CODES["ok"]


def _prepare(commands: Sequence[Command], arguments: Sequence[str]) -> None:
    if [command.name for command in commands] == ["doctor"]:
        return  # it examines an installation that may not even start
    import django

    django.setup()
    if commands and commands[0].needs_database and "--help" not in arguments:
        from postroom.store.secrets import check_keys
        from postroom.store.upgrade import upgrade

        upgrade()
        check_keys()


def application(commands: Sequence[Command]) -> typer.Typer:
    """The command line made of these commands, whose modules are loaded."""
    made = typer.Typer(
        add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    made.callback()(_root)
    for command in commands:
        called: Any = getattr(importlib.import_module(command.module), command.attribute)
        if isinstance(called, typer.Typer):
            made.add_typer(called, name=command.name)
        else:
            made.command(command.name)(called)
    return made


def _root() -> None:
    """Postroom takes in a company's mail, keeps only what its rules allow, and explains every decision."""


def _end(error: Exception) -> int:
    if os.environ.get("POSTROOM_DEBUG", "").lower() in ("1", "true", "yes", "on"):
        traceback.print_exception(error)
    stop = stop_for(error) or Stop(
        "failed",
        f"Postroom met an error of its own ({place_of(error)}). Run it again with POSTROOM_DEBUG=true "
        "to see all of it, and please report it.",
    )
    note(stop.sentence)
    return stop.code
