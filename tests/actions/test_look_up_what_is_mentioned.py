"""Bulk calls look up what their records mention, not all that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import add_organization, list_addresses
from postroom.actions.add_users import add_users
from postroom.store.models import Workspace

ME = "boss@us.com"

CALLS: dict[str, tuple[Callable[[Workspace, list[Any]], list[Any]], Callable[[int], Any]]] = {
    "users": (
        lambda workspace, records: list(add_users(workspace, records, actor=ME)),
        lambda n: {"email": f"u{n}@us.com", "aliases": [f"a{n}@us.com"], "manager_email": "u0@us.com"},
    ),
    "blocklist": (
        lambda workspace, records: list(add_blocklist(workspace, records, actor=ME)),
        lambda n: f"d{n}.example",
    ),
    "organization": (
        lambda workspace, records: list(add_organization(workspace, records, actor=ME)),
        lambda n: f"d{n}.example",
    ),
    "listed addresses": (
        lambda workspace, records: list(list_addresses(workspace, "internal", records, actor=ME)),
        lambda n: f"x{n}@else.example",
    ),
}


def questions(captured: CaptureQueriesContext) -> int:
    """How often something was looked up; what is stored takes as many statements as its rows need."""
    return sum(query["sql"].startswith("SELECT") for query in captured)


@pytest.mark.parametrize("name", CALLS)
def test_as_many_queries_for_many_as_for_few(workspace: Workspace, name: str) -> None:
    call, record = CALLS[name]
    statuses, counts = [], []
    for first, count in ((0, 2), (2, 60), (62, 2)):
        with CaptureQueriesContext(connection) as captured:
            answers = call(workspace, [record(n) for n in range(first, first + count)])
        statuses.append({answer["status"] for answer in answers})
        counts.append(questions(captured))
    assert statuses == [{"created"}] * 3
    # The first call need not look for the manager, who is among its records.
    assert counts[0] <= counts[1] == counts[2]
    with CaptureQueriesContext(connection) as captured:
        assert {answer["status"] for answer in call(workspace, [record(3), record(4)])} == {"unchanged"}
    assert questions(captured) <= counts[1]


def test_only_users_that_are_mentioned_are_loaded(workspace: Workspace) -> None:
    add_users(workspace, [{"email": f"u{n}@us.com", "name": f"Number {n}"} for n in range(20)], actor=ME)
    add_users(workspace, [{"email": "u3@us.com", "aliases": ["three@us.com"]}], actor=ME)

    def rows(*records: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            add_users(workspace, list(records), actor=ME)
        return sum("store_useraddress" in query["sql"] for query in captured)

    assert rows({"email": "three@us.com"}) == 1
    assert rows({"email": "U4@us.com", "aliases": ["three@us.com"]}) == 1


def test_alias_moves_from_one_user_to_another_in_one_call(workspace: Workspace) -> None:
    add_users(workspace, [{"email": "a@us.com", "aliases": ["x@us.com"]}, {"email": "b@us.com"}], actor=ME)
    answers = add_users(
        workspace,
        [{"email": "a@us.com", "aliases": []}, {"email": "b@us.com", "aliases": ["x@us.com"]}],
        actor=ME,
    )
    assert [answer["status"] for answer in answers] == ["updated", "updated"]


def test_line_of_managers_is_followed_beyond_the_records(workspace: Workspace) -> None:
    line = [{"email": f"m{n}@us.com", "manager_email": f"m{n + 1}@us.com"} for n in range(5)]
    add_users(workspace, [*line, {"email": "m5@us.com"}], actor=ME)
    [answer] = add_users(workspace, [{"email": "m5@us.com", "manager_email": "m0@us.com"}], actor=ME)
    assert (answer["status"], answer["warnings"]) == ("updated", ["manager_loop"])


def test_domains_of_accounts_below_a_domain_are_found_D4(workspace: Workspace) -> None:
    records = [{"name": "Acme", "domains": ["eu.acme.com", "notbeta.io", "gamma.de"]}]
    add_accounts(workspace, records, actor=ME)
    wide = [{"domain": domain, "include_subdomains": True} for domain in ("acme.com", "beta.io")]
    answers = add_organization(workspace, [*wide, "gamma.de", "us.gamma.de"], actor=ME)
    assert [(answer["status"], answer["reason"]) for answer in answers] == [
        ("rejected", "account_has_domain"),
        ("created", None),
        ("rejected", "account_has_domain"),
        ("created", None),
    ]
