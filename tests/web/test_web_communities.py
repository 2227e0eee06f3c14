"""The page of communities: what it says of each, and to whom (E9, E11, E12)."""

from __future__ import annotations

import csv
import io
import json

import pytest
from circle_world import Circles, last_weeks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shelf import text_of

from postroom.actions.find_communities import find_communities
from postroom.store.models import AuditEntry, Login, Role, User, Workspace
from postroom.store.write.communities import put


@pytest.fixture
def circles(workspace: Workspace) -> Circles:
    return Circles(workspace)


def group(circles: Circles, letter: str, count: int, department: str) -> list[User]:
    """Users who each wrote to each other."""
    users = [circles.user(f"{letter}{number:02}@us.com", department=department) for number in range(count)]
    for place, one in enumerate(users):
        for other in users[place + 1 :]:
            circles.had(one, other, 2, 1)
            circles.had(other, one, 1, 2)
    return users


def test_a_community_says_who_binds_it_and_whom_it_reaches_E9(circles: Circles, browser: Client) -> None:
    support, sales = group(circles, "u", 6, "Support"), group(circles, "s", 5, "Sales")
    group(circles, "t", 2, "Sales")
    circles.had(support[0], sales[0], 6)
    circles.had(sales[0], support[0], 0, 6)
    find_communities(circles.workspace)
    said = text_of(browser.get("/reports/communities"))
    assert (
        "1. Support 6 people Within 94 % of what they have with colleagues they have with one another" in said
    )
    assert "Departments Support 6 Bridges 2. Sales , 6 %, most by U00 Members U00 U01 U02" in said
    assert "1 smaller community with 2 people together is not shown" in said


def test_before_the_first_search_that_is_said(browser: Client) -> None:
    assert "Not looked for yet" in text_of(browser.get("/reports/communities"))


def test_where_there_are_none_that_is_said(circles: Circles, browser: Client) -> None:
    group(circles, "u", 4, "Support")
    find_communities(circles.workspace)
    said = text_of(browser.get("/reports/communities"))
    assert "there was no community of five people or more" in said
    assert "1 smaller one is not shown." in said
    assert "U00" not in said


def test_who_does_not_consent_is_named_nowhere_E8(circles: Circles, browser: Client) -> None:
    users = group(circles, "u", 6, "Support")
    find_communities(circles.workspace)
    User.objects.filter(pk=users[3].pk).update(collects_since=None)
    paths = ("", "/export?format=csv", "/export?format=json")
    answers = [browser.get(f"/reports/communities{path}").content.lower() for path in paths]
    assert [(b"u02" in answer, b"u03" in answer) for answer in answers] == [(True, False)] * 3


def test_only_who_sees_all_reports_sees_communities_R1(circles: Circles, as_user) -> None:
    Role.objects.create(
        workspace=circles.workspace, name="All but", permissions=["report_team", "view_engagements"]
    )
    user = circles.user("max@us.com", role="All but")
    user.login = Login.objects.create(email=user.email)
    user.save()
    client = as_user(user)
    paths = ("/reports/communities", "/reports/communities/export")
    assert [client.get(path).status_code for path in paths] == [403, 403]


def test_the_files_name_everybody_E12(circles: Circles, browser: Client) -> None:
    group(circles, "u", 5, "=Support")
    find_communities(circles.workspace)
    table = browser.get("/reports/communities/export?format=csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == {"community": "1", "user": "u00@us.com", "name": "U00", "department": "'=Support"}
    assert len(rows) == 5
    document = json.loads(browser.get("/reports/communities/export").content)
    assert document["communities"] == [
        {
            "community": 1,
            "users": [f"u{number:02}@us.com" for number in range(5)],
            "departments": [{"name": "=Support", "users": 5}],
            "inner_percent": 100,
            "bridges": [],
        }
    ]
    assert browser.get("/reports/communities/export?format=xls").status_code == 404


def test_each_look_is_written_down_once_S5(browser: Client, workspace: Workspace) -> None:
    browser.get("/reports/communities")
    entries = AuditEntry.objects.values_list("act", "actor", "after")
    assert list(entries) == [("team_report_seen", "boss@us.com", {"communities": True})]


def test_many_members_are_folded_and_the_page_stays_small(circles: Circles, browser: Client) -> None:
    members = {
        circles.user(f"u{number}@us.com", department="The department of everything there is to do").pk: (
            number % 8 + 1,
            dict.fromkeys(range(1, 9), 1),
        )
        for number in range(480)
    }
    put(circles.workspace, last_weeks(), "", members)
    User.objects.update(name="Maximiliana-Alexandra von und zu Hohenstein-Oberhuber")
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/reports/communities")
    assert (len(answer.content) < 100_000, len(asked)) == (True, 6)
    assert "48 more" in text_of(answer)
    assert "60 stand in the file." in text_of(answer)


def test_few_members_ask_as_many_questions(circles: Circles, browser: Client) -> None:
    group(circles, "u", 5, "Support")
    find_communities(circles.workspace)
    with CaptureQueriesContext(connection) as asked:
        browser.get("/reports/communities")
    assert len(asked) == 6


def test_a_mixed_community_is_named_after_its_larger_departments_E9(
    circles: Circles, browser: Client
) -> None:
    users = group(circles, "u", 9, "Support")
    for department, some in (("Sales", users[:3]), ("", users[3:4]), ("Finance", users[4:5])):
        User.objects.filter(pk__in=[user.pk for user in some]).update(department=department)
    find_communities(circles.workspace)
    said = text_of(browser.get("/reports/communities"))
    assert "1. Support and Sales 9 people" in said
    assert "Departments Support 4 · Sales 3 · none 1" in said
    assert "Members U00 Sales U01 Sales U02 Sales U03 U04 Finance U05 Support" in said
