"""The interactions behind a number: as many as it counts, and with those alone who may be named (E10, P10)."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from report_world import Reports, at

from postroom.core.metrics import BLOCKS, METRICS
from postroom.core.report import report_of
from postroom.core.weeks import date_of, period_between
from postroom.store.models import Interaction, User, Workspace
from postroom.store.read.report_interactions import (
    count_automatic,
    digital_day,
    ends_of_days,
    interactions_behind,
    with_whom,
)
from postroom.store.read.report_sight import Subject, oneself
from postroom.store.read.reports import days_of, figures_of, known_weeks

BY_NAME = {metric.name: metric for metric in METRICS}
PERIOD = period_between(date(2026, 10, 18), date(2026, 10, 31))
"""Clocks go back within it in Europe."""


@pytest.fixture
def reports(workspace: Workspace) -> Reports:
    return Reports(workspace)


def filled(reports: Reports, zone: str, seed: int) -> User:
    """A user with 250 interactions at random from the day before the period to the day after it."""
    user = reports.user("ann@us.com", time_zone=zone)
    bo = reports.user("bo@us.com")
    dice = random.Random(seed)
    begin, end = at("2026-10-17 00:00", zone), at("2026-11-02 00:00", zone)
    for _ in range(250):
        kind = dice.choice(("mail", "mail", "mail", "chat", "reaction", "call", "meeting", "task", "comment"))
        # By the half hour, so that some are at the very edges of days.
        when = dice.randrange(begin, end, 1_800)
        sent, automatic = dice.random() < 0.5, dice.random() < 0.2
        fields = {"is_automatic": automatic}
        if kind in ("call", "meeting"):
            fields["seconds"] = dice.choice((900, 3_600))
        if kind == "mail" and not automatic and dice.random() < 0.5:
            fields["answered_at"] = when + dice.randrange(60, 90_000) * (-1 if sent else 1)
            fields["answered_sides"] = dice.randrange(1, 4) if sent else 0
        with_ = [(bo, "to" if sent else "from")] if dice.random() < 0.5 else []
        reports.had(user, when, kind, sent=sent, with_=with_, outside=dice.randrange(2), **fields)
    reports.roll_up()
    return user


@pytest.mark.parametrize(("zone", "seed"), [("Europe/Berlin", 1), ("America/New_York", 2), ("", 3)])
def test_there_are_as_many_as_the_number_counts_E10(reports: Reports, zone: str, seed: int) -> None:
    user = filled(reports, zone or "UTC", seed)
    subject = oneself(user)
    report = report_of(PERIOD, figures_of(subject, PERIOD), known_weeks(subject, at("2026-11-20 00:00")))
    told, found = {}, {}
    for block in BLOCKS:
        for metric in METRICS:
            behind = interactions_behind(subject, metric, block, PERIOD)
            told[block, metric.name] = report.values[block][metric.name].count
            found[block, metric.name] = (
                len({_digital_day(row, zone or "UTC") for row in behind})
                if metric.count == "active_days"
                else behind.count()
            )
    assert found == told
    assert all(count for count in told.values())


@pytest.mark.parametrize(("zone", "seed"), [("Europe/Berlin", 1), ("America/New_York", 2), ("", 3)])
def test_the_ends_of_a_day_are_its_first_and_last_activity_E5_E10(
    reports: Reports, zone: str, seed: int
) -> None:
    user = filled(reports, zone or "UTC", seed)
    subject, metric = oneself(user), BY_NAME["day_end"]
    for block in BLOCKS:
        behind = list(interactions_behind(subject, metric, block, PERIOD))
        first, last = ends_of_days(subject, metric, block, behind)
        found: dict[date, dict[str, int]] = defaultdict(dict)
        for row in behind:
            day = digital_day(user, row.at)
            begins = datetime.fromtimestamp(row.at, ZoneInfo(zone or "UTC")).replace(tzinfo=None)
            seconds = int((begins - datetime.combine(day, time())).total_seconds())
            if row.pk in first:
                found[day] |= {"start": seconds}
            if row.pk in last:
                found[day] |= {"end": min(seconds + (row.seconds or 0), 28 * 3_600)}
        days = {
            date_of(sunday + number): {"start": day.start, "end": day.end}
            for sunday in PERIOD.sundays
            for number, day in enumerate((days_of(subject, sunday) or {})[block])
            if day.start is not None
        }
        assert (found, len(first), len(last)) == (days, len(days), len(days))


def _digital_day(row: Interaction, zone: str) -> date:
    moment = datetime.fromtimestamp(row.at, ZoneInfo(zone))
    return date.fromordinal(moment.toordinal() - (moment.hour < 4))


def test_automatic_mail_is_left_out_and_counted_by_block_E2_E10(reports: Reports) -> None:
    ann, bo = reports.user("ann@us.com"), reports.user("bo@us.com")
    day = at("2026-10-20 10:00")
    reports.had(ann, day, outside=1)
    reports.had(ann, day, outside=1, is_automatic=True)
    reports.had(ann, day, with_=[(bo, "from")], is_automatic=True)
    reports.had(ann, day, sent=True, with_=[(bo, "to")], is_automatic=True)
    reports.had(ann, day, "meeting", with_=[(bo, "member")], is_automatic=True)
    counts = {
        name: [count_automatic(oneself(ann), BY_NAME[name], block, PERIOD) for block in BLOCKS]
        for name in ("received_mails", "sent_mails", "response_time", "meetings", "day_start")
    }
    assert counts == {
        "received_mails": [2, 1, 1],
        "sent_mails": [1, 1, 0],
        "response_time": [1, 1, 0],
        "meetings": [0, 0, 0],
        "day_start": [1, 1, 0],
    }


def test_of_anothers_number_there_are_no_interactions_E11(reports: Reports) -> None:
    ann = reports.user("ann@us.com")
    reports.had(ann, at("2026-10-20 10:00"), outside=1)
    subject = Subject(ann, is_self=False)
    assert list(interactions_behind(subject, BY_NAME["received_mails"], "all", PERIOD)) == []
    assert interactions_behind(oneself(ann), BY_NAME["received_mails"], "all", PERIOD).count() == 1


def test_only_who_consents_is_named_and_nobody_by_a_bcc_of_another_P10(reports: Reports) -> None:
    ann, bo, cy = (reports.user(f"{name}@us.com") for name in ("ann", "bo", "cy"))
    no = reports.user("no@us.com", consents=False)
    day = at("2026-10-20 10:00")
    people = [(bo, "from"), (cy, "bcc"), (no, "to")]
    received = reports.had(ann, day, with_=people, outside=2, further=1)
    sent = reports.had(ann, day, sent=True, with_=[(cy, "bcc"), (no, "to")])
    told = [
        ([user.email for user in one.senders], [user.email for user in one.named], one.outside, one.further)
        for one in with_whom([received, sent])
    ]
    assert told == [(["bo@us.com"], ["bo@us.com"], 2, 3), ([], ["cy@us.com"], 0, 1)]


def test_who_answers_after_how_long_E3_E4(reports: Reports) -> None:
    ann = reports.user("ann@us.com")
    day = at("2026-10-20 10:00")
    rows = [
        reports.had(ann, day, outside=1, answered_at=day + 600),
        reports.had(ann, day + 600, sent=True, outside=1, answered_at=day, answered_sides=2),
        reports.had(ann, day + 700, outside=1),
    ]
    assert [one.response_seconds for one in with_whom(rows)] == [600, 600, None]
