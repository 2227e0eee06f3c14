"""Blocking somebody known is stored and warned about: mail with them stays out, whatever the customer (C3, C16)."""

from __future__ import annotations

from typing import Any

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.store.models import Workspace

ME = "boss@us.com"


def warned(workspace: Workspace, *entries: Any) -> list[tuple[str, list[str]]]:
    return [(answer["status"], answer["warnings"]) for answer in add_blocklist(workspace, entries, actor=ME)]


def test_the_domain_of_an_account_is_warned_about_C16(workspace: Workspace) -> None:
    add_accounts(workspace, [{"name": "Alder", "domains": ["alder.com", "eu.birch.com"]}], actor=ME)
    assert warned(
        workspace, "alder.com", "birch.com", "x.com", {"value": "birch.com", "include_subdomains": True}
    ) == [
        ("created", ["blocks_account"]),
        ("created", []),
        ("created", []),
        ("updated", ["blocks_account"]),
    ]


def test_addresses_of_persons_and_users_are_warned_about_C16(workspace: Workspace) -> None:
    add_persons(workspace, [{"name": "Kim", "emails": ["kim@acme.com"]}], actor=ME)
    add_users(workspace, [{"email": "ann@us.com", "name": "Ann"}], actor=ME)
    assert warned(workspace, "Kim@acme.com", "ann@us.com", "lee@acme.com", "gmail.com") == [
        ("created", ["blocks_person"]),
        ("created", ["blocks_user"]),
        ("created", []),
        ("created", ["blocks_free_mail"]),
    ]
    assert warned(workspace, "kim@acme.com") == [("unchanged", ["blocks_person"])]


def test_what_is_ignored_or_deleted_is_not_warned_about_C16(workspace: Workspace) -> None:
    add_accounts(workspace, [{"name": "Alder", "domains": ["alder.com"], "ignored": True}], actor=ME)
    assert warned(workspace, "alder.com") == [("created", [])]
