"""Persons that come from mail: created with it, named by it, gone again with the last of it (C11, C12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from postroom.core.seal import Token
from postroom.store.models import EngagementPerson, Person, PersonAccount, PersonAddress, Workspace
from postroom.store.rows import batched
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
    shown = EngagementPerson.objects.filter(person=OuterRef("pk"))
    gone: list[int] = []
    for some in batched(persons):
        from_mail = Person.objects.filter(pk__in=some, is_from_mail=True, closed_in=None)
        gone += from_mail.filter(~Exists(shown)).order_by("pk").values_list("pk", flat=True)
    if gone:
        revision = next_revision(workspace, "mail", f"{len(gone)} persons withdrawn with their mail")
        _close(gone, revision)
        _erase(gone)
    return gone


def _close(persons: Sequence[int], revision: int) -> None:
    for some in batched(persons):
        Person.objects.filter(pk__in=some, closed_in=None).update(closed_in=revision)
        PersonAddress.objects.filter(person__in=some, closed_in=None).update(closed_in=revision)
        PersonAccount.objects.filter(person__in=some, closed_in=None).update(closed_in=revision)


def _erase(persons: Sequence[int]) -> None:
    for some in batched(persons):
        Person.objects.filter(pk__in=some).update(name="")
        PersonAddress.objects.filter(person__in=some).update(address="")
