"""``postroom source``: one JSON document, or one sentence and an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from postroom.actions.access_tokens import source_of_secret
from postroom.cli.output import EXIT_CODES
from postroom.store.models import AccessToken, Source, Workspace
from postroom.store.read.sources import fed_by

Command = Callable[..., Any]
OF = ("--workspace", "Us", "--name", "Slack", "--json")


def done(ran: Any) -> Any:
    """The JSON of a command that went well."""
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def refused(ran: Any) -> tuple[int, str]:
    """Exit code and sentence of a command that went wrong and printed nothing else."""
    assert ran.out == ""
    return ran.code, ran.err.strip()


def test_a_source_is_created_with_an_access_token(command: Command, workspace: Workspace) -> None:
    created = done(command("source", "create", *OF))
    source = Source.objects.get()
    assert created == {"id": source.pk, "access_token": created["access_token"]}
    assert source_of_secret(created["access_token"]) == source
    assert (fed_by(source), source.crawling_depth, source.created_by) == (["people"], None, "command line")


@pytest.mark.parametrize(
    ("lenses", "fed"),
    [
        (["customer"], ["customer"]),
        (["both"], ["customer", "people"]),
        (["people", "customer"], ["customer", "people"]),
    ],
)
def test_a_source_feeds_the_lenses_that_are_named_F5(
    command: Command, workspace: Workspace, lenses: list[str], fed: list[str]
) -> None:
    options = [part for lens in lenses for part in ("--lens", lens)]
    done(command("source", "create", *OF, *options, "--crawling-depth", "2026-11-21"))
    source = Source.objects.get()
    assert (fed_by(source), str(source.crawling_depth)) == (fed, "2026-11-21")


def test_sources_are_listed_with_their_tokens_but_no_secret(command: Command, workspace: Workspace) -> None:
    created = done(command("source", "create", *OF))
    ran = command("source", "list", "--workspace", "Us", "--json")
    assert created["access_token"] not in ran.out
    [row] = done(ran)
    token = AccessToken.objects.get()
    assert row == {
        "id": created["id"],
        "name": "Slack",
        "kind": "api",
        "lenses": ["people"],
        "crawling_depth": None,
        "tokens": [
            {
                "id": token.pk,
                "created_at": token.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "expires_at": None,
                "last_used_at": None,
                "revoked_at": None,
            }
        ],
    }
    assert command("source", "list", "--workspace", "Us").out == f"{created['id']:>6}  Slack  people\n"


def test_an_access_token_is_rotated_and_revoked_K2(command: Command, workspace: Workspace) -> None:
    old = done(command("source", "create", *OF))["access_token"]
    new = done(command("source", "rotate", *OF, "--grace-hours", "1"))["access_token"]
    source = Source.objects.get()
    assert source_of_secret(old) == source_of_secret(new) == source
    [token] = AccessToken.objects.filter(expires_at=None)
    assert done(command("source", "revoke", *OF, token.pk)) == {"id": token.pk, "revoked": True}
    assert source_of_secret(new) is None
    assert source_of_secret(old) == source
    newest = done(command("source", "rotate", *OF, "--grace-hours", "0"))["access_token"]
    assert source_of_secret(old) is None
    assert source_of_secret(newest) == source


def test_what_is_wrong_is_said_in_one_sentence(command: Command, workspace: Workspace) -> None:
    done(command("source", "create", *OF))
    assert refused(command("source", "create", *OF)) == (
        EXIT_CODES["refused"],
        "This name is taken already. (name)",
    )
    other = ("--workspace", "Us", "--name", "Chats")
    assert refused(command("source", "create", *other, "--lens", "sales")) == (
        EXIT_CODES["refused"],
        "The lenses are customer and people; a source feeds one of them or both. (lenses)",
    )
    assert refused(command("source", "create", *other, "--crawling-depth", "soon")) == (
        EXIT_CODES["refused"],
        "A date is written 2026-11-21. (crawling_depth)",
    )
    assert refused(command("source", "rotate", *other)) == (
        EXIT_CODES["unknown_name"],
        "There is no source named 'Chats'. See postroom source list.",
    )
    assert refused(command("source", "revoke", *OF, 999_999)) == (
        EXIT_CODES["unknown_name"],
        "The source has no access token 999999. See postroom source list --json.",
    )
    assert Source.objects.count() == AccessToken.objects.count() == 1
