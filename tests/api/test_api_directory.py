"""The directory over the API, from an empty workspace to a filled one and back."""

from __future__ import annotations

import base64
from typing import Any

from postroom.store.models import Revision, Workspace


def statuses(answer: dict[str, Any]) -> list[tuple[int, str, str | None]]:
    return [(result["index"], result["status"], result["reason"]) for result in answer["results"]]


def test_the_organization_D1_D2(api: Any) -> None:
    body = {"domains": ["us.org", {"domain": "Us.net", "include_subdomains": True}, "gmail.com"]}
    assert statuses(api.post("organization", body)) == [
        (0, "created", None),
        (1, "created", None),
        (2, "rejected", "free_mail_domain"),
    ]
    assert statuses(api.post("organization", body))[:2] == [(0, "unchanged", None), (1, "unchanged", None)]
    api.post("organization/internal-addresses", {"addresses": ["c@out.org"]})
    api.post("organization/excluded-addresses", {"addresses": ["contractor/7@us.com"]})
    organization = api.get("organization")
    assert [(d["domain"], d["include_subdomains"]) for d in organization["domains"]] == [
        ("us.com", False),
        ("us.net", True),
        ("us.org", False),
    ]
    assert organization["internal_addresses"] == ["c@out.org"]
    assert organization["excluded_addresses"] == ["contractor/7@us.com"]
    api.answer(204, "DELETE", "organization/us.net")
    api.answer(204, "DELETE", "organization/internal-addresses/c@out.org")
    api.answer(204, "DELETE", "organization/excluded-addresses/contractor%2F7@us.com")
    organization = api.get("organization")
    assert (
        len(organization["domains"]),
        organization["internal_addresses"],
        organization["excluded_addresses"],
    ) == (2, [], [])


def test_users_U1_U2(workspace: Workspace, api: Any) -> None:
    users = [{"email": "s1@us.com", "name": "S One", "aliases": ["one@us.com"]}, {"name": "None"}]
    first = api.post("users", {"users": users})
    assert first["results"] == [
        {"index": 0, "id": "s1@us.com", "status": "created", "reason": None, "field": None, "warnings": []},
        {
            "index": 1,
            "id": None,
            "status": "rejected",
            "reason": "email_required",
            "field": "email",
            "warnings": [],
        },
    ]
    assert statuses(api.post("users", {"users": users}))[0] == (0, "unchanged", None)
    user = api.get("users/ONE@us.com")
    assert (user["email"], user["name"], user["aliases"], user["role"], user["disabled"]) == (
        "s1@us.com",
        "S One",
        ["one@us.com"],
        "Member",
        False,
    )
    assert api.get("users")["items"] == [user]
    assert Revision.objects.filter(workspace=workspace).values_list("actor", flat=True).get() == "token:test"


def test_a_token_without_admin_access_makes_no_administrator(workspace: Workspace, token_for: Any) -> None:
    users = {"users": [{"email": "s1@us.com", "role": "Administrator"}]}
    assert statuses(token_for(workspace, "manage_users").post("users", users)) == [
        (0, "rejected", "role_not_allowed")
    ]
    assert statuses(token_for(workspace, "admin").post("users", users)) == [(0, "created", None)]


def test_accounts_A1(api: Any) -> None:
    api.post("users", {"users": [{"email": "s1@us.com"}]})
    [result] = api.post(
        "accounts",
        {
            "accounts": [
                {
                    "name": "Acme",
                    "domains": [{"domain": "acme.com", "known_since": "2020-01-02T00:00:00Z"}],
                    "owner": "s1@us.com",
                }
            ]
        },
    )["results"]
    account = api.get(f"accounts/{result['id']}")
    created_at = account.pop("created_at")
    assert account == {
        "id": result["id"],
        "name": "Acme",
        "domains": [
            {"domain": "acme.com", "include_subdomains": False, "known_since": "2020-01-02T00:00:00Z"}
        ],
        "owner": "s1@us.com",
        "ignored": False,
        "engagements": {"total": 0, "last_in": None, "last_out": None},
    }
    assert len(created_at) == 20
    path = f"accounts/{result['id']}"
    changed = api.answer(200, "PATCH", path, {"domains": [], "ignored": True})
    assert (changed["domains"], changed["ignored"], changed["owner"], changed["warnings"]) == (
        [],
        True,
        "s1@us.com",
        [],
    )
    problem = api.answer(422, "PATCH", path, {"domains": ["us.com"]})
    assert (problem["code"], problem["field"]) == ("organization_domain", "domains")
    problem = api.answer(422, "PATCH", path, {"domains": ["gmail.com"]})
    assert (problem["code"], problem["field"]) == ("free_mail_domain", "domains")
    api.answer(200, "PATCH", f"{path}?force=true", {"domains": ["gmail.com"]})
    api.answer(204, "DELETE", path)
    api.answer(404, "GET", path)
    api.answer(404, "DELETE", path)


