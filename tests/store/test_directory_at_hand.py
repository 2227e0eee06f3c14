"""The part of the directory that is kept at hand stays right while it is thrown away and filled again."""

from __future__ import annotations

import pytest
from django.db import transaction

from postroom.core.directory import KnownPerson
from postroom.core.seal import Seal
from postroom.store.models import Account, AccountDomain, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.write.revision import next_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace: Workspace, seal: Seal) -> Account:
    """Acme, whose domain is known since long."""
    account = Account.objects.create(workspace=workspace, name="Acme", opened_in=1)
    AccountDomain.objects.create(
        workspace=workspace,
        account=account,
        domain="acme.com",
        token=seal.domain("acme.com"),
        known_since=5,
        opened_in=1,
    )
    return account


def test_who_was_asked_about_between_is_looked_up_in_full(
    workspace: Workspace, seal: Seal, account: Account
) -> None:
    k, other = seal.sealed("k@acme.com"), seal.sealed("other@else.org")
    at_hand = DirectoryAtHand(workspace.pk)
    at_hand.for_([k])
    with transaction.atomic():
        revision = next_revision(workspace, "somebody else", "a change")
    at_hand.for_([other])
    # What was judged before is filed now: K is created, and their party asked for, but not looked up yet.
    at_hand.created(revision + 1, [(k.address, 77, 1_000)])
    assert at_hand.directory.party(k).persons == (KnownPerson(77, 1_000),)
    workspace.revision = revision + 1
    workspace.save(update_fields=["revision"])
    party = at_hand.for_([k]).party(k)
    assert (party.creatable_since, [domain.account for domain in party.domains]) == (5, [account.pk])
    # What the database says counts, and nobody stored that person there.
    assert party.persons == ()
