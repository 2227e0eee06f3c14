"""The OpenAPI document and the page made of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from postroom.api.access import ROUTES, is_done_once
from postroom.web.security import CSP

OPERATIONS = {
    "addAccounts", "addActivities", "addBlocklist", "addChatMessages", "addChatReactions", "addExcludedAddresses",
    "addInternalAddresses", "addMailFolderStatistics", "addMailMessages", "addOrganization", "addPersons",
    "addSource", "addUsers", "applyDefaultSyncedLabels", "cancelJob", "changeAccount", "changeDefaultSyncedLabels",
    "changeMailbox", "changePerson", "changeRole", "changeSource", "changeUser", "checkMailboxSource",
    "connectAllMailboxes", "createApiToken", "createRole", "deleteAccount", "deleteActivity", "deleteChatMessage",
    "deleteChatReaction", "deleteEngagement", "deleteMailMessage", "deletePerson", "deleteRole",
    "disconnectAllMailboxes", "explain", "exportMyData", "forgetMyData", "getAccount", "getConnectedUsers",
    "getCircle", "getDefaultSyncedLabels", "getEmployeeReport", "getEngagement", "getJob", "getMailbox",
    "getMailboxSource", "getMyData",
    "getOrganization", "getPerson", "getReportMetrics", "getRole", "getSettings", "getSource", "getTeamReport",
    "getUploads", "getUser", "getVisibility",
    "inviteUser", "listAccessTokens", "listAccounts", "listApiTokens", "listAudit", "listBlocklist", "listDecisions",
    "listEngagements", "listJobs", "listLabels", "listMailboxSources", "listMailboxes", "listMyAudit", "listPersons",
    "listRoles", "listSetAside", "listSources", "listUsers", "narrowEngagement", "previewDefaultSyncedLabels",
    "reconsiderDecisions", "releaseDecisions", "removeBlocklist", "removeExcludedAddress", "removeInternalAddress",
    "removeOrganizationDomain", "retryJob", "retrySetAside", "revokeAccessToken", "revokeApiToken",
    "rotateAccessToken", "selectLabel", "setMyConsent", "setUpMailboxSource", "setVisibility", "summariseDecisions",
    "undoJob", "updateUserSettings",
}  # fmt: skip
OF_A_PERIOD = {"getEmployeeReport", "getTeamReport", "getCircle"}


@pytest.fixture
def document() -> Any:
    response = Client().get("/api/v1/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    return json.loads(response.content)


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [(p, m, operation) for p, of in document["paths"].items() for m, operation in of.items()]


@pytest.mark.django_db
def test_every_operation_has_a_stable_id_a_summary_and_its_errors(document: Any) -> None:
    found = operations(document)
    assert {operation["operationId"] for _, _, operation in found} == OPERATIONS
    assert len(found) == len(OPERATIONS)
    for path, method, operation in found:
        access = ROUTES[path.removeprefix("/api/v1/")][method.upper()]
        assert operation["summary"] and operation["description"] and operation["tags"]
        assert operation["x-permission"] == access.permission
        expected = {"401", "403", "405", "422", "429", "500", "503"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"400"} if any(p["name"] == "cursor" for p in operation["parameters"]) else set()
        expected |= {"400", "404"} if operation["operationId"] in OF_A_PERIOD else set()
        expected |= {"400", "408", "413", "415"} if access.max_bytes else set()
        expected |= {"409"} if is_done_once(path.removeprefix("/api/v1/"), method.upper()) else set()
        errors = {status for status in operation["responses"] if status >= "400"}
        assert (path, errors) == (path, expected)


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_runs_under_the_policy(document: Any) -> None:
    response = Client().get("/api/v1/docs")
    page = response.content.decode()
    assert len(Client().get("/api/v1/docs", headers={"Accept-Encoding": "gzip"}).content) < 50_000
    assert response.headers["Content-Security-Policy"] == CSP
    assert set(re.findall(r'<details class="card" id="(\w+)"', page)) == OPERATIONS
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://", page) == []
    assert re.findall(r'(?:src|href)="([^"#]+)"', page) == ["data:,", "docs.css", "docs.js", "openapi.json"]
    for name, kind in [
        ("docs.css", "text/css; charset=utf-8"),
        ("docs.js", "text/javascript; charset=utf-8"),
    ]:
        file = Client().get(f"/api/v1/{name}")
        assert (file.status_code, file.headers["Content-Type"]) == (200, kind)
