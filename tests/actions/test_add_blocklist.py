"""The blocklist: addresses and domains, each with its settings, its author and its past (C16)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from postroom.actions.add_blocklist import add_blocklist, remove_blocklist
from postroom.actions.add_organization import add_organization
from postroom.actions.rejection import NotFound
from postroom.store.models import BlocklistEntry, Workspace
from postroom.store.read.blocklist import blocklist
from postroom.store.secrets import seal_of

ME = "boss@us.com"


def add(workspace: Workspace, *entries: Any, force: bool = False) -> list[tuple[str, str | None, str | None]]:
    answers = add_blocklist(workspace, entries, force, actor=ME)
    assert [(answer["id"] is None) for answer in answers] == [a["status"] == "rejected" for a in answers]
    return [(answer["status"], answer["reason"], answer["field"]) for answer in answers]


def in_force(workspace: Workspace) -> list[tuple[Any, ...]]:
    return list(blocklist(workspace).values_list("value", "include_subdomains", "lenses", "note", "author"))


CREATED = ("created", None, None)
UPDATED = ("updated", None, None)
UNCHANGED = ("unchanged", None, None)


def test_entries_are_addresses_or_domains_and_again_nothing_changes_C16(workspace: Workspace) -> None:
    entries = [
        " Rival.com",
        {"value": "lawyer@Acme.com", "note": "privileged"},
        {"value": "spam.org", "include_subdomains": True, "lenses": ["people", "customer"]},
    ]
    assert add(workspace, *entries) == [CREATED, CREATED, CREATED]
    revision = workspace.revision
    assert add(workspace, *entries) == [UNCHANGED, UNCHANGED, UNCHANGED]
    assert workspace.revision == revision
    assert in_force(workspace) == [
        ("rival.com", False, ["customer"], "", ME),
        ("lawyer@acme.com", False, ["customer"], "privileged", ME),
        ("spam.org", True, ["customer", "people"], "", ME),
    ]
    seal = seal_of(workspace)
    assert [bytes(entry.token) for entry in blocklist(workspace)] == [
        seal.domain("rival.com"),
        seal.address("lawyer@acme.com"),
        seal.domain("spam.org"),
    ]


def test_what_is_neither_is_refused_entry_by_entry(workspace: Workspace) -> None:
    assert add(
        workspace,
        "nothing",
        "a b@acme.com",
        "",
        {},
        7,
        {"value": 7},
        {"value": "rival.com", "lenses": []},
        {"value": "rival.com", "lenses": ["people"]},
        {"value": "rival.com", "lenses": ["customer", "king"]},
        {"value": "rival.com", "author": "me"},
        {"value": "rival.com", "note": "x" * 501},
        "rival.com",
    ) == [
        ("rejected", "not_an_address_or_domain", "value"),
        ("rejected", "not_an_address_or_domain", "value"),
        ("rejected", "not_an_address_or_domain", "value"),
        ("rejected", "value_required", "value"),
        ("rejected", "not_an_object", None),
        ("rejected", "wrong_type", "value"),
        ("rejected", "lenses_invalid", "lenses"),
        ("rejected", "lenses_invalid", "lenses"),
        ("rejected", "lenses_invalid", "lenses"),
        ("rejected", "unknown_field", "author"),
        ("rejected", "too_long", "note"),
        CREATED,
    ]


def test_an_organization_domain_is_a_matter_of_force_C16(workspace: Workspace) -> None:
    add_organization(
        workspace, [{"domain": "group.com", "include_subdomains": True}, "eu.parent.com"], actor=ME
    )
    own = ["us.com", "eu.group.com", {"value": "parent.com", "include_subdomains": True}]
    assert add(workspace, *own) == [("rejected", "organization_domain", "value")] * 3
    assert add(workspace, "eu.us.com", "parent.com", "colleague@us.com") == [CREATED, CREATED, CREATED]
    assert add(workspace, "us.com", force=True) == [CREATED]
    assert add(workspace, {"value": "us.com", "note": "meant"}) == [UPDATED]


def test_changing_an_entry_keeps_its_day_and_its_hits_L4(workspace: Workspace) -> None:
    add(workspace, {"value": "rival.com", "note": "why"})
    added = datetime(2020, 1, 2, tzinfo=UTC)
    BlocklistEntry.objects.update(hits=3, last_hit_at=added, created_at=added)
    first = workspace.revision
    assert add(workspace, {"value": "rival.com", "include_subdomains": True}) == [UPDATED]
    rows = BlocklistEntry.objects.order_by("pk").values_list(
        "include_subdomains", "note", "hits", "last_hit_at", "created_at", "opened_in", "closed_in"
    )
    assert list(rows) == [
        (False, "why", 3, added, added, first, first + 1),
        (True, "why", 3, added, added, first + 1, None),
    ]


def test_a_note_changes_in_place_and_null_clears_it(workspace: Workspace) -> None:
    add(workspace, {"value": "rival.com", "note": "why"})
    assert add(workspace, {"value": "rival.com"}) == [UNCHANGED]
    assert add(workspace, {"value": "rival.com", "note": None}) == [UPDATED]
    assert (BlocklistEntry.objects.get().note, BlocklistEntry.objects.get().closed_in) == ("", None)


def test_the_same_value_twice_in_a_call_is_one_entry(workspace: Workspace) -> None:
    answers = add_blocklist(
        workspace, ["rival.com", {"value": "RIVAL.com", "include_subdomains": True}, "rival.com"], actor=ME
    )
    entry = BlocklistEntry.objects.get()
    assert [(a["id"], a["status"]) for a in answers] == [
        (entry.pk, "created"),
        (entry.pk, "updated"),
        (entry.pk, "unchanged"),
    ]
    assert entry.include_subdomains is True


def test_removing_closes_and_what_is_not_there_is_not_found(workspace: Workspace) -> None:
    add(workspace, "rival.com")
    entry = BlocklistEntry.objects.get()
    remove_blocklist(workspace, entry.pk, actor=ME)
    assert in_force(workspace) == []
    entry.refresh_from_db()
    assert entry.closed_in == workspace.revision
    with pytest.raises(NotFound):
        remove_blocklist(workspace, entry.pk, actor=ME)
