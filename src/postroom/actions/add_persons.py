"""Add persons: many at once, each record for itself (section 8).

Neither a name nor an address is unique, so every record makes a new person; who is there is changed by id.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.person_record import FIELDS, PersonRules, read_emails, read_known_since
from postroom.actions.record import Record, text
from postroom.actions.rejection import Rejected
from postroom.core.filing import name_from_address
from postroom.store.models import Person, PersonAccount, PersonAddress, Workspace
from postroom.store.write.directory import DirectoryChange, directory_change


def add_persons(workspace: Workspace, records: Sequence[Any], *, actor: str) -> list[RecordAnswer]:
    """Create a person for each record; see ``person_record.FIELDS``.

    Accounts are given by id or by a name that is unique; a person without accounts is known too (C15).
    """
    with directory_change(workspace, actor, "add persons") as change:
        call = _AddPersons(change, records)
        outcomes = judge_each(records, call.judge)
        change.open(call.persons)
        change.open(call.entries)
    return answers(outcomes)


class _AddPersons:
    def __init__(self, change: DirectoryChange, records: Sequence[Any]) -> None:
        self.change = change
        self.now = int(time.time())
        self.rules = PersonRules(change.workspace, records)
        self.persons: list[Person] = []
        self.entries: list[PersonAddress | PersonAccount] = []

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        record = Record(sent, FIELDS)
        name = record.read("name", text(200), "")
        emails = read_emails(record)
        if not name and not emails:
            raise Rejected("name_or_email_required", "name")
        known_since = read_known_since(record)
        accounts = self.rules.accounts(record)
        person = Person(
            workspace=self.change.workspace,
            name=name or name_from_address(next(iter(emails))),
            named_by="hand" if name else "address",
            default_account=self.rules.default_account(record, accounts),
        )
        since = {email: known_since if own is None else own for email, own in emails.items()}
        self.rules.take(since, object(), outcome)
        self.persons.append(person)
        self.entries += [
            address_entry(self.change, person, email, self.now if at is None else at)
            for email, at in since.items()
        ]
        self.entries += [PersonAccount(person=person, account=account, why="hand") for account in accounts]
        outcome.row = person
        return "created"


def address_entry(change: DirectoryChange, person: Person, address: str, known_since: int) -> PersonAddress:
    """An entry, not yet stored, that ``person`` has ``address``."""
    return PersonAddress(
        workspace=change.workspace,
        person=person,
        address=address,
        token=change.seal.address(address),
        known_since=known_since,
    )
