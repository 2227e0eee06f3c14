"""One number of the report, opened: definition, window, count, what is left out, what is behind it (E10)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from report_world import Reports, at
from shelf import text_of

from postroom.core.metrics import METRICS
from postroom.store.models import AuditEntry, Login, User, Workspace

WEEKS = "start=2026-11-08&end=2026-11-21"


@pytest.fixture
def reports(workspace: Workspace) -> Reports:
    return Reports(workspace)


@pytest.fixture
def ann(reports: Reports) -> User:
    """A user who signs in, of whom a week before was counted, too."""
    ann = reports.user("ann@us.com", name="Ann Lee", role="Member", time_zone="Europe/Berlin")
    ann.login = Login.objects.create(email=ann.email)
    ann.save(update_fields=["login"])
    reports.had(ann, at("2026-10-27 09:00"), outside=1)
    return ann


def said(answer: Any) -> str:
    """What a person reads."""
    return text_of(answer).replace("\u202f", " ")


def behind(answer: Any) -> list[tuple[str, str, str]]:
    """The interactions on the page: what, with whom, response after."""
    return [
        (row["what"], row["whom"], row["response"].replace("\u202f", " ")) for row in answer.context["rows"]
    ]


def test_a_number_says_how_it_is_defined_and_over_what_E10(reports: Reports, ann: User, as_user) -> None:
    reports.roll_up()
    page = said(as_user(ann).get(f"/reports/{ann.pk}/metrics/day_start?{WEEKS}&block=int"))
    for told in (
        "INT: Digital day start",
        "What is done between 00:00 and 04:00 belongs to the day before.",
        "Block INT: with colleagues",
        "Rests on 0 days with activity",
        "Unit The time by the clock; in files seconds after midnight.",
        "Window Weeks from Sunday to Saturday, by the clock in Europe/Berlin. "
        "Of several weeks: the median of its weeks that have a value.",
        "There is no value in these weeks.",
    ):
        assert told in page


def test_over_several_weeks_a_median_says_that_blocks_do_not_add_up_E7(
    reports: Reports, ann: User, as_user
) -> None:
    for day in ("2026-11-09", "2026-11-16"):
        asked = at(f"{day} 08:00")
        reports.had(ann, asked + 60, sent=True, outside=1, answered_at=asked, answered_sides=2)
    reports.roll_up()
    path, one_week = f"/reports/{ann.pk}/metrics/", "start=2026-11-08&end=2026-11-14"
    median = "It is the median of 2 weeks’ own values, so ALL need not lie between INT and EXT"
    day_start = said(as_user(ann).get(f"{path}day_start?{WEEKS}"))
    assert f"{median}, and start and length need not add up to the end." in day_start
    assert f"{median}." in said(as_user(ann).get(f"{path}response_time?{WEEKS}"))
    for other in (f"sent_mails?{WEEKS}", f"response_share?{WEEKS}", f"day_start?{one_week}"):
        assert "It is the median" not in said(as_user(ann).get(path + other))


def test_of_a_year_it_says_how_many_weeks_are_known_and_have_a_value_E7(
    reports: Reports, ann: User, as_user
) -> None:
    reports.had(ann, at("2026-11-09 09:00"), sent=True, outside=1)
    reports.had(ann, at("2026-11-16 09:00"), sent=True, outside=1)
    reports.roll_up()
    page = said(as_user(ann).get(f"/reports/{ann.pk}/metrics/day_start?start=2025-11-23&end=2026-11-21"))
    assert "4 of 52 weeks are known, from 25 Oct 2026 to 21 Nov 2026." in page
    assert "It is the median of 2 weeks’ own values, so" in page
    assert "weeks are known" not in said(as_user(ann).get(f"/reports/{ann.pk}/metrics/day_start?{WEEKS}"))


@pytest.mark.parametrize("metric", [metric.name for metric in METRICS])
@pytest.mark.parametrize("block", ["all", "int", "ext"])
def test_every_number_opens_E10(reports: Reports, ann: User, as_user, metric: str, block: str) -> None:
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/{metric}?{WEEKS}&block={block}")
    assert (answer.status_code, f"<h1>{answer.context['title']}</h1>" in answer.content.decode()) == (
        200,
        True,
    )


def test_the_interactions_behind_it_stand_newest_first_with_whom_they_were_E10_P10(
    reports: Reports, ann: User, as_user
) -> None:
    bo, no = reports.user("bo@us.com", name="Bo Ek"), reports.user("no@us.com", consents=False)
    ten = at("2026-11-16 10:00")
    reports.had(ann, ten, outside=3, with_=[(bo, "to")])
    reports.had(ann, ten + 60, outside=1, with_=[(bo, "from")], answered_at=ten + 360)
    reports.had(ann, ten + 120, with_=[(no, "from")], further=2)
    reports.had(ann, ten + 180, outside=1, is_automatic=True)
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/received_mails?{WEEKS}")
    assert behind(answer) == [
        ("Mail received", "from a colleague, 2 colleagues who are not named", ""),
        ("Mail received", "from Bo Ek, 1 person outside", "5 min"),
        ("Mail received", "from somebody outside, Bo Ek, 2 people outside", ""),
    ]
    page = said(answer)
    assert "Automatic mail and mailings, in these weeks 1" in page
    assert "3 2 more than in the 2 weeks before: 1" in page
    assert b"no@us.com" not in answer.content


def test_whoever_held_a_call_or_meeting_is_told_like_all_who_met_E10_P10(
    reports: Reports, ann: User, as_user
) -> None:
    bo, cy = reports.user("bo@us.com", name="Bo Ek"), reports.user("cy@us.com", name="Cy Oh")
    no = reports.user("no@us.com", consents=False)
    ten = at("2026-11-16 10:00")
    reports.had(ann, ten, "meeting", with_=[(bo, "from")], seconds=1_800)
    reports.had(ann, ten + 1, "meeting", with_=[(bo, "to"), (cy, "from")], outside=1, seconds=1_800)
    reports.had(ann, ten + 2, "meeting", with_=[(no, "from")], seconds=1_800)
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/meetings?{WEEKS}")
    assert [whom for _, whom, _ in behind(answer)] == [
        "1 colleague who is not named",
        "Bo Ek, Cy Oh, 1 person outside",
        "Bo Ek",
    ]


def test_names_left_out_for_length_are_told_from_those_not_named_E10_P10(
    reports: Reports, ann: User, as_user
) -> None:
    six = [(reports.user(f"{name}@us.com"), "to") for name in ("al", "bo", "cy", "di", "ed", "fi")]
    reports.had(ann, at("2026-11-16 10:00"), sent=True, with_=six, further=3)
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/sent_mails?{WEEKS}")
    assert behind(answer) == [("Mail sent", "Al, Bo, Cy, Di, Ed, 1 more, 3 colleagues who are not named", "")]


def test_a_response_says_how_long_it_took_E3(reports: Reports, ann: User, as_user) -> None:
    ten = at("2026-11-16 10:00")
    reports.had(ann, ten, sent=True, outside=1, answered_at=ten - 7_500, answered_sides=2)
    reports.had(ann, ten + 60, sent=True, outside=1)
    reports.roll_up()
    path = f"/reports/{ann.pk}/metrics/response_time?{WEEKS}"
    answer = as_user(ann).get(f"{path}&block=ext")
    assert behind(answer) == [("Mail sent", "1 person outside", "2 h 05 min")]
    assert "Rests on 1 email" in said(answer)
    assert "Automatic mail, in these weeks 0 Sent emails that answer none 1" in said(as_user(ann).get(path))
    assert behind(as_user(ann).get(f"{path}&block=int")) == []


def test_the_night_is_behind_the_week_it_belongs_to_E5(reports: Reports, ann: User, as_user) -> None:
    bo = reports.user("bo@us.com", name="Bo Ek")
    reports.had(ann, at("2026-11-08 01:30", "Europe/Berlin"), "chat", sent=True, with_=[(bo, "member")])
    reports.had(ann, at("2026-11-22 01:30", "Europe/Berlin"), "meeting", with_=[(bo, "member")], seconds=1800)
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/day_end?{WEEKS}")
    assert behind(answer) == [("Meeting", "Bo Ek", "")]
    assert "Meeting , 30 min" in said(answer)


def test_of_days_the_activities_stand_by_day_with_the_first_and_the_last_E5_E10(
    reports: Reports, ann: User, as_user
) -> None:
    for day, time in (("16", "09:00"), ("16", "12:00"), ("17", "01:30"), ("17", "10:00")):
        reports.had(ann, at(f"2026-11-{day} {time}", "Europe/Berlin"), sent=True, outside=1)
    meeting = at("2026-11-16 23:00", "Europe/Berlin")
    reports.had(ann, meeting, "meeting", outside=1, seconds=4 * 3_600)
    reports.roll_up()
    client, path = as_user(ann), f"/reports/{ann.pk}/metrics/day_length?{WEEKS}"
    answer = client.get(path)
    assert [(str(row["day"] or ""), row["what"], row["end"]) for row in answer.context["rows"]] == [
        ("2026-11-17", "Mail sent", "first and last"),
        ("2026-11-16", "Mail sent", ""),
        ("", "Meeting", "last"),
        ("", "Mail sent", ""),
        ("", "Mail sent", "first"),
    ]
    assert "Tuesday, 17 Nov 2026 10:00 first and last of the day Mail sent" in said(answer)
    assert (
        "Monday, 16 Nov 2026 01:30 next day Mail sent 1 person outside "
        "23:00 to 03:00 next day last of the day Meeting , 4 h 00 min" in said(answer)
    )
    assert "Only you see them; the newest first, by when they began" in said(answer)
    more = client.get(f"{path}&before={meeting + 1}.0", headers={"HX-Request": "true"})
    assert [(row["day"], row["end"]) for row in more.context["rows"]] == [
        (None, "last"),
        (None, ""),
        (None, "first"),
    ]


def test_many_interactions_go_on_without_loss_or_repeat(reports: Reports, ann: User, as_user) -> None:
    ten = at("2026-11-16 10:00")
    for number in range(60):
        reports.had(ann, ten + number // 3, outside=1, further=number + 2)
    reports.roll_up()
    seen, address = [], f"?{WEEKS}&block=ext"
    path = f"/reports/{ann.pk}/metrics/received_mails"
    while address:
        answer = as_user(ann).get(path + address)
        seen += [row["whom"] for row in answer.context["rows"]]
        address = answer.context["older"]
    assert seen == [
        f"from somebody outside, {number} colleagues who are not named" for number in range(61, 1, -1)
    ]
    fragment = as_user(ann).get(f"{path}?{WEEKS}&before={ten + 1}.0", headers={"HX-Request": "true"})
    assert (b"<main" in fragment.content, len(fragment.context["rows"])) == (False, 3)


def test_of_anothers_number_the_interactions_are_not_told_E11(
    reports: Reports, ann: User, browser: Client
) -> None:
    bo = reports.user("bo@us.com", name="Bo Ek")
    reports.had(ann, at("2026-11-16 10:00"), with_=[(bo, "from")])
    reports.roll_up()
    path = f"/reports/{ann.pk}/metrics/received_mails?{WEEKS}"
    answer = browser.get(path)
    assert "Only Ann Lee sees the interactions behind it." in said(answer)
    fragment = browser.get(f"{path}&before=9999999999.1", headers={"HX-Request": "true"})
    assert (b"Bo Ek" in answer.content, b"Bo Ek" in fragment.content) == (False, False)
    assert AuditEntry.objects.filter(act="report_seen", user=ann, actor="boss@us.com").exists()


def test_the_chart_and_the_table_tell_the_same_E12(reports: Reports, ann: User, as_user) -> None:
    reports.had(ann, at("2026-11-10 10:00"), outside=1)
    reports.had(ann, at("2026-11-16 10:00"), outside=1)
    reports.had(ann, at("2026-11-16 10:00"), outside=1)
    reports.roll_up()
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/received_mails?{WEEKS}")
    assert re.findall(r"<rect[^>]*><title>(.*?)</title>", answer.content.decode()) == [
        "8 Nov 2026: 1",
        "15 Nov 2026: 2",
    ]
    assert [(sunday.isoformat(), text) for sunday, text, _ in answer.context["weeks"]] == [
        ("2026-11-15", "2"),
        ("2026-11-08", "1"),
    ]


def test_without_consent_there_is_no_number_P1(reports: Reports, ann: User, as_user) -> None:
    reports.roll_up()
    User.objects.filter(pk=ann.pk).update(collects_since=None)
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/received_mails?start=2026-10-25&end=2026-10-31")
    assert "Not collected" in said(answer)
    assert "rows" not in answer.context


def test_what_is_no_period_is_refused_E7(reports: Reports, ann: User, as_user) -> None:
    answer = as_user(ann).get(f"/reports/{ann.pk}/metrics/calls?start=2026-11-08&end=2026-11-20&block=int")
    assert (answer.status_code, "Weeks end on a Saturday; this is a Friday." in said(answer)) == (422, True)
    assert '<input type="hidden" name="block" value="int">' in answer.content.decode()


@pytest.mark.parametrize("path", ["metrics/happiness", "metrics/calls?block=sideways"])
def test_what_is_no_number_is_not_found(ann: User, as_user, path: str) -> None:
    assert as_user(ann).get(f"/reports/{ann.pk}/{path}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("path", "queries"), [("", 14), ("/metrics/received_mails", 16), ("/export", 11), ("/metrics/calls", 14)]
)
def test_a_report_asks_the_same_number_of_questions_of_much(
    reports: Reports, ann: User, as_user, django_assert_num_queries, path: str, queries: int, rows: int
) -> None:
    for number in range(rows):
        bo = reports.user(f"bo{number}@us.com")
        reports.had(ann, at("2026-11-16 10:00") + number, with_=[(bo, "from")])
        reports.not_counted(ann, at("2026-11-16 10:00"), "spam")
    reports.roll_up()
    client = as_user(ann)
    with django_assert_num_queries(queries):
        answer = client.get(f"/reports/{ann.pk}{path}?{WEEKS}")
    assert (answer.status_code, len(answer.content) < 100_000) == (200, True)
