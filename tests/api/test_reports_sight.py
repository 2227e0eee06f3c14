"""Whose reports and circles the API tells to whom, what is not found, and what is written down (E8, E11, W3, S5)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_client import ApiClient

from postroom.actions.create_workspace import create_workspace
from postroom.core.audit import CIRCLE_SEEN, REPORT_SEEN, TEAM_SEEN
from postroom.core.metrics import BLOCKS
from postroom.store.models import AuditEntry, User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from circle_world import Circles, asked, last_weeks

OF_A_USER = ("employee", "circle")
SESSION = Callable[[User], ApiClient]


def days() -> dict[str, str]:
    """The weeks that are asked for."""
    return {"start": last_weeks().start.isoformat(), "end": last_weeks().end.isoformat()}


@pytest.fixture
def company(workspace: Workspace) -> dict[str, User]:
    """The boss has a lead, known to some by an alias, and a clerk; below the lead are five who write to one another."""
    circles = Circles(workspace)
    people = {
        "boss": circles.user("boss@us.com", role="Manager"),
        "lead": circles.user(
            "lead@us.com", role="Manager", manager_email="boss@us.com", aliases=("l@us.com",)
        ),
        "clerk": circles.user("clerk@us.com", role="Member", manager_email="boss@us.com", department="Post"),
        "auditor": circles.user("auditor@us.com", role="Administrator"),
    }
    for number in range(5):
        email = f"p{number}@us.com"
        people[f"p{number}"] = circles.user(
            email, role="Member", manager_email="l@us.com", department="Sales"
        )
        circles.had(people[f"p{number}"], people["p0"], given=1)
    return people


def asks(client: ApiClient, report: str, query: str) -> int:
    """The status of a call."""
    status: int = client.call("GET", f"reports/{report}?{query}&{asked()}").status_code
    return status


@pytest.mark.parametrize("report", OF_A_USER)
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("p1", {"p1"}),
        ("clerk", {"clerk"}),
        ("lead", {"lead", "p0", "p1", "p2", "p3", "p4"}),
        ("boss", {"boss", "lead", "clerk", "p0", "p1", "p2", "p3", "p4"}),
        ("auditor", {"auditor", "boss", "lead", "clerk", "p0", "p1", "p2", "p3", "p4"}),
    ],
)
def test_everybody_sees_their_own_managers_those_below_and_report_all_everybodys_E11(
    company: dict[str, User], session_of: SESSION, report: str, who: str, seen: set[str]
) -> None:
    client = session_of(company[who])
    statuses = {name: asks(client, report, f"user={user.email}") for name, user in company.items()}
    assert statuses == {name: 200 if name in seen else 404 for name in company}


def test_a_token_sees_all_with_report_all_and_else_nobody_E11(
    workspace: Workspace, company: dict[str, User], token_for: Callable[..., ApiClient]
) -> None:
    for scope, status in (("report_all", 200), ("report_team", 404), ("admin_access", 404)):
        client = token_for(workspace, scope)
        assert [asks(client, report, "user=p1@us.com") for report in OF_A_USER] == [status] * 2
        assert asks(client, "team", "department=Sales") == status


@pytest.mark.parametrize("report", OF_A_USER)
def test_without_a_user_it_is_oneself_and_a_token_is_nobody_E11(
    workspace: Workspace, company: dict[str, User], session_of: SESSION, api: ApiClient, report: str
) -> None:
    mine = session_of(company["p1"])
    for query in ("", "user=", "user=P1@us.com"):
        got = mine.get(f"reports/{report}?{query}&{asked()}")
        assert (got["user"], got["period"]) == ("p1@us.com", days())
    assert session_of(company["boss"]).get(f"reports/{report}?user=L@US.com")["user"] == "lead@us.com"
    problem = api.answer(422, "GET", f"reports/{report}")
    assert (problem["code"], problem["field"]) == ("user_required", "user")


TEAMS = {
    "manager=boss@us.com": {"boss", "auditor"},
    "manager=l@us.com": {"lead", "boss", "auditor"},
    "department=Sales": {"auditor"},
    "department=Post": {"auditor"},
    "manager=p1@us.com": set(),
    "department=None": set(),
}


@pytest.mark.parametrize("query", TEAMS)
def test_teams_are_told_from_oneself_down_and_departments_with_report_all_E11(
    company: dict[str, User], session_of: SESSION, query: str
) -> None:
    found = {name: asks(session_of(user), "team", query) for name, user in company.items()}
    assert found == {name: 200 if name in TEAMS[query] else 404 for name in company}


def test_a_team_of_fewer_than_five_is_too_few_and_told_nothing_of_E11(
    company: dict[str, User], session_of: SESSION
) -> None:
    assert session_of(company["auditor"]).get(f"reports/team?department=Post&{asked()}") == {
        "manager": None,
        "department": "Post",
        "period": days(),
        "people": None,
        "too_few": True,
        "too_near": False,
        **dict.fromkeys(BLOCKS),
        "weeks": [],
    }


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_another_workspace_has_is_not_found_byte_for_byte_W3(
    workspace: Workspace, company: dict[str, User], api: ApiClient, session_of: SESSION, form: str
) -> None:
    them = Circles(create_workspace("Them", "admin@them.com").workspace)
    for number in range(6):
        them.user(f"t{number}@them.com", manager_email="t9@them.com", department="Their sales")
    them.user("t9@them.com")
    for client in (api, session_of(company["auditor"])):
        answers = [
            client.call("GET", f"reports/{path}&{asked()}&format={form}")
            for path in (
                *("employee?user=t1@them.com", "employee?user=nobody@us.com", "employee?user=nobody"),
                *("circle?user=t1@them.com", "circle?user=nobody@us.com", "circle?user=nobody"),
                *("team?manager=t9@them.com", "team?manager=nobody@us.com", "team?manager=nobody"),
                *("team?department=Their%20sales", "team?department=None"),
            )
        ]
        assert {(a.status_code, a.content, a.headers["Content-Type"]) for a in answers} == {
            (404, answers[0].content, "application/problem+json")
        }
    assert AuditEntry.objects.count() == 0


def test_whom_one_may_not_see_is_not_found_byte_for_byte_and_not_written_down_E11(
    company: dict[str, User], session_of: SESSION
) -> None:
    mine = session_of(company["lead"])
    for path, unknown in (
        ("employee?user=boss@us.com", "employee?user=nobody@us.com"),
        ("circle?user=clerk@us.com", "circle?user=nobody@us.com"),
        ("team?department=Sales", "team?department=None"),
        ("team?manager=boss@us.com", "team?manager=nobody@us.com"),
    ):
        first, second = (mine.call("GET", f"reports/{p}&{asked()}") for p in (path, unknown))
        assert (first.status_code, first.content) == (404, second.content)
    assert AuditEntry.objects.count() == 0


def test_a_period_that_is_none_tells_nothing_of_whom_one_may_not_see_E11(
    company: dict[str, User], session_of: SESSION
) -> None:
    mine = session_of(company["p1"])
    wrong = "start=2026-11-09&end=2026-11-14"
    assert mine.answer(404, "GET", f"reports/employee?user=boss@us.com&{wrong}")["code"] == "not_found"
    assert mine.answer(400, "GET", f"reports/employee?{wrong}")["code"] == "start_not_sunday"


def written() -> list[tuple[str, str, str | None, Any]]:
    """The audit log, the first first."""
    rows = AuditEntry.objects.select_related("user").order_by("pk")
    return [(row.act, row.actor, row.user and row.user.email, row.after) for row in rows]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_that_anothers_was_looked_at_is_written_down_once_a_call_S5(
    workspace: Workspace, company: dict[str, User], session_of: SESSION, api: ApiClient, form: str
) -> None:
    mine = session_of(company["lead"])
    more = f"{asked()}&format={form}"
    for query in ("", "user=lead@us.com&", "user=l@us.com&"):
        mine.call("GET", f"reports/employee?{query}{more}")
        mine.call("GET", f"reports/circle?{query}{more}")
    mine.call("GET", "reports/metrics")
    assert written() == []
    mine.call("GET", f"reports/employee?user=p1@us.com&{more}")
    api.call("GET", f"reports/circle?user=p2@us.com&{more}")
    mine.call("GET", f"reports/team?manager=l@us.com&{more}")
    assert written() == [
        (REPORT_SEEN, "lead@us.com", "p1@us.com", days()),
        (CIRCLE_SEEN, "token:test", "p2@us.com", days()),
        (TEAM_SEEN, "lead@us.com", None, {"team": "manager", "name": "lead@us.com", **days()}),
    ]
    mine_to_see = session_of(company["p1"]).get("my-data/audit")["items"]
    assert [(entry["act"], entry["actor"]) for entry in mine_to_see] == [(REPORT_SEEN, "lead@us.com")]


def test_only_colleagues_who_collect_are_named_in_a_circle_or_a_chart_E8(
    workspace: Workspace, token_for: Callable[..., ApiClient]
) -> None:
    circles = Circles(workspace)
    me = circles.user("me@us.com", manager_email="secret1@us.com")
    secret = [circles.user(f"secret{n}@us.com", consents=False, name="Secret") for n in range(3)]
    named = circles.user("named@us.com", manager_email="me@us.com")
    User.objects.filter(pk=secret[2].pk).update(manager_email="me@us.com")
    for colleague in (*secret[:2], named):
        circles.had(me, colleague, given=2)
    client = token_for(workspace, "report_all")
    got = client.get(f"reports/circle?user=me@us.com&{asked()}")
    assert ([c["user"] for c in got["colleagues"]], got["further"], got["not_named"]) == (
        ["named@us.com"],
        0,
        2,
    )
    assert got["chart"] == [{"user": "named@us.com", "name": "Named", "relation": "report", "strength": 100}]
    assert got["chart_not_named"] is None
    for number in range(3):
        circles.user(f"more{number}@us.com", manager_email="me@us.com", consents=False)
    assert client.get(f"reports/circle?user=me@us.com&{asked()}")["chart_not_named"] == 5
    for form in ("json", "csv"):
        response = client.call("GET", f"reports/circle?user=me@us.com&{asked()}&format={form}")
        assert b"secret" not in response.content.lower()
