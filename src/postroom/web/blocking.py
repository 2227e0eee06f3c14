"""What a page asks back before somebody known is blocked: whom an entry would keep out, with figures (C16).

Must not decide: whoever types may mean it, and says so by forcing it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from postroom.actions.add_blocklist import typed_value
from postroom.actions.rejection import Rejected
from postroom.actions.typed import is_free_mail
from postroom.store.models import Account, Person, Workspace
from postroom.store.read.blocklist import blocklist
from postroom.store.read.figures import Figures, figures_of_accounts, figures_of_persons
from postroom.store.read.whom_blocked import WhomBlocked
from postroom.store.rows import batched
from postroom.web.forms import TypedDomain

_NAMED_AT_MOST = 3


def asked_back(workspace: Workspace, typed: Iterable[TypedDomain]) -> dict[str, str]:
    """What to say of each line that blocks somebody known and is not on the blocklist yet, by line."""
    values: dict[TypedDomain, str] = {}
    for line in typed:
        with suppress(Rejected):
            values[line] = typed_value(line.text)
    there = {
        value
        for some in batched(sorted(set(values.values())))
        for value in blocklist(workspace).filter(value__in=some).values_list("value", flat=True)
    }
    new = {line: value for line, value in values.items() if value not in there}
    whom = WhomBlocked(workspace, new.values())
    said = {line.typed: _said(whom, value, line.is_wide) for line, value in new.items()}
    return {line: says for line, says in said.items() if says}


def _said(whom: WhomBlocked, value: str, is_wide: bool) -> str:
    if is_free_mail(value):
        return "Anybody can have an address there: mail with all of them would stay out."
    users = whom.users(value)
    if users:
        return f"{users[0].name or users[0].email} is one of you: no mail with this address would come in."
    accounts = whom.accounts(value, is_wide)
    if accounts:
        return _of_accounts(accounts)
    persons = whom.persons(value)
    return _of_person(persons[0]) if persons else ""


def _of_accounts(accounts: list[Account]) -> str:
    figures = figures_of_accounts([account.pk for account in accounts])
    names = ", ".join(account.name for account in accounts[:_NAMED_AT_MOST])
    more = len(accounts) - _NAMED_AT_MOST
    has = "has" if len(accounts) == 1 else "have"
    return f"{names}{f' and {more} more' if more > 0 else ''} {has} this domain: {_here(figures.values())}"


def _of_person(person: Person) -> str:
    figures = figures_of_persons([person.pk])
    return f"{person.name or 'A person'} has this address: {_here(figures.values())}"


def _here(figures: Iterable[Figures]) -> str:
    total = sum(one.total for one in figures)
    if not total:
        return "new mail would stay out."
    are = "engagement is" if total == 1 else "engagements are"
    return f"{total:,} {are} here, new mail would stay out."
