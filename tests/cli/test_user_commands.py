"""Users on the command line: many from a CSV file, and their settings (U2, U3, P2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from postroom.cli.output import EXIT_CODES
from postroom.store.models import Consent, User, Workspace

Command = Callable[..., Any]
OF = ("--workspace", "Us")


@pytest.fixture
def file(tmp_path: Path, workspace: Workspace) -> Path:
    path = tmp_path / "users.csv"
    path.write_text("\ufeffemail;name;manager_email\ns1@us.com;Sam;gone@us.com\nnobody;;\ns2@us.com;Two;\n")
    return path


def test_many_users_are_added_from_a_file_and_each_row_is_answered_U3(command: Command, file: Path) -> None:
    dry = command("user", "add-many", str(file), "--dry-run", *OF)
    assert (dry.code, User.objects.count()) == (0, 0)
    assert dry.out.splitlines() == [
        "Line 2: No user has the manager's address.",
        "Line 3: This is no e-mail address. (email)",
        "Would be: 2 created, 1 rejected.",
    ]
    ran = command("user", "add-many", str(file), "--json", *OF)
    assert [(r["line"], r["id"], r["status"], r["reason"]) for r in json.loads(ran.out)["results"]] == [
        (2, "s1@us.com", "created", None),
        (3, None, "rejected", "email_invalid"),
        (4, "s2@us.com", "created", None),
    ]
    assert command("user", "add-many", str(file), *OF).out.splitlines()[-1] == "2 unchanged, 1 rejected."


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"name\n", "refused", "The first line names the columns, and email must be among them."),
        (
            "email;name\ns@us.com;J\xfcrgen\n".encode("latin-1"),
            "refused",
            "is not in UTF-8. Save it as CSV UTF-8.",
        ),
        (None, "no_such_path", "There is no"),
    ],
)
def test_what_is_no_such_file_is_one_sentence(
    command: Command, file: Path, content: bytes | None, code: str, says: str
) -> None:
    file.unlink() if content is None else file.write_bytes(content)
    ran = command("user", "add-many", str(file), *OF)
    assert (ran.code, ran.out, says in ran.err) == (EXIT_CODES[code], "", True)


def test_settings_are_changed_and_recorded_as_the_command_lines_P2(command: Command, file: Path) -> None:
    command("user", "add-many", str(file), *OF)
    ran = command("user", "settings", "s1@us.com", "--collect", "--time-zone", "Europe/Berlin", "--json", *OF)
    assert json.loads(ran.out)["status"] == "updated"
    assert command("user", "settings", "s1@us.com", "--collect", *OF).out == "s1@us.com: unchanged.\n"
    assert command("user", "list", *OF).out == "s1@us.com  Member  (collecting)\ns2@us.com  Member\n"
    assert command("user", "settings", "s1@us.com", "--no-collect", *OF).out == "s1@us.com: updated.\n"
    said = Consent.objects.order_by("pk").values_list("is_given", "actor", "how")
    assert list(said) == [(True, "command line", "command line"), (False, "command line", "command line")]
    ran = command("user", "settings", "gone@us.com", "--collect", *OF)
    assert (ran.code, ran.out) == (EXIT_CODES["unknown_name"], "")
