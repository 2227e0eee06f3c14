"""Every way a call fails is a problem with a stable code, and says nothing of what was sent."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.test import RequestFactory

from postroom.actions.rejection import REJECTIONS, WARNINGS
from postroom.api import rate
from postroom.api.access import PUBLIC, ROUTES
from postroom.api.door import unknown_route
from postroom.api.errors import PROBLEMS, Problem, answer_to
from postroom.config import config
from postroom.core.permissions import OF_NOBODY, PERMISSIONS

MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


def problem(code: str, field: str | None = None, detail: str = "") -> dict[str, Any]:
    kind = PROBLEMS.get(code)
    said = {
        "type": f"/api/v1/docs#{code}",
        "title": kind.title if kind else "Rejected",
        "status": kind.status if kind else 422,
        "code": code,
        "detail": detail or (kind.detail if kind else REJECTIONS[code]),
    }
    return said | ({"field": field} if field else {})


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer pr_wrong", "Basic YTpi", "Bearer \u00e9", "pr_x"]
)
def test_whatever_is_wrong_with_the_token_the_answer_is_the_same_K2(
    api: Any, nobody: Any, header: str | None
) -> None:
    response = nobody.call("GET", "accounts", headers={} if header is None else {"Authorization": header})
    assert (response.status_code, json.loads(response.content)) == (401, problem("unauthorized"))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_gets_the_same_answer_K2(workspace: Any, api: Any) -> None:
    workspace.api_tokens.update(revoked_at="2026-01-01T00:00:00Z")
    assert api.answer(401, "GET", "accounts") == problem("unauthorized")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (" ", "is no JSON document: see line 1, column 2."),
        ("{", "is no JSON document: see line 1, column 2."),
        ("nonsense", "is no JSON document: see line 1, column 1."),
        ('{"users": [\n  {"email": canary}]}', "is no JSON document: see line 2, column 13."),
        (b'{"users": \xff\xfe', "is not in UTF-8: see byte 11."),
        ('{"users": NaN}', ""),
        ('{"users": [], "users": []}', "has an object in which a field stands twice."),
        ("[" * 100_000, ""),
        ('{"users": [' + "9" * 5000 + "]}", ""),
    ],
)
def test_what_is_no_json_is_malformed_and_where(api: Any, body: Any, where: str) -> None:
    detail = f"The body {where}" if where else ""
    assert api.answer(400, "POST", "users", body) == problem("malformed_json", detail=detail)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({}, "users", "It is missing."),
        ({"users": {}}, "users", "It must be a list."),
        ({"users": [], "workspace": 2}, "workspace", "There is no such field."),
        ({"users": [], "field \u00e9": 2}, "field ?", "There is no such field."),
        ({"users": [], "\ud800": 2}, None, ""),
        ({"users": "no list"}, "users", "It must be a list."),
        ([], None, "It must be an object."),
        (None, None, "It must be an object."),
    ],
)
def test_a_wrong_form_is_named_by_the_callers_field(
    api: Any, body: Any, field: str | None, says: str
) -> None:
    assert api.answer(422, "POST", "users", json.dumps(body)) == problem("invalid", field, says)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"name": 1}, "name", "It must be a text."),
        ({"name": "x", "scopes": {}}, "scopes", "It must be a list."),
        ({"name": "x", "scopes": [1]}, "scopes.0", "It must be a text."),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_the_right_one(api: Any, body: Any, field: str, says: str) -> None:
    assert api.answer(422, "POST", "api-tokens", body) == problem("invalid", field, says)


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("engagements?limit=0", "limit", "It must be 1 or more."),
        ("engagements?limit=201", "limit", "It must be 200 or less."),
        ("engagements?account=x", "account", "It must be a whole number."),
        ("decisions?lens=none", "lens", "It must be 'customer' or 'people'."),
        ("engagements?acount=1", "acount", "There is no such parameter."),
        ("organization?q=1", "q", "There is no such parameter."),
        ("engagements?limit=5&limit=6", "limit", "The parameter is given twice."),
    ],
)
def test_a_wrong_filter_is_named(api: Any, query: str, field: str, says: str) -> None:
    assert api.answer(422, "GET", query) == problem("invalid", field, says)


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("engagements?since=yesterday", "time_invalid", "since"),
        ("decisions?since=2026-13-01", "time_invalid", "since"),
        ("engagements?user=%00", "text_invalid", "user"),
        ("engagements?q=%00", "text_invalid", "q"),
        ("decisions?source=" + "x" * 30, "too_long", "source"),
        ("decisions?reason=bogus", "reason_unknown", "reason"),
        ("decisions?reason=unparsable", "reason_unknown", "reason"),
    ],
)
def test_a_filter_of_the_wrong_form_is_named(api: Any, query: str, code: str, field: str) -> None:
    assert api.answer(422, "GET", query) == problem(code, field)


@pytest.mark.parametrize("cursor", ["x", "WzFd:1:x", "0", "%00", "é"])
def test_a_cursor_that_was_not_given_out_is_refused(api: Any, cursor: str) -> None:
    assert api.answer(400, "GET", f"accounts?cursor={cursor}") == problem("invalid_cursor", "cursor")


def test_a_wrong_method_says_what_may_be_done(api: Any) -> None:
    response = api.call("PUT", "accounts/1")
    assert (response.status_code, json.loads(response.content)) == (405, problem("method_not_allowed"))
    assert response.headers["Allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize("path", ["nothing", "accounts/", "accounts/1/x", "../v2/accounts"])
def test_a_path_that_is_no_route_says_so(api: Any, path: str) -> None:
    assert api.answer(404, "GET", path) == problem("no_route")


@pytest.mark.parametrize("path", ["accounts/9999", "accounts/x", "users/%00", "users/no@acme.com"])
def test_what_is_not_there_is_not_found(api: Any, path: str) -> None:
    assert api.answer(404, "GET", path) == problem("not_found")


def test_more_than_a_thousand_records_are_refused_whole(api: Any) -> None:
    records = [{"email": f"s{n}@us.com"} for n in range(1001)]
    assert api.answer(413, "POST", "users", {"users": records}) == problem("too_many_items")
    assert len(api.post("users", {"users": records[:1000]})["results"]) == 1000


def test_a_body_that_is_too_large_is_refused_by_its_length_alone(api: Any) -> None:
    for path, max_bytes in [("users", 10 * 2**20), ("explain", 35 * 2**20 * 4 // 3 + 2**20)]:
        answer = api.answer(413, "POST", path, "{}", CONTENT_LENGTH=str(max_bytes + 1))
        assert answer == problem("too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_only_json_is_taken(api: Any, kind: str) -> None:
    answer = api.answer(415, "POST", "users", '{"users": []}', content_type=kind)
    detail = "Send application/json, and say so in Content-Type."
    assert answer == problem("unsupported_media_type", detail=detail)


def test_too_many_calls_are_told_when_to_come_back(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config(), "calls_per_minute", 3)
    rate.count_call(("token", 0), now=119)
    for _ in range(3):
        rate.count_call(("token", 0), now=120)
    with pytest.raises(Problem) as refusal:
        rate.count_call(("token", 0), now=139.5)
    assert (refusal.value.code, refusal.value.headers) == ("too_many_calls", {"Retry-After": "41"})
    rate.count_call(("token", 0), now=180)
    rate.count_call(("token", 1), now=139.5)
    response = answer_to(RequestFactory().get("/"), refusal.value)
    assert (response.status_code, response["Retry-After"]) == (429, "41")


def raised(error: sqlite3.Error, name: str) -> DatabaseError:
    error.sqlite_errorname = name  # type: ignore[misc]
    ours = OperationalError("text of a query with k@acme.com")
    ours.__cause__ = error
    return ours


@pytest.mark.parametrize(
    ("name", "code", "wait"),
    [
        ("SQLITE_BUSY", "busy", "5"),
        ("SQLITE_BUSY_SNAPSHOT", "busy", "5"),
        ("SQLITE_FULL", "storage_full", "60"),
        ("SQLITE_IOERR_WRITE", "storage_full", "60"),
        ("SQLITE_CORRUPT", "internal", None),
    ],
)
def test_trouble_with_the_database_is_told_apart(name: str, code: str, wait: str | None) -> None:
    response = answer_to(RequestFactory().get("/"), raised(sqlite3.OperationalError("x"), name))
    assert json.loads(response.content) == problem(code)
    assert response.headers.get("Retry-After") == wait


def test_an_error_of_our_own_says_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise RuntimeError("k@acme.com")
    except RuntimeError as error:
        response = answer_to(RequestFactory().get("/api/v1/users/k@acme.com"), error)
    assert json.loads(response.content) == problem("internal")
    [logged] = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(r"RuntimeError in test_api_problems\.py:\d+", logged)


def test_no_address_reaches_the_log_S7(api: Any, nobody: Any, caplog: pytest.LogCaptureFixture) -> None:
    api.answer(404, "GET", "users/canary@acme.com")
    nobody.answer(401, "GET", "users/canary@acme.com")
    api.answer(405, "PUT", "users/canary@acme.com")
    api.answer(404, "GET", "nothing/canary@acme.com")
    assert [record.getMessage() for record in caplog.records] == []


def test_an_unknown_route_needs_no_database() -> None:
    response = unknown_route(RequestFactory().post("/api/v2/x"))
    assert json.loads(response.content) == problem("no_route")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of the manual's page, without its two head rows."""
    part = MANUAL.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_manual_lists_every_code() -> None:
    assert rows("Codes of problems") == [
        [code, str(kind.status), kind.detail] for code, kind in sorted(PROBLEMS.items())
    ]


def test_the_manual_lists_every_reason_and_warning() -> None:
    assert rows("Reasons of rejected records") == [[code, says] for code, says in sorted(REJECTIONS.items())]
    assert rows("Warnings of records") == [[code, says] for code, says in sorted(WARNINGS.items())]


def test_the_manual_lists_every_route_with_its_permission() -> None:
    assert rows("Routes and permissions") == [
        [method, f"/api/v1/{route}", access.permission or "none"]
        for route, methods in ROUTES.items()
        for method, access in methods.items()
        if route
    ]


def test_every_permission_is_a_scope_of_the_manual() -> None:
    assert rows("Scopes") == [
        ["admin", "Everything"],
        *([name, what] for name, what in (PERMISSIONS | OF_NOBODY).items()),
    ]


def test_public_routes_are_few() -> None:
    public = [route for route, methods in ROUTES.items() if methods.get("GET", ("x",))[0] == PUBLIC]
    assert public == ["", "openapi.json", "docs", "docs.css", "docs.js"]
