"""The employee report on its page: what it shows, and to whom (E1-E7, E10-E12)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from report_of_ann import WEEKS, a_told_user, signing_in
from report_world import Reports, at
from shelf import text_of

from postroom.actions.set_consent import set_consent
from postroom.core.consent import OWN_PAGE
from postroom.core.metrics import METRICS
from postroom.store.models import AuditEntry, User, Workspace


@pytest.fixture
def reports(workspace: Workspace) -> Reports:
    return Reports(workspace)


@pytest.fixture
def ann(reports: Reports) -> User:
    return a_told_user(reports)


def tiles(answer: Any) -> dict[str, str]:
    """The title of each number → what is told of it."""
    page = answer.content.decode()
    found = re.findall(
        r'<span class="metric-title">(.*?)</span><span class="metric-value">(.*?)</span>'
        r'(?:<span class="metric-difference">(.*?)</span>)?',
        page,
    )
    return {title: " ".join(told).strip().replace("\u202f", " ") for title, *told in found}


def test_the_blocks_tell_the_same_metrics_with_their_prefixes_E1(ann: User, as_user) -> None:
    told = tiles(as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}"))
    titles = [metric.title for metric in METRICS]
    assert list(told) == [prefix + title for prefix in ("", "INT: ", "EXT: ") for title in titles]


def test_each_number_is_told_with_its_difference_from_the_weeks_before_E2_E6(ann: User, as_user) -> None:
    told = tiles(as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}"))
    assert {title: text for title, text in told.items() if text not in ("—", "0 ±0")} == {
        "Number of received emails": "2 +1",
        "Number of sent emails": "1 +1",
        "Average response time to emails": "2 h 05 min",
        "Percent of responses to emails": "50 % +50 points",
        "Digital day start": "10:05",
        "Digital day end": "01:30 next day",
        "Digital day length": "15 h 25 min",
        "Digital week length": "36 min",
        "Number of sent chat messages": "1 +1",
        "Number of meetings": "1 +1",
        "INT: Number of received emails": "1 +1",
        "INT: Number of sent emails": "1 +1",
        "INT: Average response time to emails": "2 h 05 min",
        "INT: Percent of responses to emails": "100 %",
        "INT: Digital day start": "10:05",
        "INT: Digital day end": "01:30 next day",
        "INT: Digital day length": "15 h 25 min",
        "INT: Digital week length": "36 min",
        "INT: Number of sent chat messages": "1 +1",
        "INT: Number of meetings": "1 +1",
        "EXT: Number of received emails": "1 ±0",
        "EXT: Percent of responses to emails": "0 % ±0",
    }


def test_the_length_of_the_week_is_told_from_that_of_the_day_E5(ann: User, as_user) -> None:
    page = text_of(as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}"))
    hints = re.findall(
        r"Digital (day|week) length .*? (first to last activity|time covered by activities)", page
    )
    assert hints == [("day", "first to last activity"), ("week", "time covered by activities")] * 3


def test_where_the_weeks_before_are_not_known_nothing_is_compared(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}?start=2026-10-25&end=2026-11-21")
    assert tiles(answer)["Number of received emails"] == "3"
    assert "The weeks before are not all known, so there is nothing to compare with." in text_of(answer)


def test_of_weeks_that_are_not_all_known_it_says_how_many_are_E7(ann: User, as_user) -> None:
    client, path = as_user(ann), f"/reports/{ann.pk}"
    year = client.get(f"{path}?start=2025-11-23&end=2026-11-21")
    assert "4 of 52 weeks are known, from 25 Oct 2026 to 21 Nov 2026." in text_of(year)
    sent = re.search(r'mber of sent emails</span>.*?<path d="(.*?)"/>', year.content.decode(), re.DOTALL)
    assert sent is not None
    assert sent[1] == "M3 21L33 21L63 21L93 3"
    before = text_of(client.get(f"{path}?start=2026-10-18&end=2026-10-31"))
    assert "1 of 2 weeks is known, from 25 Oct 2026 to 31 Oct 2026." in before
    assert "known, from" not in text_of(client.get(f"{path}?{WEEKS}"))


def test_over_several_weeks_it_says_that_medians_do_not_add_up_E7(ann: User, as_user) -> None:
    says = (
        "Each time and length is the median of the weeks’ own, so ALL need not lie between INT and EXT, "
        "and start and length need not add up to the end."
    )
    assert says in text_of(as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}"))
    assert says not in text_of(as_user(ann).get(f"/reports/{ann.pk}?start=2026-11-08&end=2026-11-14"))


def test_the_report_says_on_what_it_is_based_and_what_is_not_counted_E10(ann: User, as_user) -> None:
    said = text_of(as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}")).replace("\u202f", " ")
    assert "Based on 80 % of your mail · 4 of 5 known" in said
    assert "Spam · It lies in spam; spam is never imported. 1" in said
    assert "Label not selected" in said


def test_why_mail_is_not_counted_only_its_user_is_told_E10_E11(ann: User, reports: Reports, as_user) -> None:
    boss = signing_in(reports.user("boss@us.com", role="Administrator"))
    said = text_of(as_user(boss).get(f"/reports/{ann.pk}?{WEEKS}")).replace("\u202f", " ")
    assert "Based on 80 % of their mail · 4 of 5 known" in said
    assert "Why the rest is not, only Ann Lee sees." in said
    assert ("Spam" in said, "Label not selected" in said) == (False, False)


def test_a_week_shows_its_days_from_first_to_last_activity_E5(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}&week=2026-11-15")
    assert [
        (day["date"], day["start"], day["end"], day["length"].replace("\u202f", " "))
        for day in answer.context["days"]
        if not day["is_empty"]
    ] == [(date(2026, 11, 16), "10:05", "01:30", "15 h 25 min")]
    assert 'x="25.3%" y="3" width="64.2%"' in answer.content.decode()
    before = as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}&week=2026-11-08&block=ext")
    assert [day["is_empty"] for day in before.context["days"]] == [True] * 7
    assert (before.context["week_before"], before.context["week_after"]) == (None, date(2026, 11, 15))


@pytest.mark.parametrize("query", ["block=sideways", "week=soon"])
def test_what_is_no_block_or_day_is_not_found(ann: User, as_user, query: str) -> None:
    assert as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}&{query}").status_code == 404


def test_the_table_has_the_same_week_by_week_newest_first_E7_E12(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}?start=2026-10-18&end=2026-11-21&block=ext")
    assert answer.context["columns"][:2] == [
        "EXT: Number of received emails",
        "EXT: Number of sent emails",
    ]
    assert [(sunday.isoformat(), *cells[:2]) for sunday, cells in answer.context["weeks"]] == [
        ("2026-11-15", "0", "0"),
        ("2026-11-08", "1", "0"),
        ("2026-11-01", "0", "0"),
        ("2026-10-25", "1", "0"),
        ("2026-10-18", "—", "—"),
    ]


def test_of_many_weeks_the_table_has_the_last_half_a_year(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}?start=2021-11-28&end=2026-11-21")
    assert (len(answer.context["weeks"]), answer.context["weeks_left_out"]) == (26, 234)
    assert "234 earlier weeks: open a number, or download the file." in text_of(answer)
    assert len(answer.content) < 100_000


def test_who_has_not_consented_reads_not_collected_P1(reports: Reports, as_user) -> None:
    user = signing_in(reports.user("no@us.com", consents=False, role="Member"))
    answer = as_user(user).get(f"/reports/{user.pk}")
    assert "Not collected Your report needs your yes to Collect passive data ." in text_of(answer)
    assert tiles(answer) == {}


def test_whoever_takes_consent_back_has_no_report_P1(workspace: Workspace, ann: User, as_user) -> None:
    set_consent(workspace, [(ann, False)], actor=ann.email, how=OWN_PAGE)
    answer = as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}")
    assert ("Not collected" in text_of(answer), tiles(answer)) == (True, {})


def test_before_anything_was_counted_it_says_so(reports: Reports, as_user) -> None:
    user = signing_in(reports.user("new@us.com", role="Member"))
    assert "Nothing is known yet You agreed, and nothing was counted so far." in text_of(
        as_user(user).get(f"/reports/{user.pk}")
    )


def test_weeks_before_the_first_have_no_value_and_never_0_E7(ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}?start=2026-10-04&end=2026-10-17")
    assert "Nothing is known of these weeks What was counted begins in the week of 25 Oct 2026." in text_of(
        answer
    )
    assert tiles(answer) == {}


def test_what_changed_and_is_not_in_it_yet_is_said_D4(reports: Reports, ann: User, as_user) -> None:
    path = f"/reports/{ann.pk}?{WEEKS}"
    assert "Being brought up to date" not in text_of(as_user(ann).get(path))
    reports.had(ann, at("2026-11-18 09:00"), outside=1)
    answer = as_user(ann).get(path)
    assert "Being brought up to date" in text_of(answer)
    assert tiles(answer)["Number of received emails"] == "2 +1"


def test_what_is_no_period_is_refused_and_nothing_looked_at_E7(ann: User, browser: Client) -> None:
    answer = browser.get(f"/reports/{ann.pk}?start=2026-11-09&end=2026-11-21")
    assert answer.status_code == 422
    assert "Weeks begin on a Sunday; this is a Monday. The Sunday before is 8 Nov 2026." in text_of(answer)
    assert (tiles(answer), AuditEntry.objects.count()) == ({}, 0)


def test_anothers_report_says_that_looking_is_told_and_it_is_E11_S5(
    ann: User, browser: Client, as_user
) -> None:
    answer = browser.get(f"/reports/{ann.pk}?{WEEKS}")
    assert "Report of Ann Lee" in text_of(answer)
    assert "That you look at this report is written down, and Ann Lee sees it." in text_of(answer)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.user, entry.after) == (
        "report_seen",
        "boss@us.com",
        ann,
        {"start": "2026-11-08", "end": "2026-11-21"},
    )
    told = text_of(as_user(ann).get("/profile/data/audit"))
    assert "boss@us.com looked at your employee report" in told
    assert "8 November 2026 to 21 November 2026" in told


def test_a_look_at_ones_own_is_not_written_down(ann: User, as_user) -> None:
    as_user(ann).get(f"/reports/{ann.pk}?{WEEKS}")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("path", ["", "/metrics/sent_mails", "/export"])
def test_who_may_not_see_a_report_finds_none_E11(reports: Reports, ann: User, as_user, path: str) -> None:
    """A manager with ``report_team`` opens those of the people below, and of nobody else."""
    tom = signing_in(reports.user("tom@us.com", role="Manager"))
    client = as_user(tom)
    assert client.get(f"/reports/{ann.pk}{path}").status_code == 404
    User.objects.filter(pk=ann.pk).update(manager_email=tom.email)
    assert client.get(f"/reports/{ann.pk}{path}").status_code == 200
    User.objects.filter(pk=tom.pk).update(role="Member")
    assert client.get(f"/reports/{ann.pk}{path}").status_code == 404
