"""Reports over the API: the examples of the document, CSV, definitions, and how many queries (E1-E12)."""

from __future__ import annotations

import csv
import io
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from api_client import ApiClient
from django.db import connection
from django.test.utils import CaptureQueriesContext
from report_office import ANA, BEN, CLEO, WEEK, an_office, mail

from postroom.actions.process_uploads import process_some
from postroom.actions.report_csv import CIRCLE_COLUMNS, REPORT_COLUMNS
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.api.examples_reports import OWN_CIRCLE, REPORT, TOO_FEW
from postroom.core.job_kinds import RELEASE
from postroom.core.metrics import BLOCKS, METRICS, OVER_WEEKS, UNITS, VERSION, title_of
from postroom.core.weeks import date_of, today_in, weeks_until
from postroom.store.models import User, Workspace
from postroom.store.write.jobs import ask_for

sys.path.insert(0, str(Path(__file__).parents[1]))
from circle_world import Circles, asked


@pytest.fixture
def office(workspace: Workspace, upload: ApiClient) -> Workspace:
    return an_office(workspace, upload)


def rows(client: ApiClient, path: str) -> list[list[str]]:
    """The cells of an answer in CSV."""
    response = client.call("GET", path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(io.StringIO(response.content.decode(), newline="")))


def test_the_examples_of_the_document_are_answered_E1_E8_E11(office: Workspace, api: ApiClient) -> None:
    for path, example in (
        (f"employee?user={ANA}", REPORT),
        (f"team?manager={CLEO}", TOO_FEW),
        (f"circle?user={ANA}", OWN_CIRCLE),
    ):
        got = api.get(f"reports/{path}&{WEEK}")
        assert got == example
        assert list(got) == list(example)


def test_a_document_of_two_weeks_tells_each_and_both_E7(office: Workspace, api: ApiClient) -> None:
    got = api.get(f"reports/employee?user={ANA}&start=2026-11-01&end=2026-11-14")
    nothing = {metric.name: {"value": None, "count": None} for metric in METRICS}
    assert got["weeks"] == [
        {"start": "2026-11-01", "end": "2026-11-07", **dict.fromkeys(BLOCKS, nothing)},
        REPORT["weeks"][0],
    ]
    assert {block: got[block] for block in BLOCKS} == {block: REPORT[block] for block in BLOCKS}


def test_what_waits_to_be_rolled_up_is_said(office: Workspace, upload: ApiClient, api: ApiClient) -> None:
    late = mail("5", "2026-11-11T09:00:00Z", ANA, BEN)
    assert upload.post("mail-messages", {"messages": [late]})["accepted"] == 1
    process_some(office.pk)
    got = api.get(f"reports/employee?user={ANA}&{WEEK}")
    assert (got["recomputing"], got["all"]["sent_mails"]) == (True, {"value": 2, "count": 2})
    roll_up(office)
    got = api.get(f"reports/employee?user={ANA}&{WEEK}")
    assert (got["recomputing"], got["all"]["sent_mails"]) == (False, {"value": 3, "count": 3})


def test_what_was_held_and_is_on_its_way_is_said_P4(
    office: Workspace, upload: ApiClient, api: ApiClient
) -> None:
    cleo = User.objects.get(email=CLEO)
    sent = {
        "id": "6",
        "user": CLEO,
        "date": "2026-11-11T09:00:00Z",
        "folder": "sent",
        "from": CLEO,
        "to": [BEN],
    }
    assert upload.post("mail-messages", {"messages": [sent]})["results"][0]["status"] == "held"
    set_consent(office, [(cleo, True)], actor=CLEO, how="own page")

    def told() -> tuple[bool, bool, int | None]:
        report = api.get(f"reports/employee?user={CLEO}&{WEEK}")
        circle = api.get(f"reports/circle?user={CLEO}&{WEEK}")
        return report["recomputing"], circle["recomputing"], report["all"]["sent_mails"]["value"]

    assert told() == (True, True, None)
    process_some(office.pk)
    assert told() == (True, True, None)
    roll_up(office)
    assert told() == (False, False, 1)
    # What was imported is released by a job.
    job = ask_for(office, RELEASE, {"user": cleo.pk}, CLEO)
    assert told() == (True, True, 1)
    job.state = "done"
    job.save()
    assert told() == (False, False, 1)


def test_of_whom_nothing_is_collected_nothing_is_told_P1(office: Workspace, api: ApiClient) -> None:
    common = {"user": CLEO, "period": {"start": "2026-11-08", "end": "2026-11-14"}, "collected": False}
    assert api.get(f"reports/employee?user={CLEO}&{WEEK}") == {
        **common,
        "recomputing": False,
        "coverage": None,
        **dict.fromkeys(BLOCKS),
        "weeks": [],
    }
    assert api.get(f"reports/circle?user={CLEO}&{WEEK}") == {
        **common,
        "recomputing": False,
        "colleagues": [],
        "further": None,
        "not_named": None,
        "chart": [],
        "chart_not_named": None,
    }
    assert rows(api, f"reports/employee?user={CLEO}&{WEEK}&format=csv") == [list(REPORT_COLUMNS)]
    assert rows(api, f"reports/circle?user={CLEO}&{WEEK}&format=csv") == [list(CIRCLE_COLUMNS)]


