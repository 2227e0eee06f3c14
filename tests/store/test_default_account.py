"""New engagements of a person show on one account: the one chosen, else the first linked (C14)."""

from __future__ import annotations

import pytest

from postroom.store.models import Account, Person, PersonAccount, Workspace
from postroom.store.read.people import filed_persons
from postroom.store.read.persons import default_account_of, default_accounts

pytestmark = pytest.mark.django_db


def person(workspace: Workspace, *links: Account, default: Account | None = None) -> Person:
    """A person linked to these accounts, in their order."""
    made = Person.objects.create(workspace=workspace, name="K", default_account=default, opened_in=1)
    for account in links:
        PersonAccount.objects.create(person=made, account=account, why="hand", opened_in=1)
    return made


def test_each_person_has_the_account_chosen_or_the_first_linked_C14(workspace: Workspace) -> None:
    acme, beta, gone = (
        Account.objects.create(workspace=workspace, name=name, opened_in=1, closed_in=closed)
        for name, closed in (("Acme", None), ("Beta", None), ("Gone", 2))
    )
    chosen = person(workspace, acme, beta, default=beta)
    first = person(workspace, beta, acme)
    without = person(workspace)
    of_a_closed_account = person(workspace, gone, acme)
    unlinked = person(workspace, beta, acme)
    PersonAccount.objects.filter(person=unlinked, account=beta).update(closed_in=2)
    persons = (chosen, first, without, of_a_closed_account, unlinked)
    expected = [beta, beta, None, acme, acme]

    assert [default_account_of(one) for one in persons] == expected
    assert default_accounts(p.pk for p in persons) == {
        p.pk: account for p, account in zip(persons, expected, strict=True) if account
    }
    filed = filed_persons(p.pk for p in persons)
    assert [filed[p.pk].default_account for p in persons] == [a and a.pk for a in expected]
