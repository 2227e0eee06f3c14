"""The addresses of a person may each say since when they are known (section 8, C11)."""

from __future__ import annotations

from typing import Any

from postroom.actions.account_domains import refused_domains
from postroom.actions.add_persons import add_persons
from postroom.actions.change_person import change_person
from postroom.store.models import PersonAddress, Workspace
from postroom.store.read.persons import addresses_of_persons

ME = "command line"
EARLY, LATE = 1_577_923_200, 1_609_545_600


def known(workspace: Workspace) -> list[tuple[str, int]]:
    rows = PersonAddress.objects.filter(workspace=workspace, closed_in=None).order_by("address")
    return list(rows.values_list("address", "known_since"))


def new(workspace: Workspace, *emails: Any, **more: Any) -> int:
    [answer] = add_persons(workspace, [{"emails": list(emails), **more}], actor=ME)
    assert isinstance(answer["id"], int)
    return answer["id"]


def test_an_address_says_its_own_and_else_that_of_the_record_holds(workspace: Workspace) -> None:
    new(
        workspace,
        {"email": "A@acme.com", "known_since": "2020-01-02"},
        "b@acme.com",
        known_since="2021-01-02",
    )
    assert known(workspace) == [("a@acme.com", EARLY), ("b@acme.com", LATE)]


def test_changing_one_address_leaves_the_others_in_force_L4(workspace: Workspace) -> None:
    person = new(workspace, "a@acme.com", "b@acme.com", known_since="2021-01-02")
    changes = {"emails": [{"email": "a@acme.com", "known_since": "2020-01-02"}, "b@acme.com"]}
    change_person(workspace, person, changes, actor=ME)
    change_person(workspace, person, changes, actor=ME)
    assert known(workspace) == [("a@acme.com", EARLY), ("b@acme.com", LATE)]
    rows = PersonAddress.objects.order_by("pk").values_list("address", "opened_in", "closed_in")
    assert list(rows) == [("a@acme.com", 2, 3), ("b@acme.com", 2, None), ("a@acme.com", 3, None)]


def test_changing_an_address_leaves_it_in_its_place(workspace: Workspace) -> None:
    person = new(workspace, "b@acme.com", "a@acme.com", "c@acme.com", known_since="2021-01-02")
    first = {"email": "b@acme.com", "known_since": "2020-01-02"}
    change_person(workspace, person, {"emails": [first, "a@acme.com", "c@acme.com", "0@acme.com"]}, actor=ME)
    entries = addresses_of_persons([person])[person]
    assert [(entry.address, entry.known_since) for entry in entries[:3]] == [
        ("b@acme.com", EARLY),
        ("a@acme.com", LATE),
        ("c@acme.com", LATE),
    ]
    assert [entry.address for entry in entries[3:]] == ["0@acme.com"]


def test_an_address_without_an_address_is_refused(workspace: Workspace) -> None:
    refused = [{"email": None}, {"email": "x"}, {"email": "x@y.z", "known_since": "soon"}, {"mail": "x@y.z"}]
    answers = add_persons(workspace, [{"emails": [email]} for email in refused], actor=ME)
    assert [(answer["reason"], answer["field"]) for answer in answers] == [
        ("email_required", "emails"),
        ("email_invalid", "email"),
        ("time_invalid", "known_since"),
        ("unknown_field", "mail"),
    ]


def test_domains_that_no_account_may_have_are_named_beforehand_A2_D4(workspace: Workspace) -> None:
    asked = ["acme.com", "nothing", "gmail.com", "US.com", "co.uk"]
    assert refused_domains(workspace, asked, force=False) == {
        "nothing": "not_a_domain",
        "gmail.com": "free_mail_domain",
        "US.com": "organization_domain",
        "co.uk": "public_suffix",
    }
    assert refused_domains(workspace, ["gmail.com"], force=True) == {}