def test_a_report_is_a_table_of_weeks_blocks_and_metrics_E12(office: Workspace, api: ApiClient) -> None:
    found = rows(api, f"reports/employee?user={ANA}&{WEEK}&format=csv")
    told = [
        [*("2026-11-08", "2026-11-14", block, metric.name, title_of(metric, block), metric.unit)]
        for block in BLOCKS
        for metric in METRICS
    ]
    assert [row[:6] for row in found] == [list(REPORT_COLUMNS[:6]), *told]
    assert found[0][6:] == ["value", "count"]
    values = {(row[2], row[3]): row[6:] for row in found}
    assert values["all", "response_share"] == ["50.0", "2"]
    assert values["int", "response_time"] == ["", "0"]
    assert values["ext", "day_start"] == ["31200", "1"]


def test_a_circle_is_a_table_without_formulas_E12_SEC_9(office: Workspace, api: ApiClient) -> None:
    User.objects.filter(email=BEN).update(name='=HYPERLINK("http://evil.example")')
    first, ben = rows(api, f"reports/circle?user={ANA}&{WEEK}&format=csv")
    assert first == list(CIRCLE_COLUMNS)
    assert ben[:6] == [BEN, '\'=HYPERLINK("http://evil.example")', "100", "", "70", "2026-11-10T13:00:00Z"]
    assert ben[6:] == ["1", "1", "0", "0", "0", "0", "0", "1", "2700"]


def test_a_team_that_is_told_has_medians_of_its_people_E11(workspace: Workspace, api: ApiClient) -> None:
    circles = Circles(workspace)
    people = [circles.user(f"p{n}@us.com", department="Sales", manager_email="b@us.com") for n in range(5)]
    circles.user("b@us.com", aliases=("chief@us.com",))
    for user in people:
        circles.had(user, people[0], given=1)
    department = api.get(f"reports/team?department=Sales&{asked()}")
    assert (department["manager"], department["department"]) == (None, "Sales")
    assert (department["people"], department["too_few"], len(department["weeks"])) == (5, False, 4)
    assert department["int"]["sent_mails"] == {"value": 0.0, "count": 5}
    assert department["int"]["response_share"] == {"value": None, "count": None}
    manager = api.get(f"reports/team?manager=Chief@US.com&{asked()}")
    assert manager == department | {"manager": "b@us.com", "department": None}
    assert (manager["too_few"], manager["too_near"]) == (False, False)
    found = rows(api, f"reports/team?department=Sales&{asked()}&format=csv")
    assert (found[0], len(found)) == (list(REPORT_COLUMNS), 1 + 4 * len(BLOCKS) * len(METRICS))
    assert found[-1][3:] == ["meetings", "EXT: Number of meetings", "count", "0.0", "5"]


def test_a_team_that_would_give_people_of_another_away_is_too_near_E11(
    workspace: Workspace, api: ApiClient
) -> None:
    circles = Circles(workspace)
    circles.user("b@us.com")
    for number in range(6):
        department = "Sales" if number else ""
        circles.user(f"p{number}@us.com", department=department, manager_email="b@us.com")
    got = [api.get(f"reports/team?{team}&{asked()}") for team in ("manager=b@us.com", "department=Sales")]
    assert [(one["people"], one["too_few"], one["too_near"]) for one in got] == [
        (6, False, False),
        (None, True, True),
    ]
    assert (got[1]["all"], got[1]["weeks"]) == (None, [])


@pytest.mark.parametrize("query", ["", "manager=b@us.com&department=Sales", "manager=&department="])
def test_a_team_is_asked_for_by_its_manager_or_its_department(api: ApiClient, query: str) -> None:
    problem = api.answer(422, "GET", f"reports/team?{query}")
    assert (problem["code"], problem["field"]) == ("team_ambiguous", "manager")


def test_metrics_are_told_as_they_are_defined_E10(api: ApiClient) -> None:
    told = ("name", "title", "unit", "over_weeks", "count", "definition", "excludes")
    assert api.get("reports/metrics") == {
        "version": VERSION,
        "prefixes": {"all": "", "int": "INT: ", "ext": "EXT: "},
        "units": UNITS,
        "over_weeks": OVER_WEEKS,
        "metrics": [{name: getattr(metric, name) for name in told} for metric in METRICS],
    }


@pytest.mark.parametrize("report", ["employee", "circle", "team"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_many_colleagues_and_weeks_take_as_many_queries_as_one(
    workspace: Workspace, api: ApiClient, report: str, form: str
) -> None:
    circles = Circles(workspace)
    boss = circles.user("boss@us.com")
    team = [circles.user(f"p{n}@us.com", manager_email="boss@us.com") for n in range(5)]
    for user in team:
        circles.had(boss, user, given=1)
        circles.had(user, boss, given=1)
    who = "manager" if report == "team" else "user"

    def queries(weeks: int) -> int:
        period = weeks_until(today_in(ZoneInfo("UTC"), time.time()), weeks)
        days = f"start={date_of(period.first)}&end={date_of(period.last)}"
        with CaptureQueriesContext(connection) as captured:
            response = api.call("GET", f"reports/{report}?{who}=boss@us.com&{days}&format={form}")
        assert response.status_code == 200
        return len(captured)

    queries(1)  # the first call notes the use of the token
    one = queries(1)
    for number in range(5, 30):
        user = circles.user(f"p{number}@us.com", manager_email="boss@us.com")
        circles.had(boss, user, given=1, weeks_ago=number % 4)
        circles.had(user, boss, given=1, weeks_ago=number % 4)
    assert queries(30) == one
