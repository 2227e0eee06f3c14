"""The list of teams: which there are, what of each is told, and that each opens (E11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from circle_world import Circles
from django.test import Client
from shelf import ACTOR, Shelf, text_of
from team_world import team, teams_of

from postroom.actions.create_role import create_role
from postroom.store.models import User

AsUser = Callable[[User], Client]


def test_teams_are_found_and_narrowed_E11(shelf: Shelf, as_user: AsUser) -> None:
    create_role(shelf.workspace, {"name": "Council", "permissions": ["report_all"]}, actor=ACTOR)
    client = as_user(shelf.user("Council", "c@us.com"))
    team(shelf, 1, manager_email="s1@us.com", department="R&D/Lab")
    team(shelf, 1, at="q", department="Office")
    found = {query: [name for name, _ in teams_of(client, query)] for query in ("?q=sam", "?q=off", "?q=no")}
    assert found == {"?q=sam": ["s1@us.com"], "?q=off": ["Office"], "?q=no": []}
    assert [name for name, _ in teams_of(client, "?show=department")] == ["Office", "R&D/Lab"]
    assert [name for name, _ in teams_of(client, "?show=manager")] == ["s1@us.com"]
    assert client.get("/reports/teams?show=nonsense").status_code == 404


@pytest.mark.parametrize("name", ["R&D/Lab", "..", ".", "a/../b", "50 %?#", "ü+ö"])
def test_a_department_of_any_name_opens_E11(shelf: Shelf, browser: Client, name: str) -> None:
    team(shelf, department=name)
    page = browser.get("/reports/teams").content.decode()
    [link] = re.findall(r'href="(/reports/teams/department[^"]*)"', page)
    opened = browser.get(unescape(link))
    assert (opened.context["name"], opened.context["found"].people) == (name, 5)
    links = re.findall(r'href="([^"]*metric=sent_mails[^"]*)"', opened.content.decode())
    assert browser.get(f"/reports/teams/department{unescape(links[0])}").context["name"] == name
    [file] = re.findall(r'href="([^"]*format=json)"', opened.content.decode())
    assert browser.get(unescape(file)).json()["department"] == name
    assert 'name="of"' in opened.content.decode()


def test_a_team_that_is_too_few_is_no_link_and_one_too_near_tells_why_E11(
    shelf: Shelf, browser: Client
) -> None:
    team(shelf, 4, department="Few")
    team(shelf, 6, at="q", manager_email="s1@us.com")
    team(shelf, 1, at="r")
    page = browser.get("/reports/teams").content.decode()
    assert re.findall(r'href="/reports/teams/department([^"]*)"', page) == ["?of=Sales"]
    assert "Few Department too few" in text_of(browser.get("/reports/teams"))


def test_a_long_list_of_teams_goes_on_without_loss_or_repeat(shelf: Shelf, browser: Client) -> None:
    circles = Circles(shelf.workspace)
    for number in range(65):
        circles.user(f"u{number}@us.com", department=f"Department {number:02}")
    seen, query = [], ""
    while query is not None:
        answer = browser.get(f"/reports/teams?{query}")
        seen += [row.team.name for row in answer.context["rows"]]
        more = answer.context["more"]
        query = f"before={more}" if more else None
    assert seen == [f"Department {number:02}" for number in range(65)]


@pytest.mark.parametrize("teams", [1, 30])
def test_the_list_asks_the_same_number_of_questions_however_many_teams_there_are(
    shelf: Shelf, browser: Client, django_assert_num_queries, teams: int
) -> None:
    circles = Circles(shelf.workspace)
    for number in range(teams):
        circles.user(f"lead{number}@us.com")
        circles.user(f"u{number}@us.com", manager_email=f"lead{number}@us.com")
    with django_assert_num_queries(7):
        assert len(teams_of(browser)) == teams
