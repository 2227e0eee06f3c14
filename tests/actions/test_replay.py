"""Every decision comes out the same when it is taken again at its own revision (L4)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mail_world import (
    ACTOR,
    K1,
    K2,
    LONG_AGO,
    NOON,
    S1,
    S2,
    Imports,
    L,
    N,
    account,
    decision_of,
    mail,
    replayed,
    taken,
    the_company,
)

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist, remove_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.change_account import change_account, delete_account
from postroom.actions.change_person import change_person, delete_person
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.release import release
from postroom.actions.replay import Difference, Replayed
from postroom.store.models import (
    Account,
    AccountDomain,
    BlocklistEntry,
    Decision,
    Engagement,
    Person,
    PersonAddress,
    Workspace,
)

FAR = "una@faraway.example"
AMBIGUOUS = mail(K1, [S1], more="From: u@nowhere.org")


def test_replay_of_nothing(company: Workspace) -> None:
    assert replayed(company) == Replayed()


def test_replay_after_all_kinds_of_changes_L4(company: Workspace, importing: Imports) -> None:
    mails = [
        mail(K1, [S1], id="1@x"),
        mail(N, [S1, S2], id="2@x"),
        mail(FAR, [S1], id="3@x"),
        mail(K1, [S1, L], id="4@x"),
        mail(K2, [S1], id="5@x"),
        mail(K1, ["undisclosed-recipients:;"], id="6@x"),
    ]

    def again() -> None:
        importing(*mails, reconsider=True)
        importing(*mails, user=S2)

    importing(*mails)
    (far,) = taken(add_persons(company, [{"name": "Una", "emails": [FAR]}], actor=ACTOR))
    again()
    assert decision_of(company, "3@x") == ("skip", "before_person")
    change_person(company, far, {"known_since": LONG_AGO}, actor=ACTOR)
    again()
    assert decision_of(company, "3@x") == ("import", "imported")
    remove_blocklist(company, BlocklistEntry.objects.get(value=L).pk, actor=ACTOR)
    again()
    taken(add_blocklist(company, [L, "faraway.example"], actor=ACTOR))
    again()
    change_account(company, Account.objects.get(name="Acme").pk, {"ignored": True}, actor=ACTOR)
    importing(mail("a@acme.com", [S1], id="7@x"))
    change_account(company, Account.objects.get(name="Acme").pk, {"ignored": False}, actor=ACTOR)
    importing(mail("a@acme.com", [S1], id="7@x"), reconsider=True)
    delete_person(company, Person.objects.get(name="K One").pk, actor=ACTOR)
    delete_account(company, Account.objects.get(name="Beta").pk, actor=ACTOR)
    importing(mail("b@beta.io", [S1], id="8@x"))
    taken(add_accounts(company, [account("Beta again", "beta.io")], actor=ACTOR))
    importing(mail("b@beta.io", [S1], id="8@x"), reconsider=True)
    for engagement in list(Engagement.objects.filter(rfc_message_id__in=["2@x", "5@x"])):
        delete_engagement(company, engagement.pk, actor=ACTOR)
    again()
    importing(mail(N, [S1, S2], bcc=["x@rival.com"], id="2@x"), user=S2, label="sent")

    result = replayed(company)

    assert result.differences == []
    assert result.same == Decision.objects.count() == 16


def test_import_and_deletion_within_one_second_L4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))
    delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR)

    assert replayed(company) == Replayed(same=2)


def test_held_and_released_within_one_second_L4(company: Workspace, importing: Imports) -> None:
    importing(AMBIGUOUS)
    assert decision_of(company) == ("hold", "ambiguous")
    release(company, [Decision.objects.get().pk], actor=ACTOR)
    importing(AMBIGUOUS, reconsider=True)

    assert decision_of(company)[1] != "ambiguous"
    assert replayed(company) == Replayed(same=2)


@pytest.mark.parametrize(
    "tampered",
    [
        {"outcome": "hold"},
        {"outcome": "skip", "reason": "spam"},
        {"reason": "unknown_recipients"},
        {"findings": '{"found":[],"asked":[]}'},
        {"last_copy": 0},
    ],
)
def test_tampered_decision_is_found_L4(
    tampered: dict[str, object], company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1], id="1@x"), mail(FAR, [S1], id="2@x"))
    row = Decision.objects.get(reason="unknown_sender")
    Decision.objects.filter(pk=row.pk).update(**tampered)

    was, now = str(tampered.get("reason", "unknown_sender")), "unknown_sender"
    if "last_copy" in tampered:
        now = "no_copies"
    assert replayed(company) == Replayed(same=1, differences=[Difference(row.pk, row.message_id, was, now)])


def test_tampered_entry_of_the_past_is_found_L4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x"), mail(FAR, [S1], id="2@x"))
    row = Decision.objects.get(reason="imported")
    PersonAddress.objects.filter(address=K1).update(opened_in=99)
    AccountDomain.objects.filter(domain="acme.com").update(opened_in=99)

    assert replayed(company) == Replayed(
        same=1, differences=[Difference(row.pk, row.message_id, "imported", "unknown_sender")]
    )


def test_older_policy_is_counted_and_not_replayed_L4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))
    Decision.objects.update(policy=0)

    assert replayed(company) == Replayed(older_policy=1)


def test_replay_asks_as_often_for_thirty_decisions_as_for_one(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="0@x"))
    with CaptureQueriesContext(connection) as one:
        replayed(company)
    importing(*(mail(f"{n}@acme.com", [S1], id=f"{n}@x", at=NOON + n) for n in range(1, 30)))
    with CaptureQueriesContext(connection) as thirty:
        assert replayed(company).same == 30

    # Two revisions by now, and all that one revision is asked for.
    assert len(thirty) <= 2 * len(one)


def test_other_workspaces_are_not_replayed_W3(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))

    assert replayed(the_company()) == Replayed()
