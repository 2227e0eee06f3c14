"""The acceptance stories of the upload product and its reports over HTTP: 1, 2, 8 and 9 (section 14)."""

from __future__ import annotations

from typing import Any

import pytest
from api_client import ApiClient
from django.test import Client

from postroom.actions.create_token import create_token
from postroom.actions.create_workspace import create_workspace
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.store.models import User, Workspace

ANN, BEN, CHO = "ann@us.com", "ben@us.com", "cho@us.com"
PASSWORD = "a quiet noon in june"
DATE = "2026-11-16T09:30:00Z"


def mail(id: str, sender: str, *to: str, user: str = ANN, folder: str = "inbox") -> dict[str, Any]:
    """A mail message in fields."""
    record = {"id": id, "user": user, "date": DATE, "folder": folder, "from": {"email": sender}}
    return record | {"to": [{"email": address} for address in to], "subject": "Hello", "text": "Hello."}


def statuses(answer: Any) -> list[str]:
    return [result["status"] for result in answer["results"]]


@pytest.fixture
def office(db: None) -> tuple[Workspace, ApiClient]:
    """A new workspace, and whoever sets it up by an API token."""
    workspace = create_workspace("Story", "boss@us.com", PASSWORD).workspace
    _, secret = create_token(workspace, "setup", ["admin"], actor="command line")
    return workspace, ApiClient(secret)


def a_program(api: ApiClient, name: str) -> tuple[int, ApiClient]:
    """A new source, and a program with its access token."""
    made = api.answer(201, "POST", "sources", {"name": name})
    return made["id"], ApiClient(made["access_token"])


def test_story_1_from_a_new_workspace_to_counted_mail(office: tuple[Workspace, ApiClient]) -> None:
    workspace, api = office
    assert statuses(api.post("organization", {"domains": ["us.com"]})) == ["created"]
    users = {"users": [{"email": ANN, "name": "Ann"}, {"email": BEN}, {"email": CHO}]}
    assert statuses(api.post("users", users)) == ["created"] * 3
    assert statuses(api.post("users", users)) == ["unchanged"] * 3
    assert api.get("users/connected") == {"users": []}

    _, program = a_program(api, "Mail of Ann")
    assert program.get("settings")["organization_domains"] == ["us.com"]
    sent = {
        "messages": [
            mail("1", "kim@customer.example", ANN),
            mail("2", ANN, BEN, "kim@customer.example", folder="sent"),
            mail("3", BEN, ANN),
        ]
    }
    assert statuses(program.post("mail-messages", sent)) == ["held"] * 3
    process_some(workspace.pk)
    assert program.get("uploads")["counts"]["mail"]["held"] == 3

    # Ann says yes on her own page.
    ann = User.objects.get(workspace=workspace, email=ANN)
    link = api.answer(200, "POST", f"users/{ANN}/invitation")["link"]
    browser = Client()
    path = link[link.index("/invitation/") :]
    assert browser.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code in (302, 303)
    ann.refresh_from_db()
    assert ann.login is not None
    browser.force_login(ann.login)
    version = browser.get("/profile/data").context["text_version"]
    said = browser.post("/profile/data/consent", {"collect_passive_data": "on", "text_version": version})
    assert said.status_code in (302, 303)
    process_some(workspace.pk)

    assert program.get("uploads")["counts"]["mail"] == {
        "queued": 0,
        "held": 0,
        "done": 3,
        "skipped": 0,
        "dropped": 0,
        "failed": 0,
    }
    kept = ApiClient(client=browser).get("my-data")["kept"]
    assert kept == [
        {
            "kind": "mail",
            "total": 3,
            "inside": 2,
            "outside": 2,
            "first": DATE,
            "last": DATE,
        }
    ]
    roll_up(workspace)
    report = ApiClient(client=browser).get("reports/employee?start=2026-11-15&end=2026-11-21")
    counted = {
        block: tuple(report[block][name]["value"] for name in ("received_mails", "sent_mails"))
        for block in ("all", "int", "ext")
    }
    assert counted == {"all": (2, 1), "int": (1, 1), "ext": (1, 1)}
    [connected] = api.get("users/connected")["users"]
    assert (connected["email"], connected["name"]) == (ANN, "Ann")


