"""Persons that come from mail: created with it, named by it, gone again with the last of it (C11, C12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from postroom.core.seal import Token
from postroom.store.models import Person, PersonAccount, PersonAddress, Workspace
from postroom.store.read.directory import batched
from postroom.store.write.revision import next_revision
from postroom.store.write.rows import change, insert, reserve_ids


class NewPerson(NamedTuple):
    """A person to be created for an address, on the accounts that have its domain."""

    address: str
    token: Token
    name: str
    accounts: tuple[int, ...]


def create_persons(
    workspace: Workspace, persons: Sequence[NewPerson], known_since: int
) -> tuple[int, list[int]]:
    """Create persons in one revision; returns it and their ids in order. The first account is the default."""
    revision = next_revision(workspace, "mail", f"{len(persons)} persons created from mail")
    now = datetime.now(UTC)
    ids = list(reserve_ids(Person, len(persons)))
    insert(
        "store_person",
        "id, workspace_id, opened_in, name, named_by, is_from_mail, default_account_id, created_at",
        [
            (id_, workspace.pk, revision, p.name, "address", True, p.accounts[0] if p.accounts else None, now)
            for id_, p in zip(ids, persons, strict=True)
        ],
    )
    insert(
        "store_personaddress",
        "id, workspace_id, person_id, opened_in, address, token, known_since",
        [
            (row, workspace.pk, id_, revision, p.address, p.token, known_since)
            for row, id_, p in zip(reserve_ids(PersonAddress, len(persons)), ids, persons, strict=True)
        ],
    )
    links = [(id_, account) for id_, p in zip(ids, persons, strict=True) for account in p.accounts]
    insert(
        "store_personaccount",
        "id, person_id, account_id, opened_in, why, linked_at",
        [
            (row, id_, account, revision, "domain", now)
            for row, (id_, account) in zip(reserve_ids(PersonAccount, len(links)), links, strict=True)
        ],
    )
    return revision, ids


def name_persons(names: Iterable[tuple[int, str, int]]) -> None:
    """Give persons the names that mails gave them: ``(person, name, time of the mail)``."""
    change(
        "UPDATE store_person SET name = %s, named_by = 'mail', named_at = %s WHERE id = %s AND named_by <> 'hand'",
        [(name, at, person) for person, name, at in names],
    )


def rename_persons(names: Iterable[tuple[int, str, int | None]]) -> None:
    """Name persons afresh that mail had named; without a mail's time the name is made from the address."""
    change(
        "UPDATE store_person SET name = %s, named_at = %s, named_by = %s WHERE id = %s AND named_by = 'mail'",
        [(name, at, "address" if at is None else "mail", person) for person, name, at in names],
    )


def close_persons_without_mail(workspace: Workspace, persons: Iterable[int]) -> list[int]:
    """Close those persons that came from mail, were not touched since, and have no engagement left.

    Their names and addresses are erased (L1); the sealed entries stay, so that the past can be replayed.
    """
    candidates = list(persons)
    gone: list[int] = []
    with connection.cursor() as cursor:
        for some in batched(candidates, 5_000):
            marks = ",".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT id FROM store_person p WHERE id IN ({marks}) AND is_from_mail AND closed_in IS NULL "  # noqa: S608
                "AND NOT EXISTS (SELECT 1 FROM store_engagementperson e WHERE e.person_id = p.id)",
                some,
            )
            gone += [row[0] for row in cursor.fetchall()]
    if gone:
        revision = next_revision(workspace, "mail", f"{len(gone)} persons withdrawn with their mail")
        for table, column in (
            ("person", "id"),
            ("personaddress", "person_id"),
            ("personaccount", "person_id"),
        ):
            change(
                f"UPDATE store_{table} SET closed_in = %s WHERE {column} = %s AND closed_in IS NULL",  # noqa: S608
                [(revision, person) for person in gone],
            )
        _erase(gone)
    return gone


def _erase(persons: Iterable[int]) -> None:
    rows = [(person,) for person in persons]
    change("UPDATE store_person SET name = '' WHERE id = %s", rows)
    change("UPDATE store_personaddress SET address = '' WHERE person_id = %s", rows)
