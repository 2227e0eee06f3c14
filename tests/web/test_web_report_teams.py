"""Team pages: medians of five people or more, never what tells about fewer, and to whom they are told (E11)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from struct import pack
from typing import Any

import pytest
from circle_world import Circles, asked, last_weeks
from django.test import Client
from shelf import ACTOR, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.create_role import create_role
from postroom.core.metrics import ALL, BLOCKS, EXT, FIGURES, INT, METRICS
from postroom.store.models import AuditEntry, RollUp, User

AsUser = Callable[[User], Client]

NO_DAYS = pack("<63i", *[-1] * 63)
SALES = "/reports/teams/department?of=Sales"


def week(user: User, weeks_ago: int = 0, **figures: dict[str, int]) -> None:
    """Figures of one of the last whole weeks, by block; what is not said is 0, or no value."""
    counts = {"received_mails", "answered_mails", "sent_mails", "responses", "active_days"}
    counts |= {name for name in FIGURES if name.startswith(("received_", "sent_"))} | {"calls", "meetings"}
    values = [
        figures.get(block, {}).get(name, 0 if name in counts else -1) for block in BLOCKS for name in FIGURES
    ]
    RollUp.objects.create(
        user=user,
        sunday=last_weeks().last - 6 - 7 * weeks_ago,
        figures=pack(f"<{len(values)}i", *values),
        days=NO_DAYS,
        pairs=b"",
    )


def team(shelf: Shelf, people: int = 5, *, at: str = "p", **attributes: Any) -> list[User]:
    """Users who consent, of Sales unless said otherwise, of whom the number n sent n mails in the last week."""
    attributes = {"department": "Sales"} | attributes
    circles = Circles(shelf.workspace)
    made = [circles.user(f"{at}{number}@us.com", **attributes) for number in range(people)]
    for number, user in enumerate(made):
        sent = {"sent_mails": number + 1}
        week(user, all=sent | {"responses": 1, "response_time": 600 * (number + 1)}, int=sent)
    return made


def teams_of(client: Client, query: str = "") -> list[tuple[str, int | None]]:
    rows = client.get(f"/reports/teams{query}").context["rows"]
    return [(row.team.name, row.team.people if row.team.is_told else None) for row in rows]


def medians(answer: Any, block: str) -> dict[str, tuple[str, str]]:
    [found] = [one for one in answer.context["blocks"] if one["name"] == block]
    return {row.name: tuple(row.cell) for _, rows in found["parts"] for row in rows}


def test_a_team_shows_medians_and_of_how_many_people_each_is_E11(shelf: Shelf, browser: Client) -> None:
    team(shelf)
    answer = browser.get(SALES)
    everything, inside, outside = (medians(answer, block) for block in (ALL, INT, EXT))
    assert (everything["sent_mails"], inside["sent_mails"]) == (("3", "of 5"), ("3", "of 5"))
    assert everything["response_time"] == ("30\u202fmin", "of 5")
    assert outside["sent_mails"] == ("0", "of 5")
    assert outside["response_time"] == everything["day_start"] == ("—", "")
    assert "Medians of 5 people who consented" in text_of(answer)
    assert "INT: Number of sent emails 3 of 5" in text_of(answer)


def test_no_page_of_a_team_names_anybody_of_it_E11(shelf: Shelf, browser: Client) -> None:
    people = team(shelf, manager_email="s1@us.com")
    sam = User.objects.get(email="s1@us.com")
    for path in (SALES, f"/reports/teams/manager?of={sam.pk}", "/reports/teams"):
        body = browser.get(path).content.decode()
        assert [user.email for user in people if user.email in body or f">{user.name}<" in body] == []


def test_the_middle_of_an_even_number_of_people_lies_between_two_E11(shelf: Shelf, browser: Client) -> None:
    team(shelf, 6)
    assert medians(browser.get(SALES), ALL)["sent_mails"] == ("3.5", "of 6")


def test_four_people_are_too_few_and_that_is_said_E11(shelf: Shelf, browser: Client) -> None:
    team(shelf, 4)
    Circles(shelf.workspace).user("silent@us.com", department="Sales", consents=False)
    answer = browser.get(SALES)
    assert "Too few Fewer than 5 people of this team consented." in text_of(answer)
    assert "blocks" not in answer.context
    assert teams_of(browser) == [("Sales", None)]


def test_a_team_too_near_another_is_not_told_and_why_E11(shelf: Shelf, browser: Client) -> None:
    team(shelf, 6, manager_email="s1@us.com")
    team(shelf, 1, at="q")
    answer = browser.get(SALES)
    assert "fewer than 5 people are in one of them and not in the other" in text_of(answer)
    assert "Sales Department too near another" in text_of(browser.get("/reports/teams"))
    assert "blocks" not in answer.context
    assert teams_of(browser) == [("s1@us.com", 6), ("Sales", None)]


def test_a_median_of_fewer_than_five_people_is_not_told_nor_of_how_many_it_would_be_E11(
    shelf: Shelf, browser: Client
) -> None:
    people = team(shelf)
    RollUp.objects.filter(user=people[0]).delete()
    answer = browser.get(SALES)
    assert medians(answer, ALL)["sent_mails"] == medians(answer, ALL)["day_start"] == ("—", "")
    assert "INT: Number of sent emails — too few" in text_of(answer)
    assert "— too few, over these weeks" in text_of(answer)
    told = browser.get(f"{SALES.replace('?', '/export?')}&format=json").json()
    assert told["all"]["sent_mails"] == told["all"]["day_start"] == {"value": None, "count": None}


def test_the_weeks_stand_below_and_can_be_opened_by_metric_and_block_E11(
    shelf: Shelf, browser: Client
) -> None:
    for number, user in enumerate(team(shelf)):
        week(user, 1, all={"sent_mails": 10 + number})
    answer = browser.get(f"{SALES}&metric=sent_mails&block=all")
    place = [metric.name for metric in METRICS].index("sent_mails")
    assert [tuple(cells[place]) for _, cells in answer.context["weeks"]] == [
        ("3", "of 5"),
        ("12", "of 5"),
        ("—", ""),
        ("—", ""),
    ]
    assert (answer.context["title"], tuple(answer.context["cell"])) == (
        "Number of sent emails",
        ("15", "of 5"),
    )
    inside = browser.get(f"{SALES}&metric=sent_mails&block=int")
    assert inside.context["title"] == "INT: Number of sent emails"
    assert "All medians of INT in the weeks as a table" in text_of(inside)
    assert re.findall(r'aria-current="true">(\w+)</a>', inside.content.decode()) == ["INT"]
    assert [browser.get(f"{SALES}&{query}").status_code for query in ("metric=no", "block=no")] == [404, 404]


def test_weeks_that_are_none_are_said_and_nothing_is_looked_for_E7(shelf: Shelf, browser: Client) -> None:
    team(shelf)
    answer = browser.get(f"{SALES}&start=2026-01-05&end=2026-01-10")
    assert (answer.status_code, "found" in answer.context) == (422, False)
    assert "Weeks begin on a Sunday; this is a Monday." in text_of(answer)


def test_who_looked_at_a_team_is_written_down_and_a_list_is_not_S5(shelf: Shelf, browser: Client) -> None:
    team(shelf)
    browser.get("/reports/teams")
    assert not AuditEntry.objects.filter(act="team_report_seen").exists()
    browser.get(f"{SALES}&{asked()}")
    [entry] = AuditEntry.objects.filter(act="team_report_seen")
    assert (entry.actor, entry.user, entry.after) == (
        "boss@us.com",
        None,
        {
            "team": "department",
            "name": "Sales",
            "start": last_weeks().start.isoformat(),
            "end": last_weeks().end.isoformat(),
        },
    )


def test_a_team_is_handed_out_as_csv_and_json_E12(shelf: Shelf, browser: Client) -> None:
    team(shelf)
    where = f"/reports/teams/department/export?of=Sales&{asked()}"
    document = browser.get(f"{where}&format=json").json()
    assert (document["department"], document["people"], len(document["weeks"])) == ("Sales", 5, 4)
    assert document["all"]["sent_mails"] == {"value": 3.0, "count": 5}
    answer = browser.get(f"{where}&format=csv")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="team-department-{last_weeks().start}-{last_weeks().end}.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 4 * len(BLOCKS) * len(METRICS)
    sent = [row for row in rows if (row["block"], row["metric"]) == ("all", "sent_mails")]
    assert [(row["value"], row["count"]) for row in sent][-1] == ("3.0", "5")
    assert browser.get(f"{where}&format=xml").status_code == 404


def test_with_team_reports_one_asks_for_the_people_below_oneself_alone_E11(
    shelf: Shelf, as_user: AsUser
) -> None:
    circles = Circles(shelf.workspace)
    lead, other = circles.user("lead@us.com", manager_email="m@us.com"), circles.user("other@us.com")
    team(shelf, 5, manager_email="lead@us.com")
    team(shelf, 5, at="q", manager_email="other@us.com")
    manager = shelf.user("Manager", "m@us.com")
    client = as_user(manager)
    assert teams_of(client) == [("lead@us.com", None), ("m@us.com", 6)]
    paths = [f"/reports/teams/manager?of={user.pk}" for user in (lead, manager, other)]
    assert [client.get(path).status_code for path in paths] == [200, 200, 404]
    assert client.get(SALES).status_code == 404
    assert "Below you" in text_of(client.get("/reports/teams"))


def test_a_team_of_another_workspace_is_not_known_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    team(theirs, department="Theirs", manager_email="s1@us.com")
    sam = User.objects.get(workspace=theirs.workspace, email="s1@us.com")
    paths = (
        f"manager?of={sam.pk}",
        "department?of=Theirs",
        "department?of=None",
        "department",
        "manager?of=x",
        "group?of=x",
    )
    answers = [browser.get(f"/reports/teams/{path}") for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert len({answer.content for answer in answers}) == 1
    assert teams_of(browser) == []


def test_without_a_permission_for_reports_teams_are_closed_R3(shelf: Shelf, as_user: AsUser) -> None:
    team(shelf)
    client = as_user(shelf.user("Viewer"))
    export = SALES.replace("?", "/export?")
    answers = [client.get(path) for path in ("/reports/teams", SALES, export)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "report_team" in text_of(answers[0])


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


@pytest.mark.parametrize("people", [6, 30])
def test_a_team_asks_the_same_number_of_questions_however_many_it_has(
    shelf: Shelf, browser: Client, django_assert_num_queries, people: int
) -> None:
    team(shelf, people)
    with django_assert_num_queries(9):
        answer = browser.get(f"{SALES}&{asked()}")
    assert answer.context["found"].people == people


def test_a_year_of_a_team_stays_a_small_page_E12(shelf: Shelf, browser: Client) -> None:
    for user in team(shelf):
        for weeks_ago in range(1, 52):
            week(user, weeks_ago, all={"sent_mails": 1_000 + weeks_ago})
    chosen = browser.get(SALES).context["chosen"]
    [year] = [way.query for way in chosen.presets if way.title == "A year"]
    answer = browser.get(f"{SALES}&{year[1:]}")
    assert (answer.status_code, len(answer.context["weeks"]), answer.context["weeks_left_out"]) == (
        200,
        26,
        26,
    )
    assert len(answer.content) < 100_000


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
