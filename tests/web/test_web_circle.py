"""The page of a collaboration circle: whom it names, what it says of them, and to whom (E8, E9, E11, E12)."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from circle_world import Circles, asked, last_weeks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shelf import another_workspace, text_of

from postroom.core.weeks import DAY
from postroom.store.models import AuditEntry, Login, RollUpDue, User, Workspace


@pytest.fixture
def circles(workspace: Workspace) -> Circles:
    return Circles(workspace)


def signed_in(as_user, user: User) -> Client:
    """A browser in which this user is signed in."""
    user.login = Login.objects.create(email=user.email)
    user.save()
    return as_user(user)


@pytest.fixture
def ann(circles: Circles) -> User:
    return circles.user("ann@us.com", name="Ann Lee", department="Sales")


@pytest.fixture
def hers(ann: User, as_user) -> Client:
    return signed_in(as_user, ann)


def listed(answer) -> list[tuple[str, int, str, str]]:
    """The rows of the list: who, how strong, in words, and against before."""
    return [
        (row.user.name, row.connection.strength, "; ".join(row.parts), row.change)
        for row in answer.context["rows"]
    ]


def test_the_list_says_how_strong_what_of_and_what_changed_E9(
    circles: Circles, ann: User, hers: Client
) -> None:
    bea, cy, dan = (circles.user(f"{name}@us.com") for name in ("bea", "cy", "dan"))
    circles.had(ann, bea, 6, 4, sent_mails=6, received_mails=5, sent_chats=1)
    circles.had(ann, cy, 1, together=4, sent_mails=1, meetings=1, calls=2, talked_seconds=3600)
    circles.had(ann, dan, 0, 1, received_reactions=5)
    circles.had(ann, bea, 5, weeks_ago=5)
    circles.had(ann, cy, 10, weeks_ago=5)
    answer = hers.get(f"/reports/{ann.pk}/circle")
    assert listed(answer) == [
        ("Bea", 100, "6 mails sent, 5 received; 1 chat message sent", "up 50"),
        ("Cy", 50, "1 mail sent; 2 calls and 1 meeting, 1\u202fh 00\u202fmin", "down 50"),
        ("Dan", 10, "5 reactions received", "new"),
    ]
    said = text_of(answer)
    assert "Bea 100 up 50 6 / 5 1 / 0 – – 67 %" in said
    assert "The 3 strongest connections" in said
    assert "These are all." in said


def test_where_nothing_is_known_of_before_nobody_is_called_new_E9(
    circles: Circles, ann: User, hers: Client
) -> None:
    circles.had(ann, circles.user("bea@us.com"), 1, sent_mails=1)
    answer = hers.get(f"/reports/{ann.pk}/circle")
    assert listed(answer) == [("Bea", 100, "1 mail sent", "")]
    assert "new" not in text_of(answer)


def test_who_does_not_consent_is_a_number_and_named_nowhere_E8(
    circles: Circles, ann: User, hers: Client
) -> None:
    circles.had(ann, circles.user("bea@us.com"), 1)
    circles.had(ann, circles.user("zorro@us.com", consents=False, manager_email="ann@us.com"), 9)
    answer = hers.get(f"/reports/{ann.pk}/circle")
    assert "1 colleague is not named, as nothing is collected about them." in text_of(answer)
    assert "Those about whom nothing is collected are not named." in text_of(answer)
    assert "in your part of the chart are not named" not in text_of(answer)
    files = [hers.get(f"/reports/{ann.pk}/circle/export?format={kind}") for kind in ("csv", "json")]
    assert [b"orro" in page.content for page in (answer, *files)] == [False, False, False]


def test_fifty_are_named_and_the_further_ones_counted_E8(circles: Circles, ann: User, hers: Client) -> None:
    for number in range(57):
        circles.had(ann, circles.user(f"c{number:02}@us.com"), 60 - number, sent_mails=1)
    answer = hers.get(f"/reports/{ann.pk}/circle")
    assert [row.user.name for row in answer.context["rows"]] == [f"C{number:02}" for number in range(50)]
    assert "7 further colleagues are connected less strongly." in text_of(answer)
    drawn = re.findall(r'<svg class="circle circle-(\w+)".*?</svg>', answer.content.decode(), re.DOTALL)
    assert drawn == ["wide", "tall"]
    assert answer.content.decode().count("<title>C") == 100
    assert "30 more" in text_of(answer)
    assert answer.context["shortened"] == ["wide", "tall"]
    assert text_of(answer).count("Names that have no room here stand in the list.") == 2
    assert len(answer.content) < 100_000


def test_a_page_of_long_names_stays_small(circles: Circles, ann: User, hers: Client) -> None:
    for number in range(50):
        name = f"{number:02} " + "Maximiliana-Alexandra von und zu Hohenstein " * 2
        reports = {"manager_email": "ann@us.com", "department": "The department of everything " * 2}
        circles.user(f"r{number:02}@us.com", name=name, **reports)
        colleague = circles.user(f"c{number:02}@us.com", name=name, **reports)
        circles.had(ann, colleague, 60 - number, 1, together=1, sent_mails=1_000, meetings=10)
    assert len(hers.get(f"/reports/{ann.pk}/circle").content) < 100_000


def test_only_lines_to_the_user_are_drawn_E9(circles: Circles, ann: User, hers: Client) -> None:
    bea, cy = (circles.user(f"{name}@us.com") for name in ("bea", "cy"))
    circles.had(ann, bea, 2)
    circles.had(ann, cy, 1)
    circles.had(bea, cy, 50, 50)
    answer = hers.get(f"/reports/{ann.pk}/circle")
    for drawing in answer.context["drawings"]:
        assert len(drawing.dots) == 2
    assert "Names that have no room" not in text_of(answer)
    assert answer.content.decode().count("<line ") == 4


def test_the_organization_chart_shows_missing_connections_E8(
    circles: Circles, ann: User, hers: Client
) -> None:
    circles.user("max@us.com")
    User.objects.filter(pk=ann.pk).update(manager_email="max@us.com")
    bea = circles.user("bea@us.com", manager_email="ann@us.com")
    circles.user("cy@us.com", manager_email="max@us.com")
    circles.had(ann, bea, 4)
    said = text_of(hers.get(f"/reports/{ann.pk}/circle"))
    assert (
        "Organization chart Manager Max no connection Colleagues with the same manager Cy no connection "
        "Reports Bea 100" in said
    )


def test_who_is_beyond_the_fifty_is_still_in_the_chart_with_a_strength_E8(
    circles: Circles, ann: User, hers: Client
) -> None:
    for number in range(50):
        circles.had(ann, circles.user(f"c{number:02}@us.com"), 100 - number)
    circles.had(ann, circles.user("cy@us.com", manager_email="ann@us.com"), 25)
    assert "Reports Cy 25" in text_of(hers.get(f"/reports/{ann.pk}/circle"))


def test_who_collects_nothing_has_no_circle_P1(circles: Circles, as_user) -> None:
    off = circles.user("off@us.com", consents=False)
    circles.had(off, circles.user("bea@us.com"), 4)
    answer = signed_in(as_user, off).get(f"/reports/{off.pk}/circle")
    assert (answer.status_code, "Not collected" in text_of(answer)) == (200, True)
    assert b"Bea" not in answer.content


def test_in_weeks_without_anything_nobody_is_named(ann: User, hers: Client) -> None:
    said = text_of(hers.get(f"/reports/{ann.pk}/circle"))
    assert "Nothing was counted between you and any colleague. Choose other weeks above." in said
    assert "No manager is known of you. Nobody in your part of the chart can be named." in said


def test_what_is_not_in_it_yet_is_said(ann: User, hers: Client) -> None:
    RollUpDue.objects.create(user=ann, day=last_weeks().first, change=1, since=0)
    assert "This is being brought up to date" in text_of(hers.get(f"/reports/{ann.pk}/circle"))


def test_weeks_that_are_none_are_said_beside_the_field_E7(circles: Circles, ann: User, hers: Client) -> None:
    circles.had(ann, circles.user("bea@us.com"), 4)
    answer = hers.get(f"/reports/{ann.pk}/circle?start=2026-11-02&end=2026-11-07")
    assert (answer.status_code, b"Bea" in answer.content) == (422, False)
    assert "The Sunday before is 1 Nov 2026." in text_of(answer)
    assert hers.get(f"/reports/{ann.pk}/circle/export?start=2026-11-02&end=2026-11-07").status_code == 404


# Who sees it


def test_who_may_not_see_it_is_told_that_there_is_none_E11_W3(
    circles: Circles, ann: User, as_user, admin: User
) -> None:
    bea = circles.user("bea@us.com")
    theirs = Circles(another_workspace()).user("zed@them.com")
    member, boss = signed_in(as_user, bea), as_user(admin)
    paths = ("/reports/{}/circle", "/reports/{}/circle/export")
    asked_for = [(member, ann), (member, theirs), (boss, theirs)]
    got = [browser.get(path.format(user.pk)).status_code for browser, user in asked_for for path in paths]
    assert got == [404] * 6
    assert [boss.get(path.format(ann.pk)).status_code for path in paths] == [200, 200]


def test_a_manager_sees_those_below_and_not_the_colleagues_of_theirs_E11(
    circles: Circles, ann: User, as_user
) -> None:
    manager = circles.user("max@us.com", role="Manager")
    User.objects.filter(pk=ann.pk).update(manager_email="max@us.com")
    bea = circles.user("bea@us.com")
    circles.had(ann, bea, 1)
    browser = signed_in(as_user, manager)
    answer = browser.get(f"/reports/{ann.pk}/circle")
    assert "In this part of the organization chart." in text_of(answer)
    assert f"/reports/{bea.pk}/circle" not in answer.content.decode()
    assert browser.get(f"/reports/{bea.pk}/circle").status_code == 404


def test_looking_at_anothers_is_written_down_and_at_ones_own_is_not_E11(
    circles: Circles, ann: User, hers: Client, browser: Client
) -> None:
    hers.get(f"/reports/{ann.pk}/circle")
    said = text_of(browser.get(f"/reports/{ann.pk}/circle"))
    browser.get(f"/reports/{ann.pk}/circle/export?format=csv")
    weeks = {"start": last_weeks().start.isoformat(), "end": last_weeks().end.isoformat()}
    entries = AuditEntry.objects.filter(act="circle_seen").values_list("actor", "user__email", "after")
    assert list(entries) == [
        ("boss@us.com", "ann@us.com", after) for after in (weeks, {**weeks, "file": "csv"})
    ]
    told = text_of(hers.get("/profile/data/audit"))
    assert "boss@us.com looked at your collaboration circle" in told
    assert "boss@us.com took your collaboration circle as a file" in told
    assert "This is Ann Lee’s. That you looked at it is written down, and Ann Lee sees so." in said


# Files


def test_the_files_hold_what_the_page_shows_E12(circles: Circles, ann: User, hers: Client) -> None:
    bea = circles.user("bea@us.com", name="=Bea()", manager_email="ann@us.com")
    circles.had(ann, bea, 4, 2, sent_mails=4, received_mails=3, last_at=last_weeks().last * DAY + 36_000)
    answer = hers.get(f"/reports/{ann.pk}/circle/export?format=json&{asked()}")
    assert answer.headers["Content-Type"] == "application/json"
    document = json.loads(answer.content)
    [colleague] = document["colleagues"]
    assert (document["user"], colleague["user"], colleague["strength"], colleague["reciprocity"]) == (
        "ann@us.com",
        "bea@us.com",
        100,
        50,
    )
    table = hers.get(f"/reports/{ann.pk}/circle/export?format=csv&{asked()}")
    expected = f'attachment; filename="circle-{ann.pk}-{last_weeks().start}-{last_weeks().end}.csv"'
    assert table.headers["Content-Disposition"] == expected
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert (rows[0]["user"], rows[0]["name"], rows[0]["strength"], rows[0]["sent_mails"]) == (
        "bea@us.com",
        "'=Bea()",
        "100",
        "4",
    )
    assert hers.get(f"/reports/{ann.pk}/circle/export?format=xls").status_code == 404


# Cost


def test_a_full_circle_asks_as_many_questions_as_a_small_one(
    circles: Circles, ann: User, hers: Client
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            assert hers.get(f"/reports/{ann.pk}/circle").status_code == 200
        return len(asked_for)

    User.objects.filter(pk=ann.pk).update(manager_email="max@us.com")
    circles.user("max@us.com")
    circles.had(ann, circles.user("bea@us.com", manager_email="ann@us.com"), 1)
    few = questions()
    for number in range(30):
        circles.had(ann, circles.user(f"c{number}@us.com", manager_email="max@us.com"), 1)
        circles.had(ann, circles.user(f"r{number}@us.com", manager_email="ann@us.com"), 1)
    assert (few, questions()) == (13, 13)
