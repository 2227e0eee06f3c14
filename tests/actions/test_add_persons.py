"""Persons: many at once, changed and deleted without losing the past (C14, C15, section 8)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.change_person import change_person, delete_person
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Person, PersonAccount, PersonAddress, Workspace
from postroom.store.read.persons import persons

ME = "command line"


@pytest.fixture
def ids(workspace: Workspace) -> list[Any]:
    """Accounts Acme, Beta, and two named Twin."""
    names = ["Acme", "Beta", "Twin", "Twin"]
    return [answer["id"] for answer in add_accounts(workspace, [{"name": n} for n in names], actor=ME)]


def add(workspace: Workspace, *records: Any) -> list[tuple[str, str | None, str | None]]:
    answers = add_persons(workspace, records, actor=ME)
    return [(answer["status"], answer["reason"], answer["field"]) for answer in answers]


def new(workspace: Workspace, record: dict[str, Any]) -> int:
    [answer] = add_persons(workspace, [record], actor=ME)
    assert isinstance(answer["id"], int)
    return answer["id"]


def addresses(person: int) -> list[tuple[Any, ...]]:
    found = PersonAddress.objects.filter(person_id=person).order_by("pk")
    return list(found.values_list("address", "known_since", "opened_in", "closed_in"))


def links(person: int) -> list[tuple[Any, ...]]:
    found = PersonAccount.objects.filter(person_id=person).order_by("pk")
    return list(found.values_list("account__name", "why", "opened_in", "closed_in"))


CREATED = ("created", None, None)


def test_accounts_are_given_by_id_or_unique_name_and_bad_records_leave_others_alone(
    workspace: Workspace, ids: list[int]
) -> None:
    assert add(
        workspace,
        {"name": "K1", "emails": ["K1@Acme.com", "k1@acme.com"], "accounts": ["Acme", ids[0], ids[2]]},
        {"emails": ["john.doe@beta.io"], "accounts": ["Beta"], "default_account": ids[1]},
        {"name": "Nobody's"},
        {},
        {"name": "A", "accounts": ["Gone"]},
        {"name": "A", "accounts": [999999]},
        {"name": "A", "accounts": [2**63]},
        {"name": "A", "accounts": ["Twin"]},
        {"name": "A", "accounts": ["Acme"], "default_account": "Beta"},
        {"name": "A", "accounts": ["Acme"], "default_account": "Gone"},
        {"name": "A", "accounts": [ids[2], ids[3]], "default_account": "Twin"},
        {"name": "A", "emails": ["nobody"]},
        {"name": "A", "emails": "a@acme.com"},
        {"name": "A", "known_since": 12},
        {"name": "A", "is_from_mail": True},
        None,
    ) == [
        CREATED,
        CREATED,
        CREATED,
        ("rejected", "name_or_email_required", "name"),
        ("rejected", "account_unknown", "accounts"),
        ("rejected", "account_unknown", "accounts"),
        ("rejected", "wrong_type", "accounts"),
        ("rejected", "account_ambiguous", "accounts"),
        ("rejected", "default_account_not_linked", "default_account"),
        ("rejected", "account_unknown", "default_account"),
        ("rejected", "account_ambiguous", "default_account"),
        ("rejected", "email_invalid", "emails"),
        ("rejected", "wrong_type", "emails"),
        ("rejected", "wrong_type", "known_since"),
        ("rejected", "unknown_field", "is_from_mail"),
        ("rejected", "not_an_object", None),
    ]
    found = list(persons(workspace))
    assert [(p.name, p.named_by, p.default_account_id) for p in found] == [
        ("K1", "hand", None),
        ("John Doe", "address", ids[1]),
        ("Nobody's", "hand", None),
    ]
    assert [row[0] for row in addresses(found[0].pk)] == ["k1@acme.com"]
    assert [row[:2] for row in links(found[0].pk)] == [("Acme", "hand"), ("Twin", "hand")]


def test_a_shared_address_and_one_of_ours_are_warnings_C14(workspace: Workspace) -> None:
    answers = add_persons(
        workspace,
        [
            {"name": "One", "emails": ["info@acme.com"]},
            {"name": "Two", "emails": ["info@acme.com", "s@us.com"]},
            {"name": "Three"},
        ],
        actor=ME,
    )
    assert [(answer["status"], answer["warnings"]) for answer in answers] == [
        ("created", []),
        ("created", ["address_shared", "inside_address"]),
        ("created", []),
    ]


def test_addresses_are_known_since_now_unless_set_earlier(workspace: Workspace) -> None:
    before = int(time.time())
    late = new(workspace, {"emails": ["late@acme.com"]})
    early = new(workspace, {"emails": ["early@acme.com"], "known_since": "2020-01-02T00:00:00Z"})
    assert before <= addresses(late)[0][1] <= time.time()
    assert addresses(early)[0][1] == 1577923200


def test_changing_known_since_closes_the_entries_and_opens_others_L4(workspace: Workspace) -> None:
    person = new(workspace, {"emails": ["a@acme.com", "b@acme.com"], "known_since": "2020-01-02"})
    first = workspace.revision
    change_person(workspace, person, {"known_since": "2019-01-02"}, actor=ME)
    change_person(workspace, person, {"known_since": "2019-01-02"}, actor=ME)
    assert addresses(person) == [
        ("a@acme.com", 1577923200, first, first + 1),
        ("b@acme.com", 1577923200, first, first + 1),
        ("a@acme.com", 1546387200, first + 1, None),
        ("b@acme.com", 1546387200, first + 1, None),
    ]


def test_addresses_that_stay_keep_their_time(workspace: Workspace) -> None:
    person = new(workspace, {"emails": ["a@acme.com", "b@acme.com"], "known_since": "2020-01-02"})
    first = workspace.revision
    now = int(time.time())
    change_person(workspace, person, {"emails": ["b@acme.com", "c@acme.com"]}, actor=ME)
    found = addresses(person)
    assert found[:2] == [
        ("a@acme.com", 1577923200, first, first + 1),
        ("b@acme.com", 1577923200, first, None),
    ]
    assert (found[2][0], found[2][2:], now <= found[2][1] <= time.time()) == (
        "c@acme.com",
        (first + 1, None),
        True,
    )


def test_a_default_account_goes_with_its_link_C14(workspace: Workspace, ids: list[int]) -> None:
    person = new(workspace, {"name": "K", "accounts": ["Acme", "Beta"], "default_account": "Beta"})
    first = workspace.revision
    change_person(workspace, person, {"accounts": ["Acme"]}, actor=ME)
    assert Person.objects.get(pk=person).default_account is None
    assert links(person) == [("Acme", "hand", first, None), ("Beta", "hand", first, first + 1)]
    change_person(workspace, person, {"default_account": "Acme"}, actor=ME)
    assert Person.objects.get(pk=person).default_account_id == ids[0]
    with pytest.raises(Rejected) as refusal:
        change_person(workspace, person, {"default_account": "Beta"}, actor=ME)
    assert refusal.value.reason == "default_account_not_linked"
    change_person(workspace, person, {"default_account": None}, actor=ME)
    assert Person.objects.get(pk=person).default_account is None


def test_what_is_touched_by_hand_stays_when_its_mail_goes_C12(workspace: Workspace) -> None:
    person = new(workspace, {"emails": ["john@acme.com"]})
    Person.objects.filter(pk=person).update(is_from_mail=True)
    revision = workspace.revision
    change_person(workspace, person, {"name": "John", "emails": ["john@acme.com"]}, actor=ME)
    assert workspace.revision == revision
    assert Person.objects.get(pk=person).is_from_mail is True
    change_person(workspace, person, {"name": "John Doe"}, actor=ME)
    found = Person.objects.get(pk=person)
    assert (found.name, found.named_by, found.is_from_mail) == ("John Doe", "hand", False)


def test_a_refused_change_changes_nothing(workspace: Workspace, ids: list[int]) -> None:
    person = new(workspace, {"name": "K", "emails": ["k@acme.com"], "accounts": ["Acme"]})
    before = (addresses(person), links(person))
    for changes, reason in [
        ({"emails": ["new@acme.com"], "name": ""}, "name_required"),
        ({"accounts": [], "default_account": "Acme"}, "default_account_not_linked"),
        ({"mail": []}, "unknown_field"),
        ([], "not_an_object"),
    ]:
        with pytest.raises(Rejected) as refusal:
            change_person(workspace, person, changes, actor=ME)
        assert refusal.value.reason == reason
    assert (addresses(person), links(person)) == before


def test_a_deleted_person_matches_no_more(workspace: Workspace, ids: list[int]) -> None:
    person = new(workspace, {"name": "K", "emails": ["k@acme.com"], "accounts": ["Acme"]})
    delete_person(workspace, person, actor=ME)
    closed = workspace.revision
    assert [row[-1] for row in addresses(person) + links(person)] == [closed, closed]
    assert Person.objects.get(pk=person).closed_in == closed
    for call in (
        lambda: delete_person(workspace, person, actor=ME),
        lambda: change_person(workspace, person, {}, actor=ME),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_number_of_reads_does_not_grow_with_the_records(workspace: Workspace, ids: list[int]) -> None:
    def reads(count: int, top: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            add(workspace, *({"emails": [f"k{n}@{top}"], "accounts": ["Acme", ids[1]]} for n in range(count)))
        return sum(query["sql"].startswith("SELECT") for query in captured)

    assert reads(1, "one.com") == reads(30, "many.com")


def test_known_since_in_the_future_is_a_warning(workspace: Workspace) -> None:
    records = [{"emails": ["a@acme.com"], "known_since": "2999-01-01"}, {"emails": ["b@acme.com"]}]
    assert [answer["warnings"] for answer in add_persons(workspace, records, actor=ME)] == [
        ["known_since_in_future"],
        [],
    ]
