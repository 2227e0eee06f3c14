"""Team pages: medians of five people or more, never what tells about fewer, and to whom they are told (E11)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from circle_world import Circles, asked, last_weeks
from django.test import Client
from shelf import Shelf, a_shelf, another_workspace, text_of
from team_world import team, teams_of, week

from postroom.core.metrics import ALL, BLOCKS, EXT, INT, METRICS
from postroom.store.models import AuditEntry, RollUp, User

AsUser = Callable[[User], Client]

SALES = "/reports/teams/department?of=Sales"


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