def test_story_2_one_token_revoked_and_the_other_source_goes_on(office: tuple[Workspace, ApiClient]) -> None:
    _, api = office
    api.post("organization", {"domains": ["us.com"]})
    api.post("users", {"users": [{"email": ANN}]})
    first, one = a_program(api, "One")
    _, two = a_program(api, "Two")
    assert statuses(one.post("mail-messages", {"messages": [mail("1", "kim@customer.example", ANN)]})) == [
        "held"
    ]
    [token] = api.get(f"sources/{first}")["tokens"]
    api.answer(204, "DELETE", f"sources/{first}/tokens/{token['id']}")
    refused = one.answer(401, "POST", "mail-messages", {"messages": []})
    assert (
        refused["code"] == ApiClient("ps_never-was").answer(401, "GET", "settings")["code"] == "unauthorized"
    )
    assert statuses(two.post("mail-messages", {"messages": [mail("1", "kim@customer.example", ANN)]})) == [
        "held"
    ]


def test_story_8_internal_mail_is_no_engagement_counts_in_int_and_raises_the_colleague(
    office: tuple[Workspace, ApiClient],
) -> None:
    workspace, api = office
    api.post("organization", {"domains": ["us.com"]})
    users = (ANN, BEN, CHO)
    assert statuses(api.post("users", {"users": [{"email": email} for email in users]})) == ["created"] * 3
    yes = {"users": [{"email": email, "collect_passive_data": True} for email in users]}
    assert statuses(api.answer(200, "PATCH", "users/settings", yes)) == ["updated"] * 3
    weeks = f"user={ANN}&start=2026-11-15&end=2026-11-21"
    made = api.answer(201, "POST", "sources", {"name": "Both", "lenses": ["customer", "people"]})
    program = ApiClient(made["access_token"])

    def upload(*mails: dict[str, Any]) -> None:
        assert statuses(program.post("mail-messages", {"messages": list(mails)})) == ["queued"] * len(mails)
        process_some(workspace.pk)
        roll_up(workspace)

    def internal() -> tuple[int, list[str]]:
        report = api.get(f"reports/employee?{weeks}")
        circle = api.get(f"reports/circle?{weeks}")
        return report["int"]["received_mails"]["value"], [c["user"] for c in circle["colleagues"]]

    upload(mail("1", CHO, ANN), mail("2", CHO, ANN) | {"date": "2026-11-16T09:31:00Z"}, mail("3", BEN, ANN))
    assert internal() == (3, [CHO, BEN])
    upload(
        mail("4", BEN, ANN) | {"date": "2026-11-16T09:32:00Z"},
        mail("5", BEN, ANN) | {"date": "2026-11-16T09:33:00Z"},
    )
    assert internal() == (5, [BEN, CHO])
    assert api.get("engagements")["items"] == []


def test_story_9_settings_are_absent_and_forbidden_without_admin_access(
    office: tuple[Workspace, ApiClient],
) -> None:
    workspace, api = office
    api.post("users", {"users": [{"email": ANN, "role": "Member"}]})
    link = api.answer(200, "POST", f"users/{ANN}/invitation")["link"]
    browser = Client()
    browser.post(link[link.index("/invitation/") :], {"password": PASSWORD, "again": PASSWORD})
    ann = User.objects.get(workspace=workspace, email=ANN)
    assert ann.login is not None
    browser.force_login(ann.login)
    menu = browser.get("/").content.decode()
    for page in ("organization", "users", "roles", "sources", "api-tokens", "collecting", "blocklist"):
        assert f'href="/settings/{page}"' not in menu
        assert browser.get(f"/settings/{page}").status_code == 403
    for route in ("organization", "users", "roles", "sources", "api-tokens"):
        assert ApiClient(client=browser).answer(403, "GET", route)["code"] == "forbidden"