def test_persons_C14(api: Any) -> None:
    accounts = api.post("accounts", {"accounts": [{"name": "Acme"}, {"name": "Beta"}]})["results"]
    acme, beta = (result["id"] for result in accounts)
    [result] = api.post(
        "persons",
        {
            "persons": [
                {
                    "name": "K1",
                    "emails": ["k1@acme.com"],
                    "accounts": ["Acme", beta],
                    "known_since": "2020-01-02",
                }
            ]
        },
    )["results"]
    path = f"persons/{result['id']}"
    person = api.get(path)
    assert {
        name: person[name] for name in ("name", "emails", "addresses", "accounts", "default_account")
    } == {
        "name": "K1",
        "emails": ["k1@acme.com"],
        "addresses": [{"email": "k1@acme.com", "known_since": "2020-01-02T00:00:00Z"}],
        "accounts": [
            {"id": acme, "name": "Acme", "why": "hand"},
            {"id": beta, "name": "Beta", "why": "hand"},
        ],
        "default_account": acme,
    }
    changed = api.answer(
        200, "PATCH", path, {"default_account": "Beta", "emails": ["k1@acme.com", "s@us.com"]}
    )
    assert (changed["default_account"], changed["warnings"]) == (beta, ["inside_address"])
    problem = api.answer(422, "PATCH", path, {"accounts": ["Acme"], "default_account": "Beta"})
    assert (problem["code"], problem["field"]) == ("default_account_not_linked", "default_account")
    api.answer(204, "DELETE", path)
    assert api.get("persons") == {"items": [], "next_cursor": None}


def test_the_blocklist_C16(api: Any) -> None:
    body = {"entries": ["rival.com", {"value": "lawyer@acme.com", "note": "privileged"}, "us.com"]}
    assert statuses(api.post("blocklist", body)) == [
        (0, "created", None),
        (1, "created", None),
        (2, "rejected", "organization_domain"),
    ]
    items = api.get("blocklist")["items"]
    assert [{**item, "id": 0, "created_at": ""} for item in items] == [
        {
            "id": 0,
            "value": value,
            "include_subdomains": False,
            "lenses": ["customer"],
            "note": note,
            "author": "token:test",
            "created_at": "",
            "hits": 0,
            "last_hit_at": None,
        }
        for value, note in [("rival.com", ""), ("lawyer@acme.com", "privileged")]
    ]
    for item in items:
        api.answer(204, "DELETE", f"blocklist/{item['id']}")
        api.answer(404, "DELETE", f"blocklist/{item['id']}")


def test_reconsidering_is_a_job(api: Any) -> None:
    for body in ({}, {"ids": [1, 2]}, {"outcome": "skip", "since": "2026-01-01"}):
        job = api.answer(202, "POST", "decisions/reconsider", body)["job"]
        shown = api.get(f"jobs/{job}")
        assert (shown["id"], shown["kind"], shown["state"]) == (job, "reconsider", "waiting")


def test_explain_takes_exactly_one_question_L2(api: Any) -> None:
    for body in ({}, {"address": "k@acme.com", "message_id": "x"}):
        assert api.answer(422, "POST", "explain", body)["code"] == "cannot_explain"
    assert api.answer(422, "POST", "explain", {"raw": "no base64!"})["field"] == "raw"
    answer = api.post("explain", {"address": "k@acme.com"})
    assert (answer["messages"], answer["address"]["known"]) == ([], False)
    assert api.post("explain", {"message_id": "<none@acme.com>"}) == {
        "messages": [],
        "more": False,
        "address": None,
    }


def test_releasing_answers_for_each_decision_C0(api: Any) -> None:
    answer = api.post("decisions/release", {"ids": [999_999]})
    assert [(r["id"], r["status"], r["reason"]) for r in answer["results"]] == [
        (999_999, "rejected", "not_held")
    ]


def test_a_mail_is_explained_as_text_or_in_base64_L2(api: Any) -> None:
    mail = "From: u@nowhere.org\nTo: s0@us.com\nMessage-ID: <raw@nowhere.org>\n\nHello\n"
    for raw in (mail, base64.b64encode(mail.encode()).decode()):
        (message,) = api.post("explain", {"raw": raw})["messages"]
        assert (message["met"], message["message_id"]) == (False, "raw@nowhere.org")
        assert message["customer"]["reason"] == "unknown_sender"
