"""The reference names everything there is, and nothing that is not."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from pages import read, sections, table

from postroom.api.access import ROUTES
from postroom.cli.main import COMMANDS, application
from postroom.cli.output import EXIT_CODES
from postroom.config import Config
from postroom.core.mail.defects import DEFECTS
from postroom.core.permissions import PERMISSIONS, ROLES
from postroom.core.reasons import OUTCOMES, REASONS
from postroom.web.access import PAGES


def test_every_setting_stands_there_with_its_default() -> None:
    said = {row[0]: row[1] for row in table(read("reference/settings.md"), "variable")}
    assert said == {
        f"POSTROOM_{name.upper()}": str(field.default) for name, field in Config.model_fields.items()
    }


def test_every_outcome_stands_there() -> None:
    said = [row[0] for row in table(read("reference/reasons.md"), "outcome")]
    assert sorted(said) == sorted(OUTCOMES)


def test_every_reason_stands_there_with_its_outcome_and_rule() -> None:
    said = {row[0]: (row[1], row[2]) for row in table(read("reference/reasons.md"), "reason")}
    assert said == {reason.name: (reason.outcome, reason.rule) for reason in REASONS.values()}


def test_every_defect_stands_there_with_its_sentence() -> None:
    said = {row[0]: row[1] for row in table(read("reference/defects.md"), "defect")}
    assert said == DEFECTS


def test_every_permission_stands_there_R3() -> None:
    assert [row[0] for row in table(read("reference/permissions.md"), "permission")] == list(PERMISSIONS)


def test_every_permission_opens_something_R3() -> None:
    needed = {access.permission for methods in ROUTES.values() for access in methods.values()}
    # Whose reports somebody sees is asked of each report: ``store.read.report_sight``.
    asked_of_each = {"report_team", "report_all"}
    assert PERMISSIONS.keys() - needed - set(PAGES.values()) - asked_of_each == set()


def test_every_role_stands_there_with_its_permissions_R3() -> None:
    said = {row[0]: row[1] for row in table(read("reference/permissions.md"), "role")}
    assert {role: _permissions(text) for role, text in said.items()} == ROLES


def _permissions(text: str) -> frozenset[str]:
    return frozenset(PERMISSIONS) if text == "all" else frozenset(text.replace("`", "").split(", "))


def test_every_exit_code_stands_there() -> None:
    said = {row[1]: int(row[0]) for row in table(read("reference/exit-codes.md"), "code")}
    assert said == EXIT_CODES


def test_every_command_and_option_stands_there_with_its_default() -> None:
    said = {
        name: {row[0]: row[1] for row in table(section, "argument or option")}
        for name, section in sections(read("reference/command-line.md")).items()
    }
    assert said == dict(_commands(typer.main.get_command(application(COMMANDS)), "postroom"))


def _commands(command: typer.core.TyperCommand, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    for below, sub in getattr(command, "commands", {}).items():
        yield from _commands(sub, f"{name} {below}")
    if not hasattr(command, "commands"):
        parameters = [parameter for parameter in command.params if parameter.name != "help"]
        yield name, {_spelled(parameter): _default(parameter) for parameter in parameters}


def _spelled(parameter: typer.core.TyperOption) -> str:
    return parameter.opts[0] if parameter.param_type_name == "option" else (parameter.name or "").upper()


def _default(parameter: typer.core.TyperOption) -> str:
    if parameter.required:
        return "required"
    return str(parameter.default) if parameter.default else ""


def test_every_command_takes_json() -> None:
    commands = dict(_commands(typer.main.get_command(application(COMMANDS)), "postroom"))
    assert [name for name, options in commands.items() if "--json" not in options] == []
