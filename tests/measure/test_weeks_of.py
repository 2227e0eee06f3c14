"""Figures, days and pairs are what the definitions say, by a second, plain reckoning over the same interactions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from histories import CHANGES, columns_of, histories, zone_named, zones
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_week import BLOCKS, Had, days_of, figures_of, pairs_of, sundays_of

from postroom.core.rollup import read_days, read_figures, read_pairs
from postroom.core.weeks import date_of, day_of
from postroom.measure.bucket import weeks_of
from postroom.measure.columns import local_times

WEDNESDAY = int(datetime(2024, 6, 5, tzinfo=UTC).timestamp())
SATURDAY = int(datetime(2024, 6, 8, tzinfo=UTC).timestamp())
SUNDAY = SATURDAY + 86_400


def computed(history: list[Had], zone: str = "", order: list[int] | None = None) -> dict:
    """Of each week the figures, days and pairs, as roll-ups keep them."""
    found = {}
    for week in weeks_of(columns_of({1: history}, {1: zone}, order)):
        assert week.user == 1
        days = {block: [tuple(day) for day in seven] for block, seven in read_days(week.days).items()}
        pairs = {pair.colleague: pair._asdict() for pair in read_pairs(week.pairs)}
        found[date_of(week.sunday)] = (read_figures(week.figures), days, pairs)
    return found


def expected(history: list[Had], zone: str = "") -> dict:
    """The same by the words."""
    local = zone_named(zone)
    found = {}
    for sunday in sundays_of(history, local):
        figures = {block: figures_of(history, local, sunday, block) for block in BLOCKS}
        days = {block: [day[:3] for day in days_of(history, local, sunday, block)] for block in BLOCKS}
        pairs = {who: pair | {"colleague": who} for who, pair in pairs_of(history, local, sunday).items()}
        found[sunday] = (figures, days, pairs)
    return found


@settings(max_examples=600)
@given(st.data())
def test_weeks_are_what_the_definitions_say_E2_E9(data: st.DataObject) -> None:
    zone = data.draw(zones)
    history = data.draw(histories(zone))
    assert computed(history, zone) == expected(history, zone)


@settings(max_examples=100)
@given(st.data())
def test_weeks_do_not_depend_on_order_nor_on_who_else_is_computed_E2_E9(data: st.DataObject) -> None:
    zones_of = {user: data.draw(zones) for user in (1, 2, 3)}
    all_of = {user: data.draw(histories(zone)) for user, zone in zones_of.items()}
    alone = [
        week
        for user, history in all_of.items()
        for week in weeks_of(columns_of({user: history}, {user: zones_of[user]}))
    ]
    order = data.draw(st.permutations(range(sum(map(len, all_of.values())))))
    assert list(weeks_of(columns_of(all_of, zones_of, order))) == alone


@settings(max_examples=200)
@given(st.data())
def test_local_times_are_those_of_zoneinfo_E7(data: st.DataObject) -> None:
    zone = data.draw(
        st.sampled_from(["Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", *sorted(CHANGES)])
    )
    at = data.draw(st.lists(st.integers(0, 2_000_000_000), min_size=1, max_size=8))
    local = local_times(np.ones(len(at), np.int64), np.array(at), {1: zone})
    walls = [datetime.fromtimestamp(moment, zone_named(zone)).replace(tzinfo=UTC) for moment in at]
    assert local.tolist() == [int(wall.timestamp()) for wall in walls]


@pytest.mark.parametrize(
    ("zone", "begins", "days"),
    [("Africa/Cairo", "2010-09-09T12", 23), ("America/Recife", "2000-10-07T12", 9)],
)
def test_clocks_that_change_there_and_back_within_weeks_are_seen_E7(
    zone: str, begins: str, days: int
) -> None:
    first = int(datetime.fromisoformat(begins).replace(tzinfo=UTC).timestamp())
    for begin in range(first, first + 86_400, 1_800):
        at = np.arange(begin, first + days * 86_400, 3_600)
        walls = [datetime.fromtimestamp(moment, ZoneInfo(zone)).replace(tzinfo=UTC) for moment in at.tolist()]
        assert local_times(np.ones_like(at), at, {1: zone}).tolist() == [
            int(wall.timestamp()) for wall in walls
        ]


def all_block(history: list[Had], sunday: str, zone: str = "") -> dict:
    """The figures of one week, of everybody in it."""
    return computed(history, zone)[date.fromisoformat(sunday)][0]["all"]


def test_nothing_comes_to_no_weeks_E7() -> None:
    assert computed([]) == {}


def test_counts_leave_out_automatic_mail_E2() -> None:
    history = [
        Had(WEDNESDAY),
        Had(WEDNESDAY, is_automatic=True),
        Had(WEDNESDAY, is_sent=True),
        Had(WEDNESDAY, is_sent=True, is_automatic=True),
    ]
    found = all_block(history, "2024-06-02")
    assert (found["received_mails"], found["sent_mails"]) == (1, 1)


def test_a_mail_with_both_sides_counts_in_each_block_once_D3() -> None:
    [(figures, _, _)] = computed([Had(WEDNESDAY, is_sent=True, is_inside=True, is_outside=True)]).values()
    assert [figures[block]["sent_mails"] for block in BLOCKS] == [1, 1, 1]


def test_the_week_s_response_time_is_the_median_rounded_half_up_E3() -> None:
    history = [
        Had(WEDNESDAY, is_sent=True, answered_at=WEDNESDAY - took, answers_outside=took == 10)
        for took in (3, 10, 5, 1_000)
    ]
    [(figures, _, _)] = computed(history).values()
    assert [(figures[b]["responses"], figures[b]["response_time"]) for b in BLOCKS] == [
        (4, 8),
        (0, None),
        (1, 10),
    ]


def test_nothing_received_has_no_answered_ones_E4() -> None:
    found = all_block([Had(WEDNESDAY, answered_at=WEDNESDAY + 5), Had(WEDNESDAY)], "2024-06-02")
    assert (found["answered_mails"], found["received_mails"]) == (1, 2)


def test_what_is_done_before_four_on_a_sunday_belongs_to_the_saturday_E5() -> None:
    before, after = (Had(SUNDAY + 4 * 3_600 + late, is_sent=True) for late in (-1, 0))
    found = {
        str(s): (f["all"]["sent_mails"], f["all"]["day_end"]) for s, (f, _, _) in computed([before]).items()
    }
    assert found == {"2024-06-02": (0, 28 * 3_600 - 1), "2024-06-09": (1, None)}
    found = {
        str(s): (f["all"]["sent_mails"], f["all"]["day_end"]) for s, (f, _, _) in computed([after]).items()
    }
    assert found == {"2024-06-09": (1, 4 * 3_600)}


def test_what_only_came_on_a_sunday_night_makes_no_week_before_it_E7() -> None:
    assert [str(sunday) for sunday in computed([Had(SUNDAY + 1_800)])] == ["2024-06-09"]


def test_a_call_ends_the_day_when_it_is_over_and_at_four_at_the_latest_E5() -> None:
    short = [Had(WEDNESDAY + 9 * 3_600, "call", seconds=1_800), Had(WEDNESDAY + 9 * 3_600 + 60, is_sent=True)]
    found = all_block(short, "2024-06-02")
    assert [found[name] for name in ("day_start", "day_end", "day_length", "week_length")] == [
        32_400,
        34_200,
        1_800,
        1_800,
    ]
    long = all_block([Had(WEDNESDAY + 23 * 3_600, "meeting", seconds=90_000)], "2024-06-02")
    assert (long["day_end"], long["week_length"]) == (28 * 3_600, 5 * 3_600)


@pytest.mark.parametrize(
    ("kind", "seconds"), [("mail", 300), ("task", 300), ("chat", 60), ("comment", 60), ("reaction", 10)]
)
def test_the_digital_week_covers_each_kind_s_length_once_E5(kind: str, seconds: int) -> None:
    one = Had(WEDNESDAY + 43_200, kind, is_sent=True)
    overlapping = Had(WEDNESDAY + 43_200 + seconds // 2, kind, is_sent=True)
    assert all_block([one, one], "2024-06-02")["week_length"] == seconds
    assert all_block([one, overlapping], "2024-06-02")["week_length"] == seconds + seconds // 2


def test_a_strength_is_divided_by_the_root_of_the_others_E9() -> None:
    history = [
        Had(WEDNESDAY, is_sent=True, others=4, colleagues=((7, False), (8, False))),
        Had(WEDNESDAY, others=1, colleagues=((7, True),)),
        Had(WEDNESDAY + 1, others=2, colleagues=((7, False), (8, True))),
        Had(WEDNESDAY, "call", seconds=1_350, others=9, colleagues=((8, False),)),
    ]
    [(_, _, pairs)] = computed(history).values()
    told = {who: (p["given"], p["got"], p["together"], p["received_mails"]) for who, p in pairs.items()}
    assert told == {7: (5_000, 7_000, 0, 1), 8: (5_000, 4_950, 5_000, 1)}
    assert [pairs[who]["last_at"] for who in (7, 8)] == [WEDNESDAY, WEDNESDAY + 1]


def test_automatic_mail_connects_nobody_E9() -> None:
    [(_, _, pairs)] = computed([Had(WEDNESDAY, is_automatic=True, colleagues=((7, True),))]).values()
    assert pairs == {}


def test_days_are_numbered_as_the_weeks_are_E7() -> None:
    assert [day_of(sunday) for sunday in computed([Had(WEDNESDAY)])] == [WEDNESDAY // 86_400 - 3]
