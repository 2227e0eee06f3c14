"""Change or delete an account (A1). Entries of the past stay, so what was decided can be replayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postroom.actions.account_domains import DomainRules, WantedDomain, set_domains, wanted_domains
from postroom.actions.add_accounts import FIELDS, owners_named, read_owner
from postroom.actions.answer import RecordFate
from postroom.actions.record import Record, flag, text
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Account, AccountDomain, PersonAccount, Workspace
from postroom.store.read.accounts import accounts, domains_of
from postroom.store.write.directory import directory_change
from postroom.store.write.persons import forget_default_account


def change_account(
    workspace: Workspace, account_id: int, changes: Any, force: bool = False, *, actor: str
) -> list[str]:
    """Change what is given: ``name``, ``domains`` (all of them), ``owner``, ``ignored``; answer the warnings.

    A domain that stays keeps its settings unless they are given. Raises ``NotFound``, ``Rejected``.
    """
    outcome = RecordFate()
    with directory_change(workspace, actor, "change an account") as change:
        account = _account(workspace, account_id)
        record = Record(changes, FIELDS)
        before = (account.name, account.owner_id, account.is_ignored)
        if "name" in record:
            account.name = record.read("name", text(200), "")
            if not account.name:
                raise Rejected("name_required", "name")
        if "owner" in record:
            account.owner = read_owner(record, owners_named(workspace, [changes["owner"]]))
        account.is_ignored = record.read("ignored", flag, account.is_ignored)
        present = {entry.domain: entry for entry in domains_of([account.pk])[account.pk]}
        wanted: Mapping[str, WantedDomain] = {domain: WantedDomain(domain) for domain in present}
        if "domains" in record:
            wanted = record.read("domains", wanted_domains, {})
            rules = DomainRules(workspace, wanted, force)
            rules.check(wanted, present)
            rules.take(wanted, account.pk, outcome)
        closing, opening = set_domains(change, account, present, wanted)
        if before != (account.name, account.owner_id, account.is_ignored):
            change.update([account], ["name", "owner", "is_ignored"])
        change.close(closing)
        change.open(opening)
    return outcome.warnings


def delete_account(workspace: Workspace, account_id: int, *, actor: str) -> None:
    """Delete an account: its domains match no more, its persons stay. Raises ``NotFound``."""
    with directory_change(workspace, actor, "delete an account") as change:
        account = _account(workspace, account_id)
        change.close([account])
        change.close(AccountDomain.objects.filter(account=account, closed_in=None))
        change.close(PersonAccount.objects.filter(account=account, closed_in=None))
        forget_default_account(account)


def _account(workspace: Workspace, account_id: int) -> Account:
    account = accounts(workspace).filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account
