"""Where imported mail shows, and what the persons that come from it are called (C12, C14, C15)."""

from __future__ import annotations

import pytest
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
    U,
    account,
    decision_of,
    mail,
    persons_in_force,
    taken,
    timeline,
)

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.change_account import change_account, delete_account
from postroom.actions.change_person import change_person
from postroom.store.models import (
    Account,
    Person,
    Workspace,
)

DAY = 86400
IMPORTED = ("import", "imported")


# The names of persons are those of C12.


def test_name_is_that_of_the_earliest_mail_by_date_C12(company: Workspace, importing: Imports) -> None:
    def name() -> str:
        return Person.objects.get(workspace=company, addresses__address=N, closed_in=None).name

    importing(mail(f"Late Name <{N}>", [S1], id="1@x", at=NOON))
    assert name() == "Late Name"
    importing(mail(f"Latest Name <{N}>", [S1], id="2@x", at=NOON + DAY))
    assert name() == "Late Name"
    importing(mail(f"Early Name <{N}>", [S1], id="3@x", at=NOON - DAY))
    assert name() == "Early Name"
    importing(mail(N, [S1], id="4@x", at=NOON - 2 * DAY))
    assert name() == "Early Name"


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("john.van-doe@acme.com", "John Van Doe"),
        ('"john.doe@acme.com" <john.doe@acme.com>', "John Doe"),
        ("john.doe <john.doe@acme.com>", "John Doe"),
        ("\"'Doe, John'\" <john.doe@acme.com>", "Doe, John"),
        ("=?utf-8?q?J=C3=BCrgen?= <j@acme.com>", "J\u00fcrgen"),
    ],
)
def test_name_of_a_created_person_C12(sender: str, name: str, company: Workspace, importing: Imports) -> None:
    importing(mail(sender, [S1]))

    assert [p["name"] for p in persons_in_force(company) if p["emails"] not in ([K1], [K2])] == [name]


def test_edited_name_stays_C12(company: Workspace, importing: Imports) -> None:
    importing(mail(f"By Mail <{N}>", [S1], id="1@x"))
    person = Person.objects.get(addresses__address=N)
    change_person(company, person.pk, {"name": "By Hand"}, actor=ACTOR)

    importing(mail(f"Earlier <{N}>", [S1], id="2@x", at=NOON - DAY))

    assert Person.objects.get(pk=person.pk).name == "By Hand"


def test_withdrawn_mail_takes_its_name_along_C12(company: Workspace, importing: Imports) -> None:
    importing(mail(f"Second <{N}>", [S1], id="2@x"), mail(f"First <{N}>", [S1], id="1@x", at=NOON - DAY))
    importing(mail(f"First <{N}>", [S1], bcc=[L], id="1@x", at=NOON - DAY), user=S2)

    assert [p["name"] for p in persons_in_force(company) if p["emails"] == [N]] == ["Second"]


# Where it shows (C14, C15)


def test_all_persons_with_the_address_and_their_default_accounts_C14(
    company: Workspace, importing: Imports
) -> None:
    taken(add_accounts(company, [account("Gamma", "gamma.com")], actor=ACTOR))
    taken(
        add_persons(
            company,
            [
                {
                    "name": "Other K",
                    "emails": [K1],
                    "accounts": ["Beta", "Gamma"],
                    "default_account": "Gamma",
                    "known_since": LONG_AGO,
                },
                {"name": "First Linked", "emails": [K1], "accounts": ["Beta"], "known_since": LONG_AGO},
            ],
            actor=ACTOR,
        )
    )
    importing(mail(K1, [S1]))

    (shown,) = timeline(company)
    assert [name for _, name in shown["persons"]] == ["First Linked", "K One", "Other K"]
    assert [name for _, name in shown["accounts"]] == ["Acme", "Beta", "Gamma"]


def test_changed_default_account_moves_nothing_earlier_C14(company: Workspace, importing: Imports) -> None:
    person = Person.objects.get(name="K One")
    importing(mail(K1, [S1], id="1@x"))
    change_person(company, person.pk, {"accounts": ["Acme", "Beta"], "default_account": "Beta"}, actor=ACTOR)
    importing(mail(K1, [S1], id="1@x"), user=S2)
    importing(mail(K1, [S1], id="2@x", at=NOON + 1))

    assert [[name for _, name in e["accounts"]] for e in timeline(company)] == [["Acme"], ["Beta"]]


def test_created_person_is_linked_to_both_accounts_of_the_domain_A3(
    company: Workspace, importing: Imports
) -> None:
    taken(add_accounts(company, [account("Acme Labs", "acme.com")], actor=ACTOR))
    importing(mail(N, [S1]))

    (created,) = [p for p in persons_in_force(company) if p["emails"] == [N]]
    assert (created["accounts"], created["default"]) == (["Acme", "Acme Labs"], "Acme")
    assert [[name for _, name in e["accounts"]] for e in timeline(company)] == [["Acme"]]


def test_person_without_account_is_known_and_one_without_address_never_matches_C15(
    company: Workspace, importing: Imports
) -> None:
    taken(
        add_persons(
            company,
            [{"name": "Free Lance", "emails": [U], "known_since": LONG_AGO}, {"name": "Jane Doe"}],
            actor=ACTOR,
        )
    )
    importing(mail(U, [S1], id="1@x"), mail("Jane Doe <jane.doe@elsewhere.org>", [S1], id="2@x"))

    assert [(e["persons"], e["accounts"]) for e in timeline(company)] == [([(NOON, "Free Lance")], [])]
    assert decision_of(company, "2@x") == ("skip", "unknown_sender")


def test_deleted_account_is_nobodys_default(company: Workspace, importing: Imports) -> None:
    delete_account(company, Account.objects.get(name="Acme").pk, actor=ACTOR)
    importing(mail(K1, [S1]))

    assert [(e["persons"], e["accounts"]) for e in timeline(company)] == [([(NOON, "K One")], [])]


def test_ignored_account_creates_nobody_A1(company: Workspace, importing: Imports) -> None:
    change_account(company, Account.objects.get(name="Acme").pk, {"ignored": True}, actor=ACTOR)
    importing(mail(N, [S1]))

    assert decision_of(company) == ("skip", "unknown_sender")
