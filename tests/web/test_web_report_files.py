"""The employee report as files: the same weeks, and each file taken of another's is told (E11, E12, S5)."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from report_of_ann import WEEKS, a_told_user
from report_world import Reports
from shelf import text_of

from postroom.core.metrics import METRICS
from postroom.store.models import AuditEntry, User, Workspace


@pytest.fixture
def ann(workspace: Workspace) -> User:
    return a_told_user(Reports(workspace))


def test_the_csv_has_each_week_block_and_metric_E12(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}/export?{WEEKS}&format=csv")
    name = f"report-{ann.pk}-2026-11-08-2026-11-21.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2 * 3 * len(METRICS)
    [row] = [
        row
        for row in rows
        if (row["start"], row["block"], row["metric"]) == ("2026-11-15", "int", "response_time")
    ]
    assert row == {
        "start": "2026-11-15",
        "end": "2026-11-21",
        "block": "int",
        "metric": "response_time",
        "title": "INT: Average response time to emails",
        "unit": "seconds",
        "value": "7500",
        "count": "1",
    }


def test_the_json_is_what_the_api_tells_E12(ann: User, as_user) -> None:
    told = as_user(ann).get(f"/reports/{ann.pk}/export?{WEEKS}&format=json").json()
    assert (told["user"], told["period"], told["collected"]) == (
        "ann@us.com",
        {"start": "2026-11-08", "end": "2026-11-21"},
        True,
    )
    assert told["all"]["received_mails"] == {"value": 2, "count": 2}
    assert [week["ext"]["received_mails"]["value"] for week in told["weeks"]] == [1, 0]


@pytest.mark.parametrize("query", [f"{WEEKS}&format=pdf", "start=2026-11-09&end=2026-11-21&format=csv"])
def test_there_is_no_file_of_another_form_or_of_no_period(ann: User, as_user, query: str) -> None:
    assert as_user(ann).get(f"/reports/{ann.pk}/export?{query}").status_code == 404


def test_taking_a_file_of_anothers_report_is_told_from_a_look_at_it_S5(
    ann: User, browser: Client, as_user
) -> None:
    browser.get(f"/reports/{ann.pk}/export?{WEEKS}&format=csv")
    after = {"start": "2026-11-08", "end": "2026-11-21", "file": "csv"}
    assert list(AuditEntry.objects.values_list("act", "user", "after")) == [("report_seen", ann.pk, after)]
    assert "boss@us.com took your employee report as a file" in text_of(
        as_user(ann).get("/profile/data/audit")
    )
    told = text_of(browser.get("/settings/audit"))
    assert "employee report 8 November 2026 to 21 November 2026 · taken as a CSV file" in told
