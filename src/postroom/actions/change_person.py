"""Change or delete a person (section 8). Entries of the past stay, so what was decided can be replayed."""

from __future__ import annotations

import time
from typing import Any

from postroom.actions.add_persons import address_entry
from postroom.actions.answer import RecordFate
from postroom.actions.person_record import FIELDS, PersonRules, read_emails, read_known_since
from postroom.actions.record import Record, text
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Account, Person, PersonAccount, Workspace
from postroom.store.read.persons import addresses_of_persons, links_of_persons, persons
from postroom.store.write.directory import DirectoryChange, directory_change


def change_person(workspace: Workspace, person_id: int, changes: Any, *, actor: str) -> list[str]:
    """Change what is given: ``name``, ``emails`` and ``accounts`` (all of them), ``default_account``,
    ``known_since`` (of those addresses that do not say their own); answer the warnings.

    Nothing that was filed moves (C14). Raises ``NotFound``, ``Rejected``.
    """
    outcome = RecordFate()
    with directory_change(workspace, actor, "change a person") as change:
        person = _person(workspace, person_id)
        record = Record(changes, FIELDS)
        rules = PersonRules(workspace, [changes])
        before = (person.name, person.default_account_id)
        accounts = _set_accounts(change, person, record, rules)
        _set_addresses(change, person, record, rules, outcome)
        _set_fields(change, person, record, rules, accounts, before)
    return outcome.warnings


def _set_accounts(
    change: DirectoryChange, person: Person, record: Record, rules: PersonRules
) -> list[Account]:
    links = links_of_persons([person.pk])[person.pk]
    if "accounts" not in record:
        return [link.account for link in links]
    accounts = rules.accounts(record)
    present, wanted = {link.account_id for link in links}, {account.pk for account in accounts}
    change.close(link for link in links if link.account_id not in wanted)
    if person.default_account_id not in wanted:
        person.default_account = None
    change.open(
        PersonAccount(person=person, account=account, why="hand")
        for account in accounts
        if account.pk not in present
    )
    if present != wanted:
        _touched(change, person)
    return accounts


def _set_addresses(
    change: DirectoryChange, person: Person, record: Record, rules: PersonRules, outcome: RecordFate
) -> None:
    present = {entry.address: entry for entry in addresses_of_persons([person.pk])[person.pk]}
    wanted = read_emails(record) if "emails" in record else dict.fromkeys(present)
    of_all = read_known_since(record)
    since = {address: of_all if own is None else own for address, own in wanted.items()}
    rules.take(since, person.pk, outcome)
    kept = {
        address
        for address, entry in present.items()
        if address in wanted and since[address] in (None, entry.known_since)
    }
    if kept == set(wanted) == set(present):
        return
    now = int(time.time())
    change.close(entry for address, entry in present.items() if address not in kept)
    change.open(
        address_entry(change, person, address, now if at is None else at)
        for address, at in since.items()
        if address not in kept
    )
    _touched(change, person)


def _set_fields(
    change: DirectoryChange,
    person: Person,
    record: Record,
    rules: PersonRules,
    accounts: list[Account],
    before: tuple[str, int | None],
) -> None:
    if "name" in record:
        person.name = record.read("name", text(200), "")
        if not person.name:
            raise Rejected("name_required", "name")
    if "default_account" in record:
        person.default_account = rules.default_account(record, accounts)
    if before != (person.name, person.default_account_id):
        if before[0] != person.name:
            person.named_by = "hand"
        change.update([person], ["name", "named_by", "default_account"])
        _touched(change, person)


def _touched(change: DirectoryChange, person: Person) -> None:
    """From now on the person is somebody's, and does not go with the mail that made them."""
    person.is_from_mail = False
    change.update([person], ["is_from_mail"])


def delete_person(workspace: Workspace, person_id: int, *, actor: str) -> None:
    """Delete a person: their addresses match no more; engagements stay. Raises ``NotFound``."""
    with directory_change(workspace, actor, "delete a person") as change:
        person = _person(workspace, person_id)
        change.close([person])
        change.close(addresses_of_persons([person.pk])[person.pk])
        change.close(PersonAccount.objects.filter(person=person, closed_in=None))


def _person(workspace: Workspace, person_id: int) -> Person:
    person = persons(workspace).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person
