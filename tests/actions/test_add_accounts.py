"""Accounts: many at once, changed and deleted without losing the past (A1, A2, D4)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import add_organization
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.change_account import change_account, delete_account
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Account, AccountDomain, Person, PersonAccount, Workspace
from postroom.store.read.accounts import accounts

ME = "command line"


def add(workspace: Workspace, *records: Any, force: bool = False) -> list[tuple[str, str | None, str | None]]:
    answers = add_accounts(workspace, records, force, actor=ME)
    assert [(answer["id"] is None) for answer in answers] == [a["status"] == "rejected" for a in answers]
    return [(answer["status"], answer["reason"], answer["field"]) for answer in answers]


def new(workspace: Workspace, record: dict[str, Any]) -> int:
    [answer] = add_accounts(workspace, [record], actor=ME)
    assert isinstance(answer["id"], int)
    return answer["id"]


def rows(account_id: int) -> list[tuple[Any, ...]]:
    found = AccountDomain.objects.filter(account_id=account_id).order_by("pk")
    return list(
        found.values_list(
            "domain", "include_subdomains", "known_since", "is_ignored", "opened_in", "closed_in"
        )
    )


CREATED = ("created", None, None)


def test_each_record_is_an_account_and_bad_ones_leave_the_others_alone(workspace: Workspace) -> None:
    add_users(workspace, [{"email": "s1@us.com", "aliases": ["one@us.com"]}], actor=ME)
    assert add(
        workspace,
        {"name": "Acme", "domains": ["Acme.com", {"domain": "acme.org", "include_subdomains": True}]},
        {"name": " "},
        {"name": "Own", "domains": ["us.com"]},
        {"name": "Free", "domains": ["gmail.com"]},
        {"name": "All", "domains": ["co.uk"]},
        {"name": "No", "domains": ["no domain"]},
        {"name": "No", "domains": "acme.com"},
        {"name": "Twice", "domains": ["a.com", {"domain": "A.com", "include_subdomains": True}]},
        {"name": "Late", "domains": [{"domain": "a.com", "known_since": "yesterday"}]},
        {"name": "Who", "owner": "nobody@us.com"},
        {"name": "Id", "id": 7},
        7,
        {"name": "Beta", "domains": ["beta.io"], "owner": "One@us.com"},
    ) == [
        CREATED,
        ("rejected", "name_required", "name"),
        ("rejected", "organization_domain", "domains"),
        ("rejected", "free_mail_domain", "domains"),
        ("rejected", "public_suffix", "domains"),
        ("rejected", "not_a_domain", "domains"),
        ("rejected", "wrong_type", "domains"),
        ("rejected", "domain_twice", "domains"),
        ("rejected", "time_invalid", "known_since"),
        ("rejected", "owner_unknown", "owner"),
        ("rejected", "unknown_field", "id"),
        ("rejected", "not_an_object", None),
        CREATED,
    ]
    assert [(a.name, a.owner.email if a.owner else None) for a in accounts(workspace)] == [
        ("Acme", None),
        ("Beta", "s1@us.com"),
    ]


def test_the_same_name_again_is_another_account(workspace: Workspace) -> None:
    assert add(workspace, {"name": "Acme"}, {"name": "Acme"}) == [CREATED, CREATED]
    assert accounts(workspace).count() == 2


def test_free_mail_domains_are_a_matter_of_force_A2(workspace: Workspace) -> None:
    assert add(workspace, {"name": "Solo", "domains": ["gmail.com"]}, force=True) == [CREATED]


def test_a_domain_is_known_since_now_unless_set_earlier(workspace: Workspace) -> None:
    before = int(time.time())
    account = new(
        workspace,
        {
            "name": "Acme",
            "domains": [
                "acme.com",
                {"domain": "acme.org", "known_since": "2020-01-02"},
                {"domain": "acme.net", "known_since": "2020-01-02T03:04:05+01:00"},
            ],
        },
    )
    known = {row[0]: row[2] for row in rows(account)}
    assert before <= known.pop("acme.com") <= time.time()
    assert known == {"acme.org": 1577923200, "acme.net": 1577930645}


def test_a_domain_on_two_accounts_is_warned_about_A3(workspace: Workspace) -> None:
    answers = add_accounts(
        workspace,
        [
            {"name": "One", "domains": ["acme.com"]},
            {"name": "Two", "domains": ["acme.com"]},
            {"name": "Three"},
        ],
        actor=ME,
    )
    assert [answer["warnings"] for answer in answers] == [[], ["domain_on_another_account"], []]
    three = answers[2]["id"]
    assert isinstance(three, int)
    assert change_account(workspace, three, {"domains": ["acme.com"]}, actor=ME) == [
        "domain_on_another_account"
    ]


def test_an_account_and_the_organization_refuse_each_others_domains_D4(workspace: Workspace) -> None:
    add(workspace, {"name": "Acme", "domains": ["acme.com"]})
    [answer] = add_organization(workspace, ["acme.com"], actor=ME)
    assert (answer["status"], answer["reason"]) == ("rejected", "account_has_domain")
    add_organization(workspace, [{"domain": "group.com", "include_subdomains": True}], actor=ME)
    assert add(workspace, {"name": "Part", "domains": ["eu.group.com"]}) == [
        ("rejected", "organization_domain", "domains")
    ]


def test_changing_a_domain_closes_its_entry_and_opens_another_L4(workspace: Workspace) -> None:
    account = new(
        workspace, {"name": "Acme", "domains": [{"domain": "acme.com", "known_since": "2020-01-02"}]}
    )
    first = workspace.revision
    change_account(
        workspace, account, {"domains": [{"domain": "acme.com", "include_subdomains": True}]}, actor=ME
    )
    change_account(workspace, account, {"domains": ["acme.com"]}, actor=ME)
    change_account(
        workspace, account, {"domains": [{"domain": "acme.com", "known_since": "2019-01-02"}]}, actor=ME
    )
    assert rows(account) == [
        ("acme.com", False, 1577923200, False, first, first + 1),
        ("acme.com", True, 1577923200, False, first + 1, first + 2),
        ("acme.com", True, 1546387200, False, first + 2, None),
    ]


def test_ignoring_an_account_is_replayable_too_A1_L4(workspace: Workspace) -> None:
    account = new(
        workspace, {"name": "Acme", "domains": [{"domain": "acme.com", "known_since": "2020-01-02"}]}
    )
    first = workspace.revision
    change_account(workspace, account, {"ignored": True}, actor=ME)
    change_account(workspace, account, {"ignored": True}, actor=ME)
    change_account(workspace, account, {"ignored": False}, actor=ME)
    assert rows(account) == [
        ("acme.com", False, 1577923200, False, first, first + 1),
        ("acme.com", False, 1577923200, True, first + 1, first + 2),
        ("acme.com", False, 1577923200, False, first + 2, None),
    ]


def test_only_what_is_given_changes_and_null_clears_the_owner(workspace: Workspace) -> None:
    add_users(workspace, [{"email": "s1@us.com"}], actor=ME)
    account = new(workspace, {"name": "Acme", "domains": ["acme.com"], "owner": "s1@us.com"})
    revision = workspace.revision
    change_account(workspace, account, {"name": "Acme"}, actor=ME)
    assert workspace.revision == revision
    change_account(workspace, account, {"name": "Acme Inc."}, actor=ME)
    change_account(workspace, account, {"owner": None}, actor=ME)
    found = Account.objects.get(pk=account)
    assert (found.name, found.owner, len(rows(account)), workspace.revision) == (
        "Acme Inc.",
        None,
        1,
        revision + 2,
    )


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"name": ""}, "name_required", "name"),
        ({"domains": ["us.com"]}, "organization_domain", "domains"),
        ({"domains": ["gmail.com"]}, "free_mail_domain", "domains"),
        ({"workspace": 2}, "unknown_field", "workspace"),
        ({"ignored": "yes"}, "wrong_type", "ignored"),
        ({"name": "New", "owner": "nobody@us.com"}, "owner_unknown", "owner"),
    ],
)
def test_a_refused_change_changes_nothing(
    workspace: Workspace, changes: dict[str, Any], reason: str, field: str
) -> None:
    account = new(workspace, {"name": "Acme", "domains": ["acme.com"]})
    before = rows(account)
    with pytest.raises(Rejected) as refusal:
        change_account(workspace, account, changes, actor=ME)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert (Account.objects.get(pk=account).name, rows(account)) == ("Acme", before)


def test_a_deleted_account_leaves_its_persons_A1(workspace: Workspace) -> None:
    account = new(workspace, {"name": "Acme", "domains": ["acme.com"]})
    add_persons(
        workspace,
        [{"name": "K1", "emails": ["k1@acme.com"], "accounts": ["Acme"], "default_account": "Acme"}],
        actor=ME,
    )
    delete_account(workspace, account, actor=ME)
    person = Person.objects.get(workspace=workspace)
    assert (person.closed_in, person.default_account) == (None, None)
    closed = workspace.revision
    assert [row[-1] for row in rows(account)] == [closed]
    assert PersonAccount.objects.get(person=person).closed_in == closed
    assert list(accounts(workspace)) == []
    with pytest.raises(NotFound):
        delete_account(workspace, account, actor=ME)


def test_the_number_of_reads_does_not_grow_with_the_records(workspace: Workspace) -> None:
    add_users(workspace, [{"email": f"s{n}@us.com"} for n in range(30)], actor=ME)

    def reads(count: int, top: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            add(
                workspace,
                *(
                    {"name": f"A{n}", "domains": [f"a{n}.{top}"], "owner": f"s{n}@us.com"}
                    for n in range(count)
                ),
            )
        return sum(query["sql"].startswith("SELECT") for query in captured)

    assert reads(1, "one.com") == reads(30, "many.com")
