"""Add organization: domains of the company and the single addresses beside them (D1, D2, D4)."""

from __future__ import annotations

from typing import Any

import pytest

from postroom.actions.add_organization import (
    add_organization,
    list_addresses,
    remove_organization_domain,
    unlist_address,
)
from postroom.actions.add_persons import add_persons
from postroom.actions.create_workspace import create_workspace
from postroom.actions.rejection import NotFound
from postroom.store.models import OrganizationDomain, Workspace
from postroom.store.read.organization import InsideAddresses, listed_addresses, organization_domains
from postroom.store.secrets import seal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return create_workspace("Us", "admin@us.com").workspace


def add(workspace: Workspace, *domains: Any, force: bool = False) -> list[tuple[Any, str, str | None]]:
    """Id, status and reason of each answer."""
    answers = add_organization(workspace, domains, force, actor="command line")
    return [(answer["id"], answer["status"], answer["reason"]) for answer in answers]


def in_force(workspace: Workspace) -> list[tuple[str, bool]]:
    return list(organization_domains(workspace).values_list("domain", "include_subdomains"))


def test_many_domains_in_one_call_and_again_nothing_changes_D1(workspace: Workspace) -> None:
    domains = ["us.com", {"domain": "us.org", "include_subdomains": True}]
    assert add(workspace, *domains) == [("us.com", "created", None), ("us.org", "created", None)]
    revision = Workspace.objects.get(pk=workspace.pk).revision
    assert add(workspace, *domains) == [("us.com", "unchanged", None), ("us.org", "unchanged", None)]
    assert Workspace.objects.get(pk=workspace.pk).revision == revision
    assert in_force(workspace) == [("us.com", False), ("us.org", True)]


def test_domains_are_folded_to_a_labels_D2(workspace: Workspace) -> None:
    assert add(workspace, " Bücher.DE. ", "XN--BCHER-KVA.de", "straße.de") == [
        ("xn--bcher-kva.de", "created", None),
        ("xn--bcher-kva.de", "unchanged", None),
        ("xn--strae-oqa.de", "created", None),
    ]
    entry = OrganizationDomain.objects.get(workspace=workspace, domain="xn--bcher-kva.de")
    assert bytes(entry.token) == seal_of(workspace).domain("xn--bcher-kva.de")


def test_what_is_no_domain_of_a_company_is_refused_entry_by_entry_D4(workspace: Workspace) -> None:
    assert add(
        workspace,
        "us.com",
        "no domain",
        "https://us.com/",
        "s@us.com",
        "localhost",
        "127.0.0.1",
        "[127.0.0.1]",
        "",
        "co.uk",
        "gmail.com",
        7,
        {"domain": "us.org", "subdomains": True},
        {"domain": "us.org", "include_subdomains": "yes"},
    ) == [
        ("us.com", "created", None),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        (None, "rejected", "not_a_domain"),
        ("co.uk", "rejected", "public_suffix"),
        ("gmail.com", "rejected", "free_mail_domain"),
        (None, "rejected", "not_an_object"),
        (None, "rejected", "unknown_field"),
        (None, "rejected", "wrong_type"),
    ]
    assert in_force(workspace) == [("us.com", False)]


def test_free_mail_is_a_matter_of_force_a_public_suffix_is_not_D4(workspace: Workspace) -> None:
    assert add(workspace, "gmail.com", "co.uk", force=True) == [
        ("gmail.com", "created", None),
        ("co.uk", "rejected", "public_suffix"),
    ]


def test_changing_subdomains_closes_the_entry_and_opens_another_L4(workspace: Workspace) -> None:
    add(workspace, "us.com")
    before = workspace.revision
    assert add(workspace, {"domain": "us.com", "include_subdomains": True}) == [("us.com", "updated", None)]
    rows = OrganizationDomain.objects.filter(workspace=workspace).order_by("pk")
    assert list(rows.values_list("include_subdomains", "opened_in", "closed_in")) == [
        (False, before, before + 1),
        (True, before + 1, None),
    ]
    assert add(workspace, "us.com") == [("us.com", "unchanged", None)]


def test_a_domain_twice_in_one_call_is_handled_in_order(workspace: Workspace) -> None:
    assert add(workspace, "us.com", {"domain": "us.com", "include_subdomains": True}) == [
        ("us.com", "created", None),
        ("us.com", "updated", None),
    ]
    assert in_force(workspace) == [("us.com", True)]


def test_removing_closes_and_what_is_not_there_is_not_found(workspace: Workspace) -> None:
    add(workspace, "us.com")
    remove_organization_domain(workspace, "US.com", actor="command line")
    assert in_force(workspace) == []
    for domain in ("us.com", "no domain"):
        with pytest.raises(NotFound):
            remove_organization_domain(workspace, domain, actor="command line")
    assert add(workspace, "us.com") == [("us.com", "created", None)]


def test_excluded_is_stronger_than_internal_and_both_than_the_domain_D2(workspace: Workspace) -> None:
    add(workspace, {"domain": "us.com", "include_subdomains": True})
    list_addresses(workspace, "internal", ["consultant@out.org", "both@out.org"], actor="command line")
    list_addresses(workspace, "excluded", ["contractor@us.com", "both@out.org"], actor="command line")
    asked = [
        "consultant@out.org",
        "both@out.org",
        "contractor@us.com",
        "s@us.com",
        "s@eu.us.com",
        "s@notus.com",
        "admin@us.com",
    ]
    inside = InsideAddresses(workspace, asked)
    assert [address in inside for address in asked] == [True, False, False, True, True, False, True]


def test_listing_addresses_answers_each_and_again_changes_nothing(workspace: Workspace) -> None:
    def answers() -> list[tuple[Any, str, str | None]]:
        listed = list_addresses(workspace, "internal", ["C@Out.org", "nobody", 7], actor="command line")
        return [(answer["id"], answer["status"], answer["reason"]) for answer in listed]

    rest = [(None, "rejected", "not_an_address"), (None, "rejected", "wrong_type")]
    assert answers() == [("c@out.org", "created", None), *rest]
    assert answers() == [("c@out.org", "unchanged", None), *rest]
    unlist_address(workspace, "internal", "c@OUT.org", actor="command line")
    assert list(listed_addresses(workspace, "internal")) == []
    with pytest.raises(NotFound):
        unlist_address(workspace, "internal", "c@out.org", actor="command line")


def test_an_internal_address_that_a_person_has_is_a_warning_D2(workspace: Workspace) -> None:
    add_persons(workspace, [{"emails": ["max@home.example"]}], actor="command line")
    answers = list_addresses(
        workspace, "internal", ["MAX@home.example", "x@home.example"], actor="command line"
    )
    assert [(answer["status"], answer["warnings"]) for answer in answers] == [
        ("created", ["address_of_person"]),
        ("created", []),
    ]
    [excluded] = list_addresses(workspace, "excluded", ["max@home.example"], actor="command line")
    assert excluded["warnings"] == []
