"""The commands on workspaces, users and tokens: one JSON document, or one sentence and an exit code."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from postroom.actions.create_token import token_of_secret
from postroom.cli.output import EXIT_CODES
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Login, User, Workspace

Command = Callable[..., Any]


def done(ran: Any) -> Any:
    """The JSON of a command that went well."""
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def refused(ran: Any) -> tuple[int, str]:
    """Exit code and sentence of a command that went wrong and printed nothing else."""
    assert ran.out == ""
    return ran.code, ran.err.strip()


def test_a_workspace_is_created_once(command: Command) -> None:
    created = done(command("workspace", "create", "Us", "--admin", "Boss@us.com", "--json"))
    workspace = Workspace.objects.get()
    assert {**created, "invitation": created["invitation"][:12]} == {
        "id": workspace.pk,
        "name": "Us",
        "admin": "boss@us.com",
        "invitation": "/invitation/",
    }
    assert refused(command("workspace", "create", "Us", "--admin", "boss@us.com")) == (
        EXIT_CODES["refused"],
        "This name is taken already. (name)",
    )
    assert done(command("workspace", "list", "--json")) == [{"id": workspace.pk, "name": "Us"}]


def test_a_password_is_read_from_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a quiet morning in may\n"))
    created = done(
        command("workspace", "create", "Us", "--admin", "boss@us.com", "--password-stdin", "--json")
    )
    assert created["invitation"] is None
    assert Login.objects.get().check_password("a quiet morning in may")


def test_users_are_added_listed_invited_disabled_and_enabled(command: Command, workspace: Workspace) -> None:
    of = ("--workspace", "Us", "--json")
    command("user", "add", "--email", "boss@us.com", "--role", "Administrator", *of)
    added = done(command("user", "add", "--email", "S1@us.com", "--name", "S", "--alias", "one@us.com", *of))
    assert (added["id"], added["status"]) == ("s1@us.com", "created")
    assert done(command("user", "add", "--email", "one@us.com", *of))["status"] == "unchanged"
    assert done(command("user", "list", *of)) == [
        {
            "email": email,
            "name": name,
            "role": role,
            "collect_passive_data": False,
            "disabled": False,
        }
        for email, name, role in [("boss@us.com", "", "Administrator"), ("s1@us.com", "S", "Member")]
    ]
    assert done(command("user", "invite", "s1@us.com", *of))["invitation"].startswith("/invitation/")
    assert done(command("user", "disable", "one@us.com", *of)) == {"email": "s1@us.com", "disabled": True}
    assert User.objects.get(email="s1@us.com").disabled_at is not None
    assert done(command("user", "enable", "s1@us.com", *of)) == {"email": "s1@us.com", "disabled": False}
    assert refused(command("user", "disable", "boss@us.com", *of)) == (
        EXIT_CODES["refused"],
        "The last user with admin access keeps it. (email)",
    )
    assert refused(command("user", "add", "--email", "nobody", *of)) == (
        EXIT_CODES["refused"],
        "This is no e-mail address. (email)",
    )
    assert refused(command("user", "invite", "gone@us.com", *of)) == (
        EXIT_CODES["unknown_name"],
        "The workspace has no user gone@us.com. See postroom user list.",
    )


def test_a_login_is_reset_for_all_workspaces(command: Command, workspace: Workspace) -> None:
    command("workspace", "create", "Them", "--admin", "boss@us.com")
    command("user", "add", "--email", "boss@us.com", "--workspace", "Us")
    fresh = done(command("user", "reset-login", "--email", "Boss@us.com", "--json"))["invitations"]
    assert [one["workspace"] for one in fresh] == ["Them", "Us"]
    assert all(re.fullmatch(r"/invitation/[\w-]{43}", one["invitation"]) for one in fresh)
    assert refused(command("user", "reset-login", "--email", "gone@us.com")) == (
        EXIT_CODES["unknown_name"],
        "No workspace has a user with the e-mail address gone@us.com.",
    )


def test_tokens_are_created_listed_and_revoked(command: Command, workspace: Workspace) -> None:
    of = ("--workspace", "Us", "--json")
    created = done(command("token", "create", "--scope", "admin", "--name", "script", *of))
    token = token_of_secret(created["token"])
    assert token is not None
    assert (created["id"], created["name"], created["scopes"]) == (token.pk, "script", ["admin"])
    [listed] = done(command("token", "list", *of))
    assert created["token"] not in json.dumps(listed)
    assert (listed["id"], listed["revoked"], listed["created_by"]) == (token.pk, False, "command line")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed["last_used_at"])
    assert done(command("token", "revoke", token.pk, *of)) == {"id": token.pk, "revoked": True}
    assert token_of_secret(created["token"]) is None
    assert refused(command("token", "revoke", 999, *of)) == (
        EXIT_CODES["unknown_name"],
        "The workspace has no token 999. See postroom token list.",
    )
    assert refused(command("token", "create", "--scope", "king", *of)) == (
        EXIT_CODES["refused"],
        f"There is no scope 'king'. Scopes are: {', '.join(['admin', *PERMISSIONS])}.",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "list"),
        ("user", "add", "--email", "s@us.com"),
        ("user", "disable", "s@us.com"),
        ("token", "list"),
        ("token", "create", "--scope", "admin"),
        ("token", "revoke", "1"),
    ],
)
def test_an_unknown_workspace_is_told_with_those_that_are_there(
    command: Command, workspace: Workspace, arguments: tuple[str, ...]
) -> None:
    assert refused(command(*arguments, "--workspace", "Nope")) == (
        EXIT_CODES["unknown_name"],
        "There is no workspace named 'Nope'. There are: Us.",
    )
