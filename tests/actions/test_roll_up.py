"""Roll-ups are made of what is due and nothing else, by the clock on the wall; anew where it or the metrics change."""

from __future__ import annotations

import time

import pytest
from mail_world import ACTOR, NOON, S1, S2, U, the_company
from rolled_up import EVER, WEEK, at, due_days, move, sent_chats, user, wrote
from rollup_world import assert_whole, kept, told
from upload_world import a_source, chat_record, consent, uploaded

from postroom.actions import roll_up as module
from postroom.actions.accept_items import delete_item
from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.roll_up import (
    RESTS_SECONDS,
    make_anew_what_is_outdated,
    roll_up,
    roll_up_some,
    workspaces_to_roll_up,
)
from postroom.actions.update_user_settings import update_user_settings
from postroom.store.models import RollUp, RollUpDue, RollUpState, Source, Workspace
from postroom.store.read import rollups as read_module
from postroom.store.read.rollups import rollups_due
from postroom.worker.runner import run_due


@pytest.fixture
def source(company: Workspace) -> Source:
    """A source of chats of S1 and S2, who consent."""
    consent(company, S1, S2)
    return a_source(company, "people")


# What is due


def test_what_is_counted_is_due_on_its_day_and_made_once_E2(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    assert due_days(company) == [(S1, NOON // 86_400), (S2, NOON // 86_400)]
    assert roll_up_some(company.pk, until=EVER) == 2
    assert (due_days(company), roll_up_some(company.pk, until=EVER)) == ([], 0)
    assert sent_chats(company) == {WEEK.isoformat(): 1}
    assert_whole(company)


def test_what_changed_just_now_rests_E2(company: Workspace, source: Source) -> None:
    began = int(time.time())
    wrote(source, "1")
    assert RollUpDue.objects.filter(since__gte=began).count() == 2
    RollUpDue.objects.update(since=EVER)
    assert (workspaces_to_roll_up(), roll_up_some(company.pk)) == ([], 0)
    RollUpDue.objects.update(since=1_700_000_000)
    assert (workspaces_to_roll_up(), roll_up_some(company.pk), RESTS_SECONDS) == ([company.pk], 2, 2)
    assert workspaces_to_roll_up() == []


def test_only_the_weeks_around_are_made_again_E7(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    wrote(source, "2", at=NOON - 30 * 86_400)
    roll_up(company)
    RollUp.objects.filter(sunday__lt=NOON // 86_400 - 7).update(pairs=b"untouched")
    wrote(source, "3", at=NOON + 60)
    roll_up(company)
    assert sorted(RollUp.objects.values_list("user__email").filter(pairs=b"untouched")) == [(S1,), (S2,)]
    assert RollUp.objects.count() == 4


def test_a_week_of_which_nothing_is_left_goes_K7(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    assert delete_item(source, "chat", "1") is True
    roll_up(company)
    assert kept(company) == {}


@pytest.mark.parametrize(
    ("zone", "when", "weeks"),
    [
        ("", "2026-03-08T03:59:59", ["2026-03-01", "2026-03-08"]),
        ("", "2026-03-08T04:00:00", ["2026-03-08"]),
        ("Pacific/Kiritimati", "2026-03-07T10:00:00", ["2026-03-01", "2026-03-08"]),
        ("Pacific/Pago_Pago", "2026-03-08T10:59:59", ["2026-03-01"]),
        ("America/New_York", "2026-03-08T05:00:00", ["2026-03-01", "2026-03-08"]),
        # The clocks went back in the night: 00:00 UTC is 03:00, and four hours before it was Sunday too.
        ("Europe/Moscow", "2010-10-31T00:00:00", ["2010-10-24", "2010-10-31"]),
    ],
)
def test_the_weeks_that_are_due_are_those_by_the_clock_on_the_wall_E5_E7(
    company: Workspace, source: Source, zone: str, when: str, weeks: list[str]
) -> None:
    for email in (S1, S2):
        move(company, zone or None, email)
    wrote(source, "long ago", at=at("2001-01-03T12:00:00"))
    roll_up(company)
    wrote(source, "1", at=at(when))
    roll_up(company)
    assert [week for week in sent_chats(company) if week > "2002"] == weeks
    assert_whole(company)


def test_a_domain_that_is_added_moves_what_was_with_it_and_only_that_is_due_D4(
    company: Workspace, source: Source
) -> None:
    uploaded(
        source, "chat", chat_record(S1, [U], id="1"), chat_record(S1, [S2], id="2", at=NOON + 7 * 86_400)
    )
    roll_up(company)
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    while run_due():
        pass
    assert due_days(company) == [(S1, NOON // 86_400)]
    assert_whole(company)
    figures = told(kept(company))[user(company).pk, WEEK][0]
    assert [figures[block]["sent_chats"] for block in ("all", "int", "ext")] == [1, 1, 0]


# Everything anew


def test_another_time_zone_makes_all_anew_E7(company: Workspace, source: Source) -> None:
    wrote(source, "1", at=at("2026-03-08T05:00:00"))
    wrote(source, "2", at=at("2026-05-10T05:00:00"))
    roll_up(company)
    assert list(sent_chats(company)) == ["2026-03-08", "2026-05-10"]
    move(company, "America/Los_Angeles")
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0)]
    roll_up(company)
    assert list(sent_chats(company)) == ["2026-03-01", "2026-05-03"]
    assert list(sent_chats(company, S2)) == ["2026-03-08", "2026-05-10"]
    make_anew_what_is_outdated()
    assert due_days(company) == []


def test_another_version_of_the_metrics_makes_all_anew_E10(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    whole = kept(company)
    RollUp.objects.update(figures=b"of an earlier version")
    RollUpState.objects.update(version=0)
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0), (S2, 0)]
    roll_up(company)
    assert (kept(company), due_days(company)) == (whole, [])
    make_anew_what_is_outdated()
    assert due_days(company) == []


def test_users_of_whom_all_is_due_are_taken_a_few_at_a_time_and_one_at_least_E2(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_INTERACTIONS", 1)
    wrote(source, "1")
    wrote(source, "2")
    assert [roll_up_some(company.pk, until=EVER) for _ in range(3)] == [1, 1, 0]
    assert_whole(company)


@pytest.mark.parametrize("scanned", [0, 1_000_000], ids=["each looked up", "all gone through"])
def test_only_these_users_are_read_however_they_are_found_E2(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, scanned: int
) -> None:
    monkeypatch.setattr(read_module, "_SCANNED", scanned)
    monkeypatch.setattr(module, "_STORED", 1)
    add_users(company, [{"email": "s3@us.com"}], actor=ACTOR)
    consent(company, S1, S2, "s3@us.com")
    uploaded(source, "chat", chat_record(S1, [S2, "s3@us.com"], id="1"))
    first, between, last = sorted(user(company, email).pk for email in (S1, S2, "s3@us.com"))
    read = read_module.columns_of([last, first], {})
    assert (read.user.tolist(), read.named_row.tolist()) == ([first, last], [0, 0, 1])
    assert sorted(read.named[:2].tolist()) == [between, last]
    assert (read.named[2], list(read.named_is_sender)) == (first, [False, False, True])
    roll_up(company)
    assert_whole(company)


def test_another_workspace_is_left_alone_W3(company: Workspace, source: Source) -> None:
    other = the_company()
    consent(other, S1, S2)
    wrote(a_source(other, "people"), "1")
    wrote(source, "1")
    roll_up(company)
    assert (len(kept(company)), kept(other), len(due_days(other))) == (2, {}, 2)


# So much at once


def test_who_has_been_due_for_longest_comes_first(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    wrote(source, "2", at=NOON + 60)
    RollUpDue.objects.filter(user__email=S1).update(since=1_700_000_100)
    RollUpDue.objects.filter(user__email=S2).update(since=1_700_000_000)
    assert list(rollups_due(company.pk, EVER, 1, 1).users) == [user(company, S2).pk]
    assert list(rollups_due(company.pk, EVER, 2, 1).users) == [user(company, S2).pk, user(company, S1).pk]


def test_only_so_many_days_are_made_at_once(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(source, "1")
    roll_up(company)
    for day in range(4):
        wrote(source, f"more {day}", at=NOON + day * 86_400)
    monkeypatch.setattr(read_module, "_DAYS", 4)
    assert len(rollups_due(company.pk, EVER, 9, 1).users) == 1
    monkeypatch.setattr(read_module, "_DAYS", 8)
    assert len(rollups_due(company.pk, EVER, 9, 1).users) == 2
    monkeypatch.setattr(read_module, "_DAYS_OF_ONE", 3)
    due = rollups_due(company.pk, EVER, 9, 100)
    assert (due.whole, due.weeks()) == ([user(company, S1).pk, user(company, S2).pk], {})
    roll_up(company)
    assert_whole(company)


def test_a_time_zone_that_changes_is_due_at_once_E7(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    move(company, "Asia/Tokyo", S1)
    assert due_days(company) == [(S1, 0)]
    update_user_settings(company, [{"email": S2, "time_zone": "Asia/Tokyo"}], actor=ACTOR, how="api")
    assert due_days(company) == [(S1, 0), (S2, 0)]
