"""Lists: a page at a time, in a constant number of queries, by cursors that survive changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from filled import fill

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_users import add_users
from postroom.store.models import Workspace

LISTS = [
    "organization",
    "users",
    "accounts",
    "persons",
    "blocklist",
    "engagements",
    "decisions",
    "set-aside",
    "sources",
    "jobs",
]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    workspace: Workspace, api: Any, name: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get(name)
        return len(captured)

    fill(workspace, 0)
    api.get("decisions/summary")  # the first call notes the use of the token
    one = queries()
    for number in range(1, 30):
        fill(workspace, number)
    assert queries() == one


@pytest.mark.parametrize("name", [name for name in LISTS if name != "organization"])
def test_pages_together_are_the_list_without_gap_or_repeat(workspace: Workspace, api: Any, name: str) -> None:
    for number in range(7):
        fill(workspace, number)
    whole = api.get(f"{name}?limit=200")
    assert whole["next_cursor"] is None
    together, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{name}?limit=3&cursor={cursor}")
        together += page["items"]
        cursor = page["next_cursor"]
    assert together == whole["items"]
    # There is a source of mailboxes beside those that are filled in.
    assert len(together) == (8 if name == "sources" else 7)


def test_a_row_that_comes_between_two_pages_moves_nothing(workspace: Workspace, api: Any) -> None:
    add_accounts(workspace, [{"name": f"A{n}"} for n in range(4)], actor="command line")
    first = api.get("accounts?limit=2")
    api.call("DELETE", f"accounts/{first['items'][0]['id']}")
    add_accounts(workspace, [{"name": "New"}], actor="command line")
    second = api.get(f"accounts?limit=2&cursor={first['next_cursor']}")
    assert [item["name"] for item in second["items"]] == ["A2", "A3"]


def test_engagements_are_found_by_each_filter(workspace: Workspace, api: Any) -> None:
    filled = [fill(workspace, number) for number in range(3)]

    def found(query: str) -> list[int]:
        return [item["id"] for item in api.get(f"engagements?{query}")["items"]]

    newest, middle, oldest = (one.engagement for one in reversed(filled))
    assert found("") == [newest, middle, oldest]
    assert found(f"account={filled[1].account}") == [middle]
    assert found(f"person={filled[1].person}") == [middle]
    assert found("user=S1@us.com") == [middle]
    assert found("kind=mail") == [newest, middle, oldest]
    assert found("kind=chat") == []
    assert found("since=2020-09-13T12:26:41Z") == [newest, middle]
    assert found("until=2020-09-13T12:26:41Z") == [oldest]
    assert found("q=subject%201") == [middle]
    assert found("q=nothing") == []


def test_an_engagement_has_the_shape_of_the_specification(workspace: Workspace, api: Any) -> None:
    filled = fill(workspace, 3)
    shape = {
        "id": filled.engagement,
        "kind": "mail",
        "date": "2020-09-13T12:26:43Z",
        "visibility": "everything",
        "hidden_by": [],
        "subject": "Subject 3",
        "snippet": "Hello",
        "direction": "in",
        "users": ["s3@us.com"],
        "persons": [{"id": filled.person, "name": "K3", "email": "k@acme3.com"}],
        "accounts": [{"id": filled.account, "name": "Acme 3"}],
        "thread": "00000000000000000000000000000003",
        "message_id": "3@acme.com",
    }
    assert api.get("engagements") == {"items": [shape], "next_cursor": None}
    assert api.get(f"engagements/{filled.engagement}") == {
        **shape,
        "participants": [{"role": "from", "email": "k@acme3.com", "name": "K"}],
        "texts": [{"subject": "Subject 3", "text": "Hello", "html": "", "attachments": []}],
    }


def test_decisions_are_found_by_each_filter_and_counted(workspace: Workspace, api: Any) -> None:
    fill(workspace, 0)
    [decision] = api.get("decisions")["items"]
    assert {name: decision[name] for name in ("lens", "outcome", "reason", "date", "decided_at")} == {
        "lens": "customer",
        "outcome": "import",
        "reason": "imported",
        "date": "2020-09-13T12:26:40Z",
        "decided_at": "2020-09-13T12:26:40Z",
    }
    for hit in (
        "lens=customer",
        "outcome=import",
        "reason=imported",
        "source=import",
        "user=s0@us.com",
        "since=2020-09-13",
    ):
        assert api.get(f"decisions?{hit}")["items"] == [decision]
    for miss in (
        "lens=people",
        "outcome=skip",
        "reason=spam",
        "source=api",
        "user=x@us.com",
        "since=2020-09-14",
    ):
        assert api.get(f"decisions?{miss}")["items"] == []
    assert api.get("decisions/summary") == {
        "outcomes": {"customer": {"import": {"imported": 1}, "set_aside": {"unparsable": 1}}}
    }


@pytest.mark.parametrize("list_", ["decisions", "engagements"])
def test_a_user_is_found_by_any_address(api: Any, workspace: Workspace, list_: str) -> None:
    fill(workspace, 0)
    fill(workspace, 1)
    add_users(workspace, [{"email": "s0@us.com", "aliases": ["one@bücher.example"]}], actor="command line")
    expected = api.get(f"{list_}?user=s0@us.com")["items"]
    assert len(expected) == 1
    for typed in ("one@bücher.example", "%20ONE@xn--bcher-kva.example", "S0@US.com"):
        assert api.get(f"{list_}?user={typed}")["items"] == expected
    for nobody in ("nobody", "bücher.example", "gone@us.com"):
        assert api.get(f"{list_}?user={nobody}")["items"] == []


def test_an_engagement_names_only_persons_and_accounts_that_are_there(workspace: Workspace, api: Any) -> None:
    filled = fill(workspace, 0)
    api.call("DELETE", f"persons/{filled.person}")
    api.call("DELETE", f"accounts/{filled.account}")
    shown = api.get(f"engagements/{filled.engagement}")
    assert (shown["persons"], shown["accounts"]) == ([], [])
