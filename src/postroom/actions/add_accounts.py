"""Add accounts: many at once, each record for itself (A1, A2).

A name is not unique, so every record makes a new account; an account that is there is changed by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from postroom.actions.account_domains import DomainRules, WantedDomain, set_domains, wanted_domains
from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.record import Record, flag, text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import Account, AccountDomain, User, UserAddress, Workspace
from postroom.store.write.directory import DirectoryChange, directory_change

FIELDS = ("name", "domains", "owner", "ignored")


def add_accounts(
    workspace: Workspace, records: Sequence[Any], force: bool = False, *, actor: str
) -> list[RecordAnswer]:
    """Create an account for each record; ``force`` allows free-mail domains.

    A domain is known since now unless ``known_since`` says otherwise; ``owner`` is a user's e-mail address.
    """
    with directory_change(workspace, actor, "add accounts") as change:
        call = _AddAccounts(change, records, force)
        outcomes = judge_each(records, call.judge)
        change.open(call.accounts)
        change.open(call.domains)
    return answers(outcomes)


class _AddAccounts:
    def __init__(self, change: DirectoryChange, records: Sequence[Any], force: bool) -> None:
        self.change = change
        self.rules = DomainRules(change.workspace, _mentioned(records), force)
        self.owners = owners_named(
            change.workspace, (record.get("owner") for record in records if isinstance(record, dict))
        )
        self.accounts: list[Account] = []
        self.domains: list[AccountDomain] = []

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        record = Record(sent, FIELDS)
        name = record.read("name", text(200), "")
        if not name:
            raise Rejected("name_required", "name")
        domains = record.read("domains", wanted_domains, dict[str, WantedDomain]())
        self.rules.check(domains, {})
        account = Account(
            workspace=self.change.workspace,
            name=name,
            owner=read_owner(record, self.owners),
            is_ignored=record.read("ignored", flag, False),
        )
        self.rules.take(domains, object(), outcome)
        self.accounts.append(account)
        self.domains += set_domains(self.change, account, {}, domains)[1]
        outcome.row = account
        return "created"


def _mentioned(records: Sequence[Any]) -> set[str]:
    """All domains that the records mention, so that they are looked up at once."""
    domains: set[str] = set()
    for record in records:
        if isinstance(record, dict) and record.get("domains") is not None:
            with suppress(Rejected):
                domains.update(wanted_domains(record["domains"]))
    return domains


def owners_named(workspace: Workspace, sent: Any) -> dict[str, User]:
    """The users meant by these values of ``owner``, by address, in one query."""
    addresses = set()
    for value in sent:
        with suppress(Rejected):
            addresses.add(typed_address(value))
    if not addresses:
        return {}
    entries = UserAddress.objects.filter(workspace=workspace, closed_in=None, address__in=addresses)
    return {entry.address: entry.user for entry in entries.select_related("user")}


def read_owner(record: Record, owners: dict[str, User]) -> User | None:
    """The record's owner; raises ``Rejected`` where nobody has the address."""

    def read(value: Any) -> User:
        owner = owners.get(typed_address(value))
        if owner is None:
            raise Rejected("owner_unknown")
        return owner

    return record.read("owner", read, None)
